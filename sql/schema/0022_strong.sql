-- Strong sign-in: how a session began and when it was proved last, browsers that were here before,
-- passkeys, challenges that were answered, the break-glass account.
ALTER TABLE session ADD COLUMN how {text} NOT NULL DEFAULT '';            -- a word of SESSION_HOW_TABLE
ALTER TABLE session ADD COLUMN proved_utc {int} NOT NULL DEFAULT 0;       -- the last password or passkey in it

-- Browsers in which somebody has signed in: the cookie's digest, and where that was last.
CREATE TABLE known_browser (
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  browser       {blob} NOT NULL,
  address       {text} NOT NULL,
  made_utc      {int} NOT NULL,
  seen_utc      {int} NOT NULL,
  PRIMARY KEY (school, person, browser)
) {strict};
CREATE INDEX known_browser_by_address ON known_browser (school, address, seen_utc);

CREATE TABLE passkey (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  credential    {blob} NOT NULL,                     -- its id, as the authenticator made it
  public_key    {blob} NOT NULL,                     -- COSE_Key, RFC 9052 7
  counter       {int} NOT NULL,                      -- signatures so far, as the authenticator counts
  name          {text} NOT NULL,                     -- as its owner calls it
  made_utc      {int} NOT NULL,
  used_utc      {int},
  UNIQUE (school, credential)
) {strict};
CREATE INDEX passkey_by_person ON passkey (school, person, id);

CREATE TABLE challenge_spent (                       -- answered once: never again
  school        {int} NOT NULL REFERENCES school(id),
  challenge     {blob} NOT NULL,
  until_utc     {int} NOT NULL,
  PRIMARY KEY (school, challenge)
) {strict};

-- The break-glass account: two halves, each a code in an envelope, and each time it was opened.
CREATE TABLE glass_half (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  half          {int} NOT NULL CHECK (half IN (1, 2)),
  person        {int} REFERENCES person(id),         -- who printed it; null = at the command line
  digest        {blob} NOT NULL,
  made_utc      {int} NOT NULL,
  void_utc      {int}                                -- used, or replaced
) {strict};
CREATE INDEX glass_half_now ON glass_half (school, half, id);

CREATE TABLE glass_opening (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  account_person {int} NOT NULL REFERENCES person(id),
  first         {int} NOT NULL REFERENCES person(id),
  second        {int} NOT NULL REFERENCES person(id),
  why           {text} NOT NULL,
  opened_utc    {int} NOT NULL,
  until_utc     {int} NOT NULL
) {strict};
CREATE INDEX glass_opening_by_school ON glass_opening (school, id);
