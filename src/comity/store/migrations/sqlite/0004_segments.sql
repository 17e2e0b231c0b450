-- The index lies in files of the folder `segments`, each for one owner and a range of ordinals; a file counts only while
-- it is listed here. People above the last range are read from their records. `digest` is the file's SHA-256.
DROP TABLE lookup;
CREATE TABLE segment (
    id     INTEGER PRIMARY KEY,
    owner  INTEGER NOT NULL REFERENCES owner (id),
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    people INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;
CREATE INDEX segment_owner ON segment (owner, first);

-- People taken out of the records who may still stand in a segment's file: nobody finds them, and the row goes when no
-- file holds them any more.
CREATE TABLE removed_person (
    id    INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL
) STRICT;

-- A person's id is ordinal * 64 + class. An ordinal is never given twice: a file may still hold the one who had it.
CREATE TABLE next_ordinal (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO next_ordinal SELECT 1, 1 + coalesce(max(id), 0) / 64 FROM person;

ALTER TABLE person ADD COLUMN owner INTEGER NOT NULL DEFAULT 0;
UPDATE person SET owner = (SELECT owner FROM record WHERE record.id = person.record);
CREATE INDEX person_owner ON person (owner);
CREATE INDEX person_record ON person (record);

-- Counts every change of an owner's index or of what it is made from, so that a look-up sees whether it is up to date.
ALTER TABLE owner ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
