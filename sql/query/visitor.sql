-- Visits: who is in the building, who was, who comes.

-- name: visit_put   may: -
-- args: school:id person:id organisation:text host:id? purpose:text car:text badge:text state:text due:utc until:utc booked_by:id? in:utc? in_by:id?   cols: id:id
INSERT INTO visit (school, person, organisation, host, purpose, car, badge, state, due_utc, until_utc, booked_by, in_utc, in_by)
VALUES (:school, :person, :organisation, :host, :purpose, :car, :badge, :state, :due, :until, :booked_by, :in, :in_by) RETURNING id;

-- name: visit_come   may: -
-- args: school:id id:id organisation:text host:id? purpose:text car:text badge:text until:utc now:utc by:id
UPDATE visit SET state = 'in', organisation = :organisation, host = :host, purpose = :purpose, car = :car, badge = :badge, until_utc = :until,
       due_utc = :now, in_utc = :now, in_by = :by
 WHERE school = :school AND id = :id AND state = 'booked';

-- name: visit_go   may: -   args: school:id id:id now:utc by:id
UPDATE visit SET state = 'out', out_utc = :now, out_by = :by WHERE school = :school AND id = :id AND state = 'in';

-- name: visit_drop   may: -   args: school:id id:id note:text
UPDATE visit SET state = 'cancelled', note = :note WHERE school = :school AND id = :id AND state = 'booked';

-- name: visit_agreed   may: -   args: school:id id:id agreed:int
UPDATE visit SET agreed = :agreed WHERE school = :school AND id = :id AND state = 'in';

-- name: visit_networked   may: -   args: school:id id:id
UPDATE visit SET network = 1 WHERE school = :school AND id = :id AND state = 'in';

-- name: visit_rows   may: -
-- args: school:id id:id person:id words:text state:text from:utc upto:utc ascending:int limit:int offset:int
-- cols: id:id person:id name:text kind:text organisation:text host:id host_name:text purpose:text car:text badge:text note:text state:text due_utc:utc until_utc:utc in_utc:utc out_utc:utc in_by:id out_by:id agreed:int network:int left_utc:utc
SELECT v.id, v.person, p.name, p.kind, v.organisation, COALESCE(v.host, 0), COALESCE(h.name, ''), v.purpose, v.car, v.badge, v.note, v.state,
       v.due_utc, v.until_utc, COALESCE(v.in_utc, 0), COALESCE(v.out_utc, 0), COALESCE(v.in_by, 0), COALESCE(v.out_by, 0), COALESCE(v.agreed, -1), v.network,
       COALESCE(p.active_upto, 0)
  FROM visit v JOIN person p ON p.school = v.school AND p.id = v.person LEFT JOIN person h ON h.school = v.school AND h.id = v.host
 WHERE v.school = :school AND (:id = 0 OR v.id = :id) AND (:person = 0 OR v.person = :person)
   AND (p.sort_name LIKE :words ESCAPE '!' OR lower(v.organisation) LIKE :words ESCAPE '!' OR lower(v.car) LIKE :words ESCAPE '!')
   AND (:state = '' OR v.state = :state) AND v.due_utc >= :from AND v.due_utc < :upto
 ORDER BY CASE WHEN :ascending = 1 THEN v.due_utc ELSE -v.due_utc END, v.id LIMIT :limit OFFSET :offset;

-- name: visit_total   may: -   args: school:id person:id words:text state:text from:utc upto:utc   cols: n:int
SELECT count(*) FROM visit v JOIN person p ON p.school = v.school AND p.id = v.person
 WHERE v.school = :school AND (:person = 0 OR v.person = :person)
   AND (p.sort_name LIKE :words ESCAPE '!' OR lower(v.organisation) LIKE :words ESCAPE '!' OR lower(v.car) LIKE :words ESCAPE '!')
   AND (:state = '' OR v.state = :state) AND v.due_utc >= :from AND v.due_utc < :upto;

-- name: visit_known   may: -   args: school:id words:text
-- cols: person:id name:text kind:text organisation:text due_utc:utc
-- Each once, with what they said last time.
SELECT p.id, p.name, p.kind, COALESCE(v.organisation, p.organisation), COALESCE(v.due_utc, 0)
  FROM person p LEFT JOIN visit v ON v.school = p.school AND v.person = p.id
       AND v.id = (SELECT max(w.id) FROM visit w WHERE w.school = p.school AND w.person = p.id)
 WHERE p.school = :school AND p.kind IN ('visitor', 'supply', 'contractor', 'volunteer') AND p.sort_name LIKE :words ESCAPE '!'
 ORDER BY COALESCE(v.due_utc, 0) DESC, p.sort_name, p.id LIMIT 20;

-- name: visit_over   may: -   args: school:id now:utc day:utc   cols: id:id state:text
SELECT id, state FROM visit
 WHERE school = :school AND ((state = 'in' AND until_utc <= :now) OR (state = 'booked' AND due_utc < :day)) ORDER BY id LIMIT 1000;

-- name: visitor_back   may: -   args: school:id id:id upto:utc
UPDATE person SET active_upto = :upto WHERE school = :school AND id = :id AND active_upto IS NOT NULL AND active_upto < :upto;

-- name: visitor_account_back   may: -   args: school:id person:id at:utc
-- A password of last time does not come back with the person.
UPDATE account SET state = 'open', password = NULL, changed_utc = :at WHERE school = :school AND person = :person AND state = 'closed';

-- name: visit_code_put   may: -   args: school:id visit:id person:id hash:blob expires:utc
INSERT INTO visit_code (school, visit, person, code_hash, expires_utc) VALUES (:school, :visit, :person, :hash, :expires);

-- name: visit_code_end   may: -   args: school:id visit:id now:utc
UPDATE visit_code SET ended_utc = :now WHERE school = :school AND visit = :visit AND ended_utc IS NULL;

-- name: visit_code_row   may: -   args: school:id hash:blob now:utc   cols: id:id person:id until_utc:utc
SELECT c.id, c.person, v.until_utc FROM visit_code c JOIN visit v ON v.school = c.school AND v.id = c.visit
 WHERE c.school = :school AND c.code_hash = :hash AND c.ended_utc IS NULL AND c.expires_utc > :now AND v.state = 'in';

-- name: visit_code_count   may: -   args: school:id id:id most:int
UPDATE visit_code SET used = used + 1 WHERE school = :school AND id = :id AND used < :most;
