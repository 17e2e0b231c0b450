-- Everything up to the fourth migration at once: what SQLite came to by 0001 to 0004, column for column. Names sort by their
-- bytes (COLLATE "C") as in SQLite, whatever the database's own collation.

-- What was migrated; its presence says that the schema is ours.
CREATE TABLE migration (
    number INTEGER PRIMARY KEY
);

-- The log: one row an entry, with everything the entry commits to. Migrations never rewrite this table.
-- Wrapped keys become NULL when they are forgotten; content and record when they are purged.
CREATE TABLE entry (
    idx         BIGINT PRIMARY KEY,
    entry       BYTEA NOT NULL,
    content     BYTEA,
    record      BYTEA,
    content_key BYTEA,
    record_key  BYTEA,
    asker       TEXT COLLATE "C",
    query_id    TEXT COLLATE "C",
    step_key    TEXT COLLATE "C",
    body_hash   TEXT COLLATE "C"
);
CREATE UNIQUE INDEX entry_answer ON entry (query_id, asker, step_key) WHERE query_id IS NOT NULL;

-- What only the owner's desk may read; never bound by the public entry.
CREATE TABLE sealed (
    idx  BIGINT PRIMARY KEY REFERENCES entry (idx),
    body BYTEA NOT NULL
);

-- The hashes of one tile: 256 subtrees, then the 128, 64, ... 2 above them; unfilled places are zero.
-- id = number * 64 + tile level.
CREATE TABLE tile (
    id     BIGINT PRIMARY KEY,
    hashes BYTEA NOT NULL
);

-- The newest checkpoint and the tree's right edge, largest subtree first.
CREATE TABLE head (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    edge BYTEA NOT NULL,
    note TEXT COLLATE "C" NOT NULL
);
INSERT INTO head VALUES (1, 0, '', '');

CREATE TABLE nonce (
    sender TEXT COLLATE "C" NOT NULL,
    nonce  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (sender, nonce)
);

CREATE TABLE item (
    item_id TEXT COLLATE "C" PRIMARY KEY,
    body    BYTEA NOT NULL
);

-- `rowid` is what SQLite has by itself: the order in which duties were raised.
CREATE TABLE duty (
    id        TEXT COLLATE "C" PRIMARY KEY,
    owner     TEXT COLLATE "C" NOT NULL,
    body      BYTEA NOT NULL,
    waits_for TEXT COLLATE "C" NOT NULL DEFAULT '',
    period    TEXT COLLATE "C" NOT NULL DEFAULT '',
    changed   BIGINT NOT NULL DEFAULT 0,
    rowid     BIGINT GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX duty_owner ON duty (owner);
CREATE INDEX duty_waiting ON duty (owner, waits_for) WHERE waits_for <> '';
CREATE INDEX duty_period ON duty (owner) WHERE period <> '';

CREATE TABLE unauthenticated (
    reason TEXT COLLATE "C" PRIMARY KEY,
    number BIGINT NOT NULL
);

CREATE TABLE setting (
    name TEXT COLLATE "C" PRIMARY KEY,
    text TEXT COLLATE "C" NOT NULL
);

-- The owners' records. A person's id is ordinal * 64 + number of the record's data class. `changed` counts every change of
-- an owner's index or of what it is made from, so that a look-up sees whether it is up to date.
CREATE TABLE owner (
    id      BIGINT PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL UNIQUE,
    changed BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE record (
    id         BIGINT PRIMARY KEY,
    owner      BIGINT NOT NULL REFERENCES owner (id),
    record_id  TEXT COLLATE "C" NOT NULL,
    data_class TEXT COLLATE "C" NOT NULL,
    body       BYTEA NOT NULL,
    UNIQUE (owner, record_id)
);
CREATE TABLE person (
    id     BIGINT PRIMARY KEY,
    record BIGINT NOT NULL REFERENCES record (id),
    key    TEXT COLLATE "C" NOT NULL,
    owner  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX person_owner ON person (owner, id);
CREATE INDEX person_record ON person (record);

-- Which of an owner's records are one person: acts of its custodians, numbered, never changed but by a purge, which
-- strikes its records out of them. `person_act_record` finds the acts that name a record.
CREATE TABLE person_act (
    id     TEXT COLLATE "C" PRIMARY KEY,
    owner  TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    undoes TEXT COLLATE "C" NOT NULL,
    body   BYTEA NOT NULL,
    UNIQUE (owner, number)
);
CREATE INDEX person_act_undoes ON person_act (undoes) WHERE undoes <> '';
CREATE TABLE person_act_record (
    owner     TEXT COLLATE "C" NOT NULL,
    record_id TEXT COLLATE "C" NOT NULL,
    act       TEXT COLLATE "C" NOT NULL REFERENCES person_act (id),
    PRIMARY KEY (owner, record_id, act)
);

-- What the acts amount to, written in the transaction that changes them; only persons of two and more are kept.
CREATE TABLE person_member (
    owner      TEXT COLLATE "C" NOT NULL,
    record_id  TEXT COLLATE "C" NOT NULL,
    person_key TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (owner, record_id, person_key)
);
CREATE INDEX person_member_person ON person_member (owner, person);

-- The files of the index, which lie beside the node; a file counts only while it is listed here.
CREATE TABLE segment (
    id     BIGINT PRIMARY KEY,
    owner  BIGINT NOT NULL REFERENCES owner (id),
    first  BIGINT NOT NULL,
    last   BIGINT NOT NULL,
    people BIGINT NOT NULL,
    bytes  BIGINT NOT NULL,
    digest BYTEA NOT NULL
);
CREATE INDEX segment_owner ON segment (owner, first);

-- People taken out of the records who may still stand in a segment's file.
CREATE TABLE removed_person (
    id    BIGINT PRIMARY KEY,
    owner BIGINT NOT NULL
);
CREATE INDEX removed_person_owner ON removed_person (owner);

-- An ordinal is never given twice: a file may still hold the one who had it.
CREATE TABLE next_ordinal (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL
);
INSERT INTO next_ordinal VALUES (1, 1);

-- The wall between owners. A transaction says whose rows it is about (`comity.owner`); unless it does it sees nobody's, and
-- what it sees is all it can write. Forced, so that it holds for the role that owns the tables too. Every table with a
-- column `owner` stands behind it: a node does not open otherwise.
CREATE FUNCTION owner_in_sight() RETURNS BIGINT LANGUAGE sql STABLE
    AS $$ SELECT id FROM owner WHERE name = current_setting('comity.owner', true) $$;

CREATE POLICY of_owner ON record USING (owner = (SELECT owner_in_sight()));
CREATE POLICY of_owner ON person USING (owner = (SELECT owner_in_sight()));
CREATE POLICY of_owner ON segment USING (owner = (SELECT owner_in_sight()));
CREATE POLICY of_owner ON removed_person USING (owner = (SELECT owner_in_sight()));
CREATE POLICY of_owner ON duty USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON person_act USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON person_act_record USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON person_member USING (owner = (SELECT current_setting('comity.owner', true)));

DO $$
DECLARE
    walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY[
        'record', 'person', 'segment', 'removed_person', 'duty', 'person_act', 'person_act_record', 'person_member'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY of_every_owner ON %I USING ((SELECT current_setting(''comity.owner'', true)) = ''*'')', walled
        );
    END LOOP;
END $$;
