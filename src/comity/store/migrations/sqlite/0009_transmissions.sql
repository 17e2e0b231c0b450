-- What an owner tells foreign partners: prepared, released, or found to be nothing. The body says all of it and nothing of the
-- person's record. A row is inserted once and then replaced, each time one change further.
CREATE TABLE transmission (
    id      TEXT NOT NULL,
    owner   TEXT NOT NULL,
    changed INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

-- To which partners an owner transmits nothing for the time being; a row stays when that ends, and says so.
CREATE TABLE suspension (
    id      TEXT NOT NULL,
    owner   TEXT NOT NULL,
    changed INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
