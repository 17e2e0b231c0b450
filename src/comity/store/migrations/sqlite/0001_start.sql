-- The log: one row an entry, with everything the entry commits to. Migrations never rewrite this table.
-- Wrapped keys become NULL when they are forgotten; content and record when they are purged.
CREATE TABLE entry (
    idx         INTEGER PRIMARY KEY,
    entry       BLOB NOT NULL,
    content     BLOB,
    record      BLOB,
    content_key BLOB,
    record_key  BLOB,
    asker       TEXT,
    query_id    TEXT,
    step_key    TEXT,
    body_hash   TEXT
) STRICT;
CREATE UNIQUE INDEX entry_answer ON entry (query_id, asker, step_key) WHERE query_id IS NOT NULL;

-- What only the owner's desk may read; never bound by the public entry.
CREATE TABLE sealed (
    idx  INTEGER PRIMARY KEY REFERENCES entry (idx),
    body BLOB NOT NULL
) STRICT;

-- The hashes of one tile: 256 subtrees, then the 128, 64, ... 2 above them; unfilled places are zero.
-- id = number * 64 + tile level.
CREATE TABLE tile (
    id     INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL
) STRICT;

-- The newest checkpoint and the tree's right edge, largest subtree first.
CREATE TABLE head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    edge BLOB NOT NULL,
    note TEXT NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, x'', '');

CREATE TABLE nonce (
    sender TEXT NOT NULL,
    nonce  TEXT NOT NULL,
    PRIMARY KEY (sender, nonce)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    item_id TEXT PRIMARY KEY,
    body    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE duty (
    id    TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    body  BLOB NOT NULL
) STRICT;
CREATE INDEX duty_owner ON duty (owner);

CREATE TABLE unauthenticated (
    reason TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The owners' records. A person's id is ordinal * 64 + number of the record's data class, so that a look-up
-- filters by class without touching the record.
CREATE TABLE owner (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE record (
    id        INTEGER PRIMARY KEY,
    owner     INTEGER NOT NULL REFERENCES owner (id),
    record_id TEXT NOT NULL,
    data_class TEXT NOT NULL,
    body      BLOB NOT NULL,
    UNIQUE (owner, record_id)
) STRICT;
CREATE TABLE person (
    id     INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (id),
    key    TEXT NOT NULL
) STRICT;
CREATE TABLE lookup (
    owner  INTEGER NOT NULL,
    key    INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (owner, key, person)
) STRICT, WITHOUT ROWID;
