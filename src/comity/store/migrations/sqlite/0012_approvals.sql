-- Questions that need a second person of the asking agency: who put them, and how they stand. What was asked is in the log alone.
-- A row is inserted once and then replaced, each time one change further.
CREATE TABLE approval (
    id      TEXT NOT NULL,
    owner   TEXT NOT NULL,
    changed INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

-- What members asked in the last month, found by a hash of the member, as hashes under the log's own wrapping: later questions are held against it.
CREATE TABLE look_up (
    owner    TEXT NOT NULL,
    member   TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    query_id TEXT NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (owner, member, at_ms, query_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX look_up_time ON look_up (owner, at_ms);
