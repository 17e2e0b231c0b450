-- Questions that stand: at their asker, and at their owners (`incoming`). The body says all of it; the columns find it. A row is
-- inserted once and then replaced, each time one change further. `stands` is 1 until it stopped.
CREATE TABLE standing (
    owner    TEXT NOT NULL,
    query_id TEXT NOT NULL,
    incoming INTEGER NOT NULL,
    stands   INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (owner, query_id, incoming)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_now ON standing (incoming) WHERE stands = 1;

-- Of which events an owner gives notice to whom, replaced in the same way.
CREATE TABLE notice_flow (
    owner   TEXT NOT NULL,
    id      TEXT NOT NULL,
    stands  INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
