-- Accounts: what people were given access to, how often somebody guessed, passwords to be changed.
ALTER TABLE account ADD COLUMN must_change {int} NOT NULL DEFAULT 0;      -- at the next sign-in
ALTER TABLE account ADD COLUMN password_utc {int} NOT NULL DEFAULT 0;     -- when it was set
ALTER TABLE session ADD COLUMN agent {text} NOT NULL DEFAULT '';          -- the browser's own words, cut

-- The written record of who was granted access to what (never deleted; an end is a date).
CREATE TABLE access_grant (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  what          {text} NOT NULL,
  from_utc      {int} NOT NULL,
  upto_utc      {int},
  given_by      {int} NOT NULL,
  ended_by      {int},
  why           {text} NOT NULL
) {strict};
CREATE INDEX access_grant_by_person ON access_grant (school, person, id);

-- Wrong guesses by sign-in name and address, whether the name exists or not.
CREATE TABLE sign_in_guess (
  school        {int} NOT NULL REFERENCES school(id),
  sign_in       {text} NOT NULL,
  address       {text} NOT NULL,
  since_utc     {int} NOT NULL,
  n             {int} NOT NULL,
  PRIMARY KEY (school, sign_in, address)
) {strict};
CREATE INDEX sign_in_guess_by_address ON sign_in_guess (school, address, since_utc);
