-- What the program can measure about how the policy is lived: counts and ages, never a name.

-- name: evidence_people   may: admin technician dsl deputy head leadership governor chair   args: school:id now:utc   cols: n:int
SELECT count(*) FROM person WHERE school = :school AND active_from <= :now AND (active_upto IS NULL OR active_upto > :now);

-- name: evidence_signed   may: admin technician dsl deputy head leadership governor chair   args: school:id now:utc   cols: n:int newest:utc
-- People here now whose signature is of the version in force for them.
SELECT count(DISTINCT who.number), COALESCE(max(s.made_utc), 0)
  FROM entry s
  JOIN entry_index who ON who.entry = s.id AND who.field = 'person'
  JOIN entry_index aud ON aud.entry = s.id AND aud.field = 'audience'
  JOIN entry_index ver ON ver.entry = s.id AND ver.field = 'version'
  JOIN person p ON p.id = who.number
 WHERE s.school = :school AND who.school = :school AND aud.school = :school AND ver.school = :school AND p.school = :school
   AND s.register = 'signature' AND s.state = 'signed' AND (p.active_upto IS NULL OR p.active_upto > :now)
   AND EXISTS (SELECT 1 FROM entry g
                 JOIN entry_index ga ON ga.entry = g.id AND ga.field = 'audience'
                 JOIN entry_index gv ON gv.entry = g.id AND gv.field = 'version'
                WHERE g.school = :school AND ga.school = :school AND gv.school = :school
                  AND g.register = 'agreement' AND g.state = 'active' AND ga.word = aud.word AND gv.number = ver.number);

-- name: evidence_entries   may: admin technician dsl deputy head leadership governor chair   args: school:id register:text from:utc   cols: n:int newest:utc
SELECT count(*), COALESCE(max(changed_utc), 0) FROM entry WHERE school = :school AND register = :register AND changed_utc >= :from;

-- name: evidence_audit_newest   may: admin technician dsl deputy head leadership governor chair   args: school:id what:text   cols: at_utc:utc about:int why:text
SELECT at_utc, about, why FROM audit WHERE school = :school AND what = :what ORDER BY seq DESC LIMIT 1;

-- name: evidence_published   may: admin technician dsl deputy head leadership governor chair   args: school:id generation:int   cols: at_utc:utc why:text
SELECT at_utc, why FROM audit WHERE school = :school AND about_kind = 'snapshot' AND about = :generation AND what = 'policy.published'
 ORDER BY seq DESC LIMIT 1;

-- name: evidence_checkpoint   may: admin technician dsl deputy head leadership governor chair   args: school:id   cols: at_utc:utc
SELECT COALESCE(max(at_utc), 0) FROM audit_checkpoint WHERE school = :school;
