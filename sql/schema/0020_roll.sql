-- The roll: what is needed to know a person again in the next file, and files that wait to be applied.
ALTER TABLE person ADD COLUMN born {text} NOT NULL DEFAULT '';               -- learners: 2017-03-09; tells two children of one name apart, shown nowhere else
ALTER TABLE guardian ADD COLUMN from_roll {int} NOT NULL DEFAULT 0;          -- 1 = stands in the school's own system: goes when it goes there

-- A file between its dry run and its being applied: names of children, so it goes when it was applied, or after a day.
CREATE TABLE roll_upload (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  by_person     {int} NOT NULL,
  made_utc      {int} NOT NULL,
  name          {text} NOT NULL,                     -- as the browser gave it, without folders
  columns       {text} NOT NULL DEFAULT '',          -- what each column is (house/roll/columns.h); '' = as guessed or remembered
  part          {int} NOT NULL DEFAULT 0,            -- 1 = not the whole school: nobody leaves
  bytes         {blob} NOT NULL
) {strict};
CREATE INDEX roll_upload_by_person ON roll_upload (school, by_person, id);
