-- part: activity
-- Of each count, how many were a limited view: the name of a site was seen and nothing of the page (event_limited).
ALTER TABLE activity_day ADD COLUMN limited {int} NOT NULL DEFAULT 0;
