-- Passwords that were, names that were, cards, learners who are signed in.

-- name: password_past_put   may: -   args: school:id person:id hash:text at:utc
INSERT INTO password_past (school, person, hash, at_utc) VALUES (:school, :person, :hash, :at);

-- name: password_past_rows   may: -   args: school:id person:id limit:int   cols: hash:text
SELECT hash FROM password_past WHERE school = :school AND person = :person ORDER BY id DESC LIMIT :limit;

-- name: password_past_cut   may: -   args: school:id person:id keep:int
DELETE FROM password_past WHERE school = :school AND person = :person
   AND id NOT IN (SELECT id FROM password_past WHERE school = :school AND person = :person ORDER BY id DESC LIMIT :keep);

-- name: account_must_change   may: -   args: school:id person:id
UPDATE account SET must_change = 1 WHERE school = :school AND person = :person;

-- name: account_seen_utc   may: -   args: school:id person:id   cols: at:utc
SELECT COALESCE(seen_utc, 0) FROM account WHERE school = :school AND person = :person;

-- name: username_past_put   may: -   args: school:id sign_in:text person:id
INSERT INTO username_past (school, sign_in, person) VALUES (:school, :sign_in, :person) ON CONFLICT (school, sign_in) DO NOTHING;

-- name: username_past_row   may: -   args: school:id sign_in:text   cols: person:id
SELECT person FROM username_past WHERE school = :school AND sign_in = :sign_in;

-- name: school_names   may: -   args: school:id   cols: name:text
-- Words that children of this school would try: its name, its classes, who teaches there.
SELECT name FROM school WHERE id = :school
UNION SELECT name FROM class WHERE school = :school;

-- name: class_teacher_names   may: -   args: school:id person:id   cols: name:text
SELECT p.name FROM class_member m JOIN class_member t ON t.school = m.school AND t.class = m.class AND t.teaches = 1
  JOIN person p ON p.school = t.school AND p.id = t.person
 WHERE m.school = :school AND m.person = :person AND m.teaches = 0;
