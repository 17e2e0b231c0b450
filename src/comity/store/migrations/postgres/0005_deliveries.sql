-- What must be brought to other nodes, and what they brought (`incoming`), as in SQLite.
CREATE TABLE delivery (
    id       TEXT COLLATE "C" NOT NULL,
    incoming BIGINT NOT NULL,
    owner    TEXT COLLATE "C" NOT NULL,
    next_ms  BIGINT,
    changed  BIGINT NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (id, incoming)
);
CREATE INDEX delivery_next ON delivery (next_ms) WHERE next_ms IS NOT NULL;
CREATE INDEX delivery_owner ON delivery (owner);

-- Who was shown a record, and by which entry: the accounting that a recall goes by. `idx` is -1 for what was shown before this
-- was kept.
CREATE TABLE item_record (
    owner     TEXT COLLATE "C" NOT NULL,
    record_id TEXT COLLATE "C" NOT NULL,
    item_id   TEXT COLLATE "C" NOT NULL,
    idx       BIGINT NOT NULL,
    PRIMARY KEY (owner, record_id, item_id)
);
INSERT INTO item_record
SELECT convert_from(body, 'UTF8')::json ->> 'owner', convert_from(body, 'UTF8')::json ->> 'record_id', item_id, -1
FROM item;

-- What people decided of holds, by the task on the desk.
CREATE TABLE ruling (
    id       TEXT COLLATE "C" PRIMARY KEY,
    owner    TEXT COLLATE "C" NOT NULL,
    query_id TEXT COLLATE "C" NOT NULL,
    body     BYTEA NOT NULL
);
CREATE INDEX ruling_query ON ruling (owner, query_id);

-- Questions that some owners have not answered yet: put to them again at `next_ms`, also after a restart.
CREATE TABLE open_question (
    owner    TEXT COLLATE "C" NOT NULL,
    query_id TEXT COLLATE "C" NOT NULL,
    next_ms  BIGINT NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (owner, query_id)
);
CREATE INDEX open_question_next ON open_question (next_ms);

-- Behind the wall between owners (0004).
CREATE POLICY of_owner ON delivery USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON item_record USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON open_question USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON ruling USING (owner = (SELECT current_setting('comity.owner', true)));
DO $$
DECLARE
    walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['delivery', 'item_record', 'ruling', 'open_question'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY of_every_owner ON %I USING ((SELECT current_setting(''comity.owner'', true)) = ''*'')', walled
        );
    END LOOP;
END $$;
