-- When the gate last handled traffic of each device of the register (7.3.4-01); no person, no site.
CREATE TABLE device_seen (
  school        {int} NOT NULL REFERENCES school(id),
  device        {int} NOT NULL,                          -- the entry in the register of devices
  seen_utc      {int} NOT NULL,
  refused_utc   {int} NOT NULL DEFAULT 0,                -- a page or name was refused on it; 0 = never
  how           {int} NOT NULL,                          -- enum known_how of the event
  group_name    {text} NOT NULL,                         -- whose filtering it got
  PRIMARY KEY (school, device)
) {strict};
