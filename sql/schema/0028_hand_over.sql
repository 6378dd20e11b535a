-- A session whose device was handed to a visitor: the visit that it shows until its owner unlocks it.
ALTER TABLE session ADD COLUMN handed {int} NOT NULL DEFAULT 0;
