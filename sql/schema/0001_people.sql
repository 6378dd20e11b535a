-- Schools and the people in them.
-- Words in braces are written for the engine: {id} {int} {text} {blob} {strict}.
-- Every table with a column `school` gets row-level security on PostgreSQL by itself.
CREATE TABLE school (
  id            {id},
  name          {text} NOT NULL,
  profile       {text} NOT NULL DEFAULT '',          -- junior, primary
  made_utc      {int} NOT NULL
) {strict};

CREATE TABLE person (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  kind          {text} NOT NULL CHECK (kind IN ('learner','staff','governor','volunteer','contractor','parent','visitor','supply')),
  name          {text} NOT NULL,                     -- as shown
  sort_name     {text} NOT NULL DEFAULT '',
  year_group    {int},                               -- 0 = reception, 1-6; null for adults
  group_name    {text} NOT NULL DEFAULT '',          -- filter group: early-years ks1 ks2 staff governors guests plan-NNN
  needs         {text} NOT NULL DEFAULT '',          -- which agreement form suits: easy-read, symbols, language
  reference     {text},                              -- of the school's own system
  mail          {text},
  active_from   {int} NOT NULL,
  active_upto   {int},                               -- null = still here
  UNIQUE (school, reference)
) {strict};
CREATE INDEX person_by_name ON person (school, kind, sort_name, id);

CREATE TABLE person_role (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  role          {text} NOT NULL,                     -- a word of data/roles.conf
  from_utc      {int} NOT NULL,
  upto_utc      {int},                               -- null = still held
  given_by      {int},
  why           {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX person_role_by_person ON person_role (school, person);
CREATE INDEX person_role_by_role ON person_role (school, role, upto_utc);

CREATE TABLE class (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  name          {text} NOT NULL,
  year_group    {int},
  group_name    {text} NOT NULL DEFAULT '',
  active_upto   {int}
) {strict};
CREATE UNIQUE INDEX class_by_name ON class (school, name);

CREATE TABLE class_member (
  school        {int} NOT NULL REFERENCES school(id),
  class         {int} NOT NULL REFERENCES class(id),
  person        {int} NOT NULL REFERENCES person(id),
  teaches       {int} NOT NULL DEFAULT 0,            -- 1 = a teacher of the class
  PRIMARY KEY (school, class, person)
) {strict};
CREATE INDEX class_member_by_person ON class_member (school, person);

CREATE TABLE guardian (
  school        {int} NOT NULL REFERENCES school(id),
  parent        {int} NOT NULL REFERENCES person(id),
  learner       {int} NOT NULL REFERENCES person(id),
  told          {int} NOT NULL DEFAULT 1,            -- 0 = must not be told (court order, risk): a DSL's decision
  PRIMARY KEY (school, parent, learner)
) {strict};
CREATE INDEX guardian_by_learner ON guardian (school, learner);

CREATE TABLE device (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  name          {text} NOT NULL,
  kind          {text} NOT NULL DEFAULT '',
  owner         {text} NOT NULL DEFAULT 'school' CHECK (owner IN ('school','personal')),
  person        {int} REFERENCES person(id),         -- whose, when it is one person's
  class         {int} REFERENCES class(id),
  mac           {text},
  token_hash    {blob},                              -- keyed hash of the device token
  token_utc     {int},
  active_upto   {int}
) {strict};
CREATE UNIQUE INDEX device_by_name ON device (school, name);

-- Which network addresses stand for which group (and, for a room or a trolley, which class).
CREATE TABLE address_range (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  prefix        {text} NOT NULL,
  group_name    {text} NOT NULL,
  class         {int} REFERENCES class(id),
  note          {text} NOT NULL DEFAULT '',
  UNIQUE (school, prefix)
) {strict};

CREATE TABLE account (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  sign_in       {text} NOT NULL,                     -- folded
  password      {text},                              -- argon2id; null = none set (pictures, invitation)
  totp          {blob},                              -- sealed secret
  totp_step     {int} NOT NULL DEFAULT 0,            -- last step taken: a code serves once
  state         {text} NOT NULL DEFAULT 'open' CHECK (state IN ('invited','open','locked','closed')),
  failures      {int} NOT NULL DEFAULT 0,
  locked_utc    {int},                               -- until
  changed_utc   {int} NOT NULL,
  seen_utc      {int},
  UNIQUE (school, sign_in),
  UNIQUE (school, person)
) {strict};

CREATE TABLE account_code (                          -- recovery codes and invitations, hashed
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  account       {int} NOT NULL REFERENCES account(id),
  kind          {text} NOT NULL,
  hash          {blob} NOT NULL,
  expires_utc   {int},
  used_utc      {int}
) {strict};
CREATE INDEX account_code_by_account ON account_code (school, account, kind);

CREATE TABLE session (
  token_hash    {blob} NOT NULL PRIMARY KEY,
  school        {int} NOT NULL REFERENCES school(id),
  account       {int} NOT NULL REFERENCES account(id),
  person        {int} NOT NULL REFERENCES person(id),
  csrf          {blob} NOT NULL,
  address       {text} NOT NULL DEFAULT '',          -- the peer that nginx saw
  made_utc      {int} NOT NULL,
  seen_utc      {int} NOT NULL,
  expires_utc   {int} NOT NULL,
  second_utc    {int},                               -- second factor given
  data          {text} NOT NULL DEFAULT '{}'
) {strict};
CREATE INDEX session_by_person ON session (school, person);

CREATE TABLE setting (
  school        {int} NOT NULL REFERENCES school(id),
  name          {text} NOT NULL,
  value         {text} NOT NULL,
  changed_by    {int} NOT NULL,
  changed_utc   {int} NOT NULL,
  PRIMARY KEY (school, name)
) {strict};
