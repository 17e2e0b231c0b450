-- What people asked of an owner about its records, and what became of it. The body names nobody: who asks and about whom stand
-- in entries. A row is inserted once and then replaced, each time one change further.
CREATE TABLE petition (
    id      TEXT NOT NULL,
    owner   TEXT NOT NULL,
    changed INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
