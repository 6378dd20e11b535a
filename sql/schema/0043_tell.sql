-- Telling: forms that were sent once, reports begun and not sent, messages that were shown.
-- What a form that creates something was answered with: the same form again has the same answer, and creates nothing.
CREATE TABLE form_once (
  school        {int} NOT NULL REFERENCES school(id),
  digest        {blob} NOT NULL,                     -- of the form's own number, who sent it, where to, and all its fields
  location      {text} NOT NULL,                     -- where its answer led
  at_utc        {int} NOT NULL,
  PRIMARY KEY (school, digest)
) {strict};
CREATE INDEX form_once_by_time ON form_once (school, at_utc);

-- What somebody has begun to write: theirs alone, gone when it is sent or after a few days.
CREATE TABLE draft (
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  form          {text} NOT NULL,                     -- which form
  key           {int} NOT NULL,                      -- a data key of its own, destroyed with it
  sealed        {blob} NOT NULL,
  changed_utc   {int} NOT NULL,
  PRIMARY KEY (school, person, form)
) {strict};
CREATE INDEX draft_by_time ON draft (school, changed_utc);

-- Which short message was shown to whom at the start of a session.
CREATE TABLE message_shown (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  kind          {text} NOT NULL,                     -- learner staff
  message       {text} NOT NULL,                     -- its id in data/messages.conf
  session       {int} NOT NULL,
  at_utc        {int} NOT NULL
) {strict};
CREATE INDEX message_shown_by_person ON message_shown (school, person, kind, id);
CREATE INDEX message_shown_by_time ON message_shown (school, at_utc);
