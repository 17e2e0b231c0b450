-- What must be brought to other nodes, and what they brought (`incoming`). The body says all of it; the columns find it.
-- `next_ms` is when it is sent next; it is NULL when it is not sent any more. A row is inserted once and then replaced, each
-- time one change further.
CREATE TABLE delivery (
    id       TEXT NOT NULL,
    incoming INTEGER NOT NULL,
    owner    TEXT NOT NULL,
    next_ms  INTEGER,
    changed  INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (id, incoming)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_next ON delivery (next_ms) WHERE next_ms IS NOT NULL;
CREATE INDEX delivery_owner ON delivery (owner);

-- Who was shown a record, and by which entry: the accounting that a recall goes by. `idx` is -1 for what was shown before this
-- was kept.
CREATE TABLE item_record (
    owner     TEXT NOT NULL,
    record_id TEXT NOT NULL,
    item_id   TEXT NOT NULL,
    idx       INTEGER NOT NULL,
    PRIMARY KEY (owner, record_id, item_id)
) STRICT, WITHOUT ROWID;
INSERT INTO item_record
SELECT json_extract(CAST(body AS TEXT), '$.owner'), json_extract(CAST(body AS TEXT), '$.record_id'), item_id, -1
FROM item;

-- What people decided of holds, by the task on the desk; a later question on the same item is decided by them too.
CREATE TABLE ruling (
    id       TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    query_id TEXT NOT NULL,
    body     BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ruling_query ON ruling (owner, query_id);

-- Questions that some owners have not answered yet: put to them again at `next_ms`, also after a restart.
CREATE TABLE open_question (
    owner    TEXT NOT NULL,
    query_id TEXT NOT NULL,
    next_ms  INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (owner, query_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_question_next ON open_question (next_ms);
