-- Signing in with an account of the school's own provider or directory.
-- One outside identity belongs to one person, and a person has at most one of each issuer.
CREATE TABLE outside_identity (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  provider      {text} NOT NULL,
  issuer        {text} NOT NULL,
  subject       {text} NOT NULL,
  person        {int} NOT NULL REFERENCES person(id),
  shown         {text} NOT NULL DEFAULT '',          -- the name used there, to show
  made_utc      {int} NOT NULL,
  made_by       {int} NOT NULL,
  seen_utc      {int},
  UNIQUE (school, issuer, subject),
  UNIQUE (school, issuer, person)
) {strict};

-- Attempts on their way to a provider: each comes back once, to the browser that began it, within ten minutes.
CREATE TABLE outside_try (
  state_hash    {blob} NOT NULL PRIMARY KEY,
  school        {int} NOT NULL REFERENCES school(id),
  provider      {text} NOT NULL,
  nonce         {text} NOT NULL,
  verifier      {text} NOT NULL,
  browser_hash  {blob} NOT NULL,
  person        {int} NOT NULL DEFAULT 0,            -- who is signed in and links their own account; 0: signing in
  next          {text} NOT NULL DEFAULT '',
  made_utc      {int} NOT NULL
) {strict};
CREATE INDEX outside_try_by_time ON outside_try (school, made_utc);

-- Whom a provider vouched for and nobody here matches: an administrator says who it is.
CREATE TABLE outside_waiting (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  provider      {text} NOT NULL,
  issuer        {text} NOT NULL,
  subject       {text} NOT NULL,
  shown         {text} NOT NULL DEFAULT '',
  why           {text} NOT NULL,
  seen_utc      {int} NOT NULL,
  UNIQUE (school, issuer, subject)
) {strict};
