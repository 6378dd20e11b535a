-- Children who join or leave between establishments (house/curriculum/joiner).

-- name: transition_movers   may: -   args: school:id from:utc upto:utc   cols: id:id joined_utc:utc left_utc:utc first_utc:utc
-- Learners who came or go within these days; first_utc: when the first of all learners came, who were there already when the school began with this.
SELECT p.id, p.active_from, COALESCE(p.active_upto, 0), (SELECT min(f.active_from) FROM person f WHERE f.school = :school AND f.kind = 'learner')
  FROM person p
 WHERE p.school = :school AND p.kind = 'learner' AND ((p.active_from > :from AND p.active_from <= :upto) OR (p.active_upto > :from AND p.active_upto <= :upto)) ORDER BY p.id LIMIT 2000;
