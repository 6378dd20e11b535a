-- Appointments say more: cover while somebody is away, what they comprise, training, who was the second person.
ALTER TABLE person_role ADD COLUMN cover_of {int} NOT NULL DEFAULT 0;        -- the person covered; 0 = an appointment of one's own
ALTER TABLE person_role ADD COLUMN duties {text} NOT NULL DEFAULT '';
ALTER TABLE person_role ADD COLUMN trained_utc {int} NOT NULL DEFAULT 0;     -- last training for this role
ALTER TABLE person_role ADD COLUMN confirmed_by {int} NOT NULL DEFAULT 0;    -- the second person; 0 = none was needed
ALTER TABLE person_role ADD COLUMN ended_by {int} NOT NULL DEFAULT 0;
ALTER TABLE person_role ADD COLUMN ended_why {text} NOT NULL DEFAULT '';
