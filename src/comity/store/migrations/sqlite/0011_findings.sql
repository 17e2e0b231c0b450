-- Findings of misuse that an owner's privacy officer looks into: which entries, how many, how it stands; nobody's particulars
-- and no member's name. A row is inserted once and then replaced, each time one change further.
CREATE TABLE finding (
    id      TEXT NOT NULL,
    owner   TEXT NOT NULL,
    changed INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
