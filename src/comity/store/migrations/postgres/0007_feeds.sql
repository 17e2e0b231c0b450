-- Feeds to other agencies and from them (`incoming`), as in SQLite.
CREATE TABLE feed (
    id       TEXT COLLATE "C" NOT NULL,
    incoming BIGINT NOT NULL,
    owner    TEXT COLLATE "C" NOT NULL,
    changed  BIGINT NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (id, incoming)
);
CREATE INDEX feed_owner ON feed (owner, incoming);

-- What stands at the recipients: a salted hash of each item, never a value.
CREATE TABLE feed_item (
    feed      TEXT COLLATE "C" NOT NULL,
    item_id   TEXT COLLATE "C" NOT NULL,
    owner     TEXT COLLATE "C" NOT NULL,
    record_id TEXT COLLATE "C" NOT NULL,
    body      BYTEA NOT NULL,
    PRIMARY KEY (feed, item_id)
);
CREATE INDEX feed_item_record ON feed_item (feed, record_id);

-- Records that changed since a feed looked at them, written with the change. `number` counts the changes.
CREATE TABLE feed_changed (
    feed      TEXT COLLATE "C" NOT NULL,
    record_id TEXT COLLATE "C" NOT NULL,
    owner     TEXT COLLATE "C" NOT NULL,
    number    BIGINT NOT NULL,
    PRIMARY KEY (feed, record_id)
);

-- What came by feeds: never records, found by no question of another agency.
CREATE TABLE feed_copy (
    feed    TEXT COLLATE "C" NOT NULL,
    item_id TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (feed, item_id)
);

-- Behind the wall between owners (0004).
DO $$
DECLARE
    walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['feed', 'feed_item', 'feed_changed', 'feed_copy'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY of_owner ON %I USING (owner = (SELECT current_setting(''comity.owner'', true)))', walled
        );
        EXECUTE format(
            'CREATE POLICY of_every_owner ON %I USING ((SELECT current_setting(''comity.owner'', true)) = ''*'')', walled
        );
    END LOOP;
END $$;
