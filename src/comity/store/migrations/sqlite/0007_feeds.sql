-- Feeds to other agencies and from them (`incoming`). The body says all of it; a row is inserted once and then replaced, each
-- time one change further. `owner` is the agency of this node whose row it is, at either end.
CREATE TABLE feed (
    id       TEXT NOT NULL,
    incoming INTEGER NOT NULL,
    owner    TEXT NOT NULL,
    changed  INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (id, incoming)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_owner ON feed (owner, incoming);

-- What stands at the recipients: a salted hash of each item, never a value.
CREATE TABLE feed_item (
    feed      TEXT NOT NULL,
    item_id   TEXT NOT NULL,
    owner     TEXT NOT NULL,
    record_id TEXT NOT NULL,
    body      BLOB NOT NULL,
    PRIMARY KEY (feed, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_item_record ON feed_item (feed, record_id);

-- Records that changed since a feed looked at them, written with the change. `number` counts the changes.
CREATE TABLE feed_changed (
    feed      TEXT NOT NULL,
    record_id TEXT NOT NULL,
    owner     TEXT NOT NULL,
    number    INTEGER NOT NULL,
    PRIMARY KEY (feed, record_id)
) STRICT, WITHOUT ROWID;

-- What came by feeds: never records, found by no question of another agency.
CREATE TABLE feed_copy (
    feed    TEXT NOT NULL,
    item_id TEXT NOT NULL,
    owner   TEXT NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (feed, item_id)
) STRICT, WITHOUT ROWID;
