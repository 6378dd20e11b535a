-- The security check (house/security).

-- name: security_powered   may: -   args: school:id now:utc   cols: person:id role:text sign_in:text password:text
-- Everybody who holds a role now and can sign in by password.
SELECT r.person, r.role, a.sign_in, a.password FROM person_role r JOIN account a ON a.school = r.school AND a.person = r.person
 WHERE r.school = :school AND a.password <> '' AND r.from_utc <= :now AND (r.upto_utc IS NULL OR r.upto_utc > :now) ORDER BY r.person, r.role;

-- name: security_holders   may: -   args: school:id now:utc   cols: role:text n:int
SELECT role, count(DISTINCT person) FROM person_role WHERE school = :school AND from_utc <= :now AND (upto_utc IS NULL OR upto_utc > :now) GROUP BY role;

-- name: security_leavers   may: -   args: school:id now:utc   cols: sessions:int roles:int
-- What people still have who left.
SELECT (SELECT count(*) FROM session s JOIN person p ON p.school = s.school AND p.id = s.person
         WHERE s.school = :school AND p.school = :school AND p.active_upto IS NOT NULL AND p.active_upto <= :now AND s.expires_utc > :now),
       (SELECT count(*) FROM person_role r JOIN person q ON q.school = r.school AND q.id = r.person
         WHERE r.school = :school AND q.school = :school AND q.active_upto IS NOT NULL AND q.active_upto <= :now AND (r.upto_utc IS NULL OR r.upto_utc > :now));
