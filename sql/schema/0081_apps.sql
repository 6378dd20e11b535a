-- Which apps and names each device was heard to talk to (FIELD A27); no person, no page.
CREATE TABLE app_seen (
  school        {int} NOT NULL REFERENCES school(id),
  device        {int} NOT NULL,                          -- the entry in the register of devices; 0 = none of the school's
  place         {text} NOT NULL,                         -- of device 0 the network and the group: "10.1.0.0/16|ks2"; else ''
  app           {text} NOT NULL,                         -- "a:youtube" of data/apps.conf, "h:name.example", "p:what a program calls itself"
  group_name    {text} NOT NULL,                         -- whose filtering it got last
  first_utc     {int} NOT NULL,
  seen_utc      {int} NOT NULL,
  times         {int} NOT NULL,
  ways          {int} NOT NULL,                          -- bits of enum app_way
  PRIMARY KEY (school, device, place, app)
) {strict};
