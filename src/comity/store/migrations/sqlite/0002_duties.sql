-- Duties: which event a clock waits for, which period one is for, how often it was changed. The body says all of it;
-- the columns find it, and the table stays STRICT. A duty is inserted once and then replaced, each time one change further.
ALTER TABLE duty ADD COLUMN waits_for TEXT NOT NULL DEFAULT '';
ALTER TABLE duty ADD COLUMN period TEXT NOT NULL DEFAULT '';
ALTER TABLE duty ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
UPDATE duty
SET waits_for = coalesce(json_extract(CAST(body AS TEXT), '$.duty.after'), '')
WHERE json_extract(CAST(body AS TEXT), '$.duty.due_ms') IS NULL;
CREATE INDEX duty_waiting ON duty (owner, waits_for) WHERE waits_for <> '';
CREATE INDEX duty_period ON duty (owner) WHERE period <> '';
