-- Plans for one pupil: which holds now.  What they say is sealed and read through the entry store.

-- name: support_of   may: -   args: school:id person:id now:utc   cols: number:int id:id form:text until_utc:utc
-- The newest plan of a child that has begun and has not been ended; one past its day still holds, in its stricter form.
SELECT e.number, e.id, COALESCE(f.word, ''), COALESCE(u.number, 0) FROM entry_index c
  JOIN entry e ON e.school = :school AND e.id = c.entry
  JOIN entry_index s ON s.school = :school AND s.entry = e.id AND s.field = 'from'
  LEFT JOIN entry_index u ON u.school = :school AND u.entry = e.id AND u.field = 'until'
  LEFT JOIN entry_index f ON f.school = :school AND f.entry = e.id AND f.field = 'form'
 WHERE c.school = :school AND c.register = 'support-plan' AND c.field = 'child' AND c.number = :person
   AND e.state IN ('active', 'lapsed') AND s.number <= :now
 ORDER BY e.id DESC LIMIT 1;

-- name: support_due   may: -   args: school:id now:utc   cols: id:id
SELECT e.id FROM entry e JOIN entry_index u ON u.school = :school AND u.entry = e.id AND u.field = 'until'
 WHERE e.school = :school AND e.register = 'support-plan' AND e.state = 'active' AND u.number <= :now ORDER BY e.id LIMIT 200;
