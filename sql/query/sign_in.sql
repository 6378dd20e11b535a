-- How often somebody may guess, browsers that were here before, sessions that are made anew.

-- name: throttle_take   may: -   args: school:id key:text place:text now:utc stale:utc slides:int most:int   cols: n:int since:utc
-- One guess more, counted before it is judged, so that many at once are all counted.  A bucket that slides
-- begins again only after the whole window without a guess.
INSERT INTO sign_in_guess (school, sign_in, address, since_utc, n) VALUES (:school, :key, :place, :now, 1)
 ON CONFLICT (school, sign_in, address) DO UPDATE SET
   n = CASE WHEN sign_in_guess.since_utc < :stale THEN 1 ELSE sign_in_guess.n + 1 END,
   since_utc = CASE WHEN sign_in_guess.since_utc < :stale OR (:slides = 1 AND sign_in_guess.n < :most) THEN excluded.since_utc ELSE sign_in_guess.since_utc END
 RETURNING n, since_utc;

-- name: throttle_give_back   may: -   args: school:id key:text place:text
UPDATE sign_in_guess SET n = n - 1 WHERE school = :school AND sign_in = :key AND address = :place AND n > 0;

-- name: throttle_clear   may: -   args: school:id key:text place:text
DELETE FROM sign_in_guess WHERE school = :school AND sign_in = :key AND address = :place;

-- name: throttle_sweep   may: -   args: school:id stale:utc
DELETE FROM sign_in_guess WHERE school = :school AND since_utc < :stale;

-- name: browser_of_name   may: -   args: school:id sign_in:text browser:blob address:text since:utc   cols: browser:int place:int
-- Whether the account by that name was signed in to with this browser, and from this address, before.
SELECT COALESCE(max(CASE WHEN k.browser = :browser THEN 1 ELSE 0 END), 0), COALESCE(max(CASE WHEN k.address = :address THEN 1 ELSE 0 END), 0)
  FROM account a JOIN known_browser k ON k.school = a.school AND k.person = a.person
 WHERE a.school = :school AND a.sign_in = :sign_in AND k.seen_utc >= :since AND (k.browser = :browser OR k.address = :address);

-- name: browser_people_at   may: -   args: school:id address:text since:utc   cols: n:int
SELECT count(DISTINCT person) FROM known_browser WHERE school = :school AND address = :address AND seen_utc >= :since;

-- name: browser_row   may: -   args: school:id person:id browser:blob   cols: made_utc:utc seen_utc:utc
SELECT made_utc, seen_utc FROM known_browser WHERE school = :school AND person = :person AND browser = :browser;

-- name: browser_total   may: -   args: school:id person:id   cols: n:int
SELECT count(*) FROM known_browser WHERE school = :school AND person = :person;

-- name: browser_put   may: -   args: school:id person:id browser:blob address:text now:utc
INSERT INTO known_browser (school, person, browser, address, made_utc, seen_utc) VALUES (:school, :person, :browser, :address, :now, :now)
 ON CONFLICT (school, person, browser) DO UPDATE SET address = excluded.address, seen_utc = excluded.seen_utc;

-- name: browser_forget   may: -   args: school:id person:id
DELETE FROM known_browser WHERE school = :school AND person = :person;

-- name: browser_sweep   may: -   args: school:id before:utc
DELETE FROM known_browser WHERE school = :school AND seen_utc < :before;

-- name: session_rename   may: -   args: school:id token_hash:blob fresh:blob now:utc
-- The same session under a new token.
UPDATE session SET token_hash = :fresh, seen_utc = :now WHERE school = :school AND token_hash = :token_hash;

-- name: session_proved   may: -   args: school:id token_hash:blob now:utc
UPDATE session SET proved_utc = :now, seen_utc = :now, handed = 0 WHERE school = :school AND token_hash = :token_hash;

-- name: session_hand   may: -   args: school:id token_hash:blob visit:id
UPDATE session SET handed = :visit WHERE school = :school AND token_hash = :token_hash;

-- name: account_suspects   may: -   args: school:id now:utc   cols: id:id kind:text name:text sign_in:text same:int places:int
-- Everybody with an account; how many have the same name and kind, and at how many addresses the account works now.
SELECT p.id, p.kind, p.name, a.sign_in,
       (SELECT count(*) FROM person o JOIN account b ON b.school = o.school AND b.person = o.id
         WHERE o.school = p.school AND o.kind = p.kind AND o.sort_name = p.sort_name AND (o.active_upto IS NULL OR o.active_upto > :now)),
       (SELECT count(DISTINCT s.address) FROM session s WHERE s.school = p.school AND s.person = p.id AND s.expires_utc > :now)
  FROM person p JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND a.state = 'open' AND (p.active_upto IS NULL OR p.active_upto > :now)
 ORDER BY p.sort_name, p.id LIMIT 20000;
