-- Mail: what is wrong with it, and the letters of the wellbeing mailbox that are kept already.
CREATE TABLE mail_trouble (
  school        {int} NOT NULL REFERENCES school(id),
  what          {text} NOT NULL CHECK (what IN ('send','fetch','address')),
  person        {int} NOT NULL,                          -- 'address': whose; else 0
  why           {text} NOT NULL,                         -- a plain sentence, never a word of a letter
  since_utc     {int} NOT NULL,
  last_utc      {int} NOT NULL,
  PRIMARY KEY (school, what, person)
) {strict};

-- Where the mailbox was read up to.  A server that numbers anew (another uidvalidity) is read from its beginning: what is known is not kept twice.
CREATE TABLE mailbox_cursor (
  school        {int} PRIMARY KEY REFERENCES school(id),
  uidvalidity   {int} NOT NULL,
  uid           {int} NOT NULL,
  read_utc      {int} NOT NULL                           -- when the server last answered
) {strict};

CREATE TABLE mailbox_letter (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  digest        {text} NOT NULL,                         -- of what the letter is: see mailbox/intake.h
  came_utc      {int} NOT NULL,
  outcome       {text} NOT NULL CHECK (outcome IN ('concern','bounce','automatic','empty','unreadable')),
  entry         {int},                                   -- the case; null = none
  parts_left    {int} NOT NULL DEFAULT 0                 -- attachments that stayed on the server
) {strict};
CREATE UNIQUE INDEX mailbox_letter_once ON mailbox_letter (school, digest);
CREATE INDEX mailbox_letter_by_time ON mailbox_letter (school, came_utc);

-- Automatic answers (RFC 3834).  The address is wiped when it has gone.
CREATE TABLE mailbox_answer (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  sender        {text} NOT NULL,                         -- digest of the address: one answer a day
  mail          {text} NOT NULL,
  reference     {text} NOT NULL,                         -- Message-ID that it answers; '' = none
  made_utc      {int} NOT NULL,
  due_utc       {int} NOT NULL,
  tries         {int} NOT NULL DEFAULT 0,
  ended_utc     {int}
) {strict};
CREATE INDEX mailbox_answer_waiting ON mailbox_answer (school, due_utc) WHERE ended_utc IS NULL;
CREATE INDEX mailbox_answer_by_sender ON mailbox_answer (school, sender, made_utc);
