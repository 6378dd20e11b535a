-- Families: who stands how to a child, who must not be told; links of a family; visits.
ALTER TABLE guardian ADD COLUMN relation {text} NOT NULL DEFAULT '';         -- mother father step-parent grandparent foster-carer other-relative social-worker local-authority other
ALTER TABLE guardian ADD COLUMN responsible {int} NOT NULL DEFAULT 1;        -- has parental responsibility (Children Act 1989 s.3)
ALTER TABLE guardian ADD COLUMN barred {int} NOT NULL DEFAULT 0;             -- sees and hears nothing of this child; the reason stands sealed in register `contact-bar`
ALTER TABLE guardian ADD COLUMN barred_utc {int};                            -- since
ALTER TABLE guardian ADD COLUMN barred_by {int};                             -- a safeguarding lead
ALTER TABLE guardian ADD COLUMN post {int} NOT NULL DEFAULT 0;               -- 1 = wants paper, though there may be a mail address
UPDATE guardian SET barred = 1 WHERE told = 0;

ALTER TABLE person ADD COLUMN phone {text} NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN postal {text} NOT NULL DEFAULT '';             -- for letters, lines apart by newlines
ALTER TABLE person ADD COLUMN organisation {text} NOT NULL DEFAULT '';       -- a council, a firm, an agency
ALTER TABLE person ADD COLUMN language {text} NOT NULL DEFAULT '';           -- BCP 47; '' = not known
ALTER TABLE person ADD COLUMN interpreter {int} NOT NULL DEFAULT 0;          -- 1 = wants an interpreter at meetings
ALTER TABLE person ADD COLUMN in_care {int} NOT NULL DEFAULT 0;              -- learners: looked after by a local authority, a guardian of relation local-authority

CREATE TABLE family_link (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),    -- the one adult it is for
  how           {text} NOT NULL CHECK (how IN ('mail','letter')),
  token_hash    {blob} NOT NULL,                         -- of the token in the address; the token is kept nowhere
  made_utc      {int} NOT NULL,
  made_by       {int} NOT NULL,                          -- 0 = the program, when the adult asked
  expires_utc   {int} NOT NULL,
  used_utc      {int},                                   -- opened, once
  cookie_hash   {blob},                                  -- of the cookie of the browser that opened it
  until_utc     {int},                                   -- that browser's time ends
  ended_utc     {int},                                   -- taken back before its time
  ended_why     {text} NOT NULL DEFAULT ''
) {strict};
CREATE UNIQUE INDEX family_link_by_token ON family_link (school, token_hash);
CREATE INDEX family_link_by_cookie ON family_link (school, cookie_hash);
CREATE INDEX family_link_by_person ON family_link (school, person, id);

CREATE TABLE visit (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),    -- visitor, supply, contractor, volunteer
  organisation  {text} NOT NULL DEFAULT '',
  host          {int} REFERENCES person(id),             -- whom they see, when it is one person
  purpose       {text} NOT NULL DEFAULT '',
  car           {text} NOT NULL DEFAULT '',
  badge         {text} NOT NULL DEFAULT '',
  state         {text} NOT NULL CHECK (state IN ('booked','in','out','cancelled')),
  due_utc       {int} NOT NULL,                          -- when they are expected, or came
  until_utc     {int} NOT NULL,                          -- every access of this visit ends then
  agreed        {int},                                   -- 1 signed the rules, 0 declined; null = not asked yet
  network       {int} NOT NULL DEFAULT 0,                -- guest network was given
  booked_by     {int},
  in_utc        {int},
  in_by         {int},
  out_utc       {int},
  out_by        {int},                                   -- 0 = the program, at the end of the day
  note          {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX visit_by_state ON visit (school, state, due_utc);
CREATE INDEX visit_by_person ON visit (school, person, id);

-- A code that lets one visitor's device onto the guest network, while the visit lasts.
CREATE TABLE visit_code (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  visit         {int} NOT NULL REFERENCES visit(id),
  person        {int} NOT NULL REFERENCES person(id),
  code_hash     {blob} NOT NULL,
  expires_utc   {int} NOT NULL,
  used          {int} NOT NULL DEFAULT 0,                -- how many devices
  ended_utc     {int}
) {strict};
CREATE INDEX visit_code_by_hash ON visit_code (school, code_hash);
CREATE INDEX visit_code_by_visit ON visit_code (school, visit);
