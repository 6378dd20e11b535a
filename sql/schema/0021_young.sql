-- Learners: earlier passwords and sign-in names, cards, who signed in where, one-time codes.
-- The last few passwords of a person, as argon2id hashes: none of them is taken again.
CREATE TABLE password_past (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  hash          {text} NOT NULL,
  at_utc        {int} NOT NULL                       -- when it was replaced
) {strict};
CREATE INDEX password_past_by_person ON password_past (school, person, id);

-- Sign-in names that somebody had: never given to anybody else.
CREATE TABLE username_past (
  school        {int} NOT NULL REFERENCES school(id),
  sign_in       {text} NOT NULL,
  person        {int} NOT NULL REFERENCES person(id),
  PRIMARY KEY (school, sign_in)
) {strict};

-- The card of a young child: three pictures in order (which are also three words), and a code to scan.
CREATE TABLE child_card (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  badge         {int} NOT NULL,                      -- the animal beside the name: no secret
  sealed        {blob} NOT NULL,                     -- the pictures; empty when revoked
  code_hash     {blob},                              -- keyed hash of the code; null when none is out
  made_utc      {int} NOT NULL,                      -- the pictures
  printed_utc   {int} NOT NULL,                      -- the code
  made_by       {int} NOT NULL,
  wrong         {int} NOT NULL DEFAULT 0,            -- guesses in a row
  UNIQUE (school, person)
) {strict};
CREATE UNIQUE INDEX child_card_by_code ON child_card (school, code_hash);

-- Where learners signed in.  A row whose session is gone has ended.
CREATE TABLE learner_in (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  class         {int} NOT NULL,                      -- 0 = none
  lesson        {int} NOT NULL,                      -- entry of the class session; 0 = by password
  how           {text} NOT NULL,                     -- password pictures code
  token_hash    {blob} NOT NULL,
  address       {text} NOT NULL,
  at_utc        {int} NOT NULL
) {strict};
CREATE INDEX learner_in_by_person ON learner_in (school, person, id);
CREATE INDEX learner_in_by_class ON learner_in (school, class, at_utc);
