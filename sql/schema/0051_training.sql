-- Training: who was there, and what each person has had, by module and day.  What a session was stands in its entry.
CREATE TABLE training_done (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  module        {text} NOT NULL,                     -- a word of data/training.conf, or "own-N"
  on_utc        {int} NOT NULL,                      -- the day of the training
  source        {int} NOT NULL REFERENCES entry(id), -- the session, the course, the induction
  how           {text} NOT NULL CHECK (how IN ('scanned','listed','course','induction')),
  made_utc      {int} NOT NULL,
  made_by       {int} NOT NULL,
  ended_utc     {int} NOT NULL DEFAULT 0,            -- taken back: it was a mistake; 0 = it stands
  ended_by      {int} NOT NULL DEFAULT 0
) {strict};
CREATE UNIQUE INDEX training_done_once ON training_done (school, source, person, module) WHERE ended_utc = 0;
CREATE INDEX training_done_by_person ON training_done (school, person, module, on_utc);

-- Who signed in at the door, before the leader closes the session.
CREATE TABLE training_here (
  school        {int} NOT NULL REFERENCES school(id),
  session       {int} NOT NULL REFERENCES entry(id),
  person        {int} NOT NULL REFERENCES person(id),
  at_utc        {int} NOT NULL,
  PRIMARY KEY (school, session, person)
) {strict};
