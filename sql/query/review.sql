-- What an access review looks at beside roles.

-- name: leavers_open   may: -   args: school:id now:utc   cols: person:id name:text left_utc:utc what:text
-- People who have left and still have something: an open account, a session, a role.
SELECT p.id, p.name, p.active_upto,
       CASE WHEN EXISTS (SELECT 1 FROM session s WHERE s.school = :school AND s.person = p.id AND s.expires_utc > :now) THEN 'a session that is open'
            WHEN EXISTS (SELECT 1 FROM person_role r WHERE r.school = :school AND r.person = p.id AND (r.upto_utc IS NULL OR r.upto_utc > :now)) THEN 'a role'
            WHEN EXISTS (SELECT 1 FROM access_grant g WHERE g.school = :school AND g.person = p.id AND (g.upto_utc IS NULL OR g.upto_utc > :now)) THEN 'a grant of access'
            ELSE 'an open account' END
  FROM person p
 WHERE p.school = :school AND p.active_upto IS NOT NULL AND p.active_upto <= :now
   AND (EXISTS (SELECT 1 FROM account a WHERE a.school = :school AND a.person = p.id AND a.state = 'open')
     OR EXISTS (SELECT 1 FROM session s WHERE s.school = :school AND s.person = p.id AND s.expires_utc > :now)
     OR EXISTS (SELECT 1 FROM person_role r WHERE r.school = :school AND r.person = p.id AND (r.upto_utc IS NULL OR r.upto_utc > :now))
     OR EXISTS (SELECT 1 FROM access_grant g WHERE g.school = :school AND g.person = p.id AND (g.upto_utc IS NULL OR g.upto_utc > :now)))
 ORDER BY p.active_upto, p.id LIMIT 500;

-- name: grant_stop_one   may: -   args: school:id person:id id:id at:utc by:id
UPDATE access_grant SET upto_utc = :at, ended_by = :by WHERE school = :school AND person = :person AND id = :id AND (upto_utc IS NULL OR upto_utc > :at);
