-- The generic store: entries and their versions, sealed text, search tokens, the audit.
CREATE TABLE case_key (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  class         {int} NOT NULL,                      -- enum seal_class
  wrapped       {blob} NOT NULL,                     -- empty when destroyed
  made_utc      {int} NOT NULL,
  destroyed_utc {int},
  destroyed_by  {int},
  why           {text} NOT NULL DEFAULT ''
) {strict};

CREATE TABLE entry (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  register      {text} NOT NULL,
  number        {int} NOT NULL,                      -- counts within school and register
  class         {int} NOT NULL,                      -- enum entry_class
  state         {text} NOT NULL DEFAULT '',
  version       {int} NOT NULL,                      -- the newest one
  parent        {int} REFERENCES entry(id),
  root          {int} REFERENCES entry(id),          -- topmost entry above this one; who is barred there is barred here
  case_key      {int} REFERENCES case_key(id),
  made_by       {int} NOT NULL,                      -- 0 = the program
  made_utc      {int} NOT NULL,
  changed_utc   {int} NOT NULL,
  UNIQUE (school, register, number)
) {strict};
CREATE INDEX entry_by_register ON entry (school, register, state, id);
CREATE INDEX entry_by_class ON entry (school, class, id);
CREATE INDEX entry_by_parent ON entry (school, parent);
CREATE INDEX entry_by_key ON entry (school, case_key);

CREATE TABLE entry_version (
  school        {int} NOT NULL REFERENCES school(id),
  entry         {int} NOT NULL REFERENCES entry(id),
  version       {int} NOT NULL,
  class         {int} NOT NULL,
  state         {text} NOT NULL,
  body          {text} NOT NULL,                     -- JSON object of the open fields, as text
  by_person     {int} NOT NULL,
  at_utc        {int} NOT NULL,
  why           {text} NOT NULL,
  digest        {blob} NOT NULL,                     -- over this row and the ciphertexts of its texts
  PRIMARY KEY (school, entry, version)
) {strict};

CREATE TABLE entry_text (
  school        {int} NOT NULL REFERENCES school(id),
  entry         {int} NOT NULL REFERENCES entry(id),
  version       {int} NOT NULL,
  field         {text} NOT NULL,
  case_key      {int} NOT NULL REFERENCES case_key(id),
  sealed        {blob} NOT NULL,
  PRIMARY KEY (school, entry, version, field)
) {strict};

CREATE TABLE entry_index (
  school        {int} NOT NULL REFERENCES school(id),
  entry         {int} NOT NULL REFERENCES entry(id),
  register      {text} NOT NULL,
  field         {text} NOT NULL,
  number        {int},                               -- int, date, time, person, bool
  word          {text},                              -- text, choice; folded, 200 bytes at most
  PRIMARY KEY (school, entry, field)
) {strict};
CREATE INDEX entry_index_by_number ON entry_index (school, register, field, number, entry);
CREATE INDEX entry_index_by_word ON entry_index (school, register, field, word, entry);

CREATE TABLE entry_person (
  school        {int} NOT NULL REFERENCES school(id),
  entry         {int} NOT NULL REFERENCES entry(id),
  person        {int} NOT NULL REFERENCES person(id),
  stands_as     {int} NOT NULL,                      -- enum entry_as
  since_utc     {int} NOT NULL,
  PRIMARY KEY (school, entry, person, stands_as)
) {strict};
CREATE INDEX entry_person_by_person ON entry_person (school, person, stands_as, entry);

CREATE TABLE word_token (
  school        {int} NOT NULL REFERENCES school(id),
  class         {int} NOT NULL,
  token         {blob} NOT NULL,
  entry         {int} NOT NULL REFERENCES entry(id),
  PRIMARY KEY (school, class, token, entry)
) {strict};
CREATE INDEX word_token_by_entry ON word_token (school, entry);

CREATE TABLE entry_number (
  school        {int} NOT NULL REFERENCES school(id),
  register      {text} NOT NULL,
  last          {int} NOT NULL,
  PRIMARY KEY (school, register)
) {strict};

CREATE TABLE audit_head (
  school        {int} NOT NULL PRIMARY KEY REFERENCES school(id),
  seq           {int} NOT NULL,
  digest        {blob} NOT NULL
) {strict};

CREATE TABLE audit (
  school        {int} NOT NULL REFERENCES school(id),
  seq           {int} NOT NULL,
  at_utc        {int} NOT NULL,
  person        {int} NOT NULL,                      -- 0 = the program
  what          {text} NOT NULL,
  why           {text} NOT NULL,
  about_kind    {text} NOT NULL,
  about         {int} NOT NULL,
  content       {blob} NOT NULL,                     -- digest of what was stored; empty for none
  digest        {blob} NOT NULL,
  PRIMARY KEY (school, seq)
) {strict};
CREATE INDEX audit_by_about ON audit (school, about_kind, about, seq);

CREATE TABLE audit_checkpoint (
  school        {int} NOT NULL REFERENCES school(id),
  seq           {int} NOT NULL,
  at_utc        {int} NOT NULL,
  digest        {blob} NOT NULL,
  signature     {blob} NOT NULL,
  PRIMARY KEY (school, seq)
) {strict};

CREATE TABLE tombstone (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  kind          {text} NOT NULL,                     -- key, month
  about         {int} NOT NULL,                      -- case_key id; month as 202611
  by_person     {int} NOT NULL,
  at_utc        {int} NOT NULL,
  why           {text} NOT NULL
) {strict};

CREATE TABLE view_log (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  viewer        {int} NOT NULL,
  person        {int} NOT NULL,                      -- 0 = none: a class
  class         {int} NOT NULL,                      -- 0 = none: a person
  at_utc        {int} NOT NULL,
  from_utc      {int} NOT NULL,
  upto_utc      {int} NOT NULL,
  why           {text} NOT NULL
) {strict};
CREATE INDEX view_log_by_person ON view_log (school, person, id);

-- Notifications waiting to go: that something waits, and where.  No words of a case.
CREATE TABLE outbox (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  kind          {text} NOT NULL,                     -- which sentence of the notification texts
  person        {int} NOT NULL,                      -- to whom
  channel       {text} NOT NULL DEFAULT 'mail',
  link          {text} NOT NULL,                     -- path in the portal
  entry         {int},                               -- what it is about; null = nothing stored
  made_utc      {int} NOT NULL,
  due_utc       {int} NOT NULL,                      -- not before
  taken_utc     {int},                               -- a sender has it
  sent_utc      {int},
  tries         {int} NOT NULL DEFAULT 0,
  failed        {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX outbox_waiting ON outbox (school, due_utc) WHERE sent_utc IS NULL;
CREATE INDEX outbox_by_person ON outbox (school, person, id);

-- append-only: audit audit_checkpoint entry_version entry_text tombstone view_log
