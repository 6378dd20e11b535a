-- Tasks: which entries of the register are whose.  :roles is ",dsl,head," - the roles held by who asks.

-- name: task_ids   may: -
-- args: school:id open:int before:utc person:id roles:text everyone:int kind:text limit:int offset:int   cols: id:id
SELECT e.id FROM entry e
  LEFT JOIN entry_index f ON f.school = :school AND f.entry = e.id AND f.field = 'for'
  LEFT JOIN entry_index g ON g.school = :school AND g.entry = e.id AND g.field = 'delegate'
  LEFT JOIN entry_index r ON r.school = :school AND r.entry = e.id AND r.field = 'role'
  LEFT JOIN entry_index p ON p.school = :school AND p.entry = e.id AND p.field = 'private'
  LEFT JOIN entry_index k ON k.school = :school AND k.entry = e.id AND k.field = 'kind'
  LEFT JOIN entry_index d ON d.school = :school AND d.entry = e.id AND d.field = 'due'
 WHERE e.school = :school AND e.register = 'task'
   AND ((:open = 1 AND e.state IN ('open', 'ready')) OR (:open = 0 AND e.state IN ('done', 'dropped')))
   AND (:before = 0 OR d.number < :before)
   AND (:kind = '' OR k.word = :kind)
   AND (f.number = :person OR g.number = :person OR :roles LIKE '%,' || r.word || ',%' OR (:everyone = 1 AND COALESCE(p.number, 0) = 0))
 ORDER BY CASE WHEN :open = 1 THEN d.number ELSE -e.changed_utc END, e.id LIMIT :limit OFFSET :offset;

-- name: task_total   may: -
-- args: school:id open:int before:utc person:id roles:text everyone:int kind:text   cols: n:int
SELECT count(*) FROM entry e
  LEFT JOIN entry_index f ON f.school = :school AND f.entry = e.id AND f.field = 'for'
  LEFT JOIN entry_index g ON g.school = :school AND g.entry = e.id AND g.field = 'delegate'
  LEFT JOIN entry_index r ON r.school = :school AND r.entry = e.id AND r.field = 'role'
  LEFT JOIN entry_index p ON p.school = :school AND p.entry = e.id AND p.field = 'private'
  LEFT JOIN entry_index k ON k.school = :school AND k.entry = e.id AND k.field = 'kind'
  LEFT JOIN entry_index d ON d.school = :school AND d.entry = e.id AND d.field = 'due'
 WHERE e.school = :school AND e.register = 'task'
   AND ((:open = 1 AND e.state IN ('open', 'ready')) OR (:open = 0 AND e.state IN ('done', 'dropped')))
   AND (:before = 0 OR d.number < :before)
   AND (:kind = '' OR k.word = :kind)
   AND (f.number = :person OR g.number = :person OR :roles LIKE '%,' || r.word || ',%' OR (:everyone = 1 AND COALESCE(p.number, 0) = 0));

-- name: task_due   may: -   args: school:id now:utc stale:utc   cols: id:id
-- Due, and not reminded of since.
SELECT e.id FROM entry e
  JOIN entry_index d ON d.school = :school AND d.entry = e.id AND d.field = 'due'
  LEFT JOIN entry_index m ON m.school = :school AND m.entry = e.id AND m.field = 'reminded-on'
 WHERE e.school = :school AND e.register = 'task' AND e.state IN ('open', 'ready') AND d.number <= :now AND (m.number IS NULL OR m.number <= :stale)
 ORDER BY d.number LIMIT 500;
