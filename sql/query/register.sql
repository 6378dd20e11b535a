-- Registers with pages (house/register, entry_rules.c).

-- name: unique_clear   may: -   args: school:id entry:id
DELETE FROM entry_unique WHERE school = :school AND entry = :entry;

-- name: unique_take   may: -   args: school:id register:text field:text value:text entry:id
INSERT INTO entry_unique (school, register, field, value, entry) VALUES (:school, :register, :field, :value, :entry)
    ON CONFLICT (school, register, field, value) DO NOTHING;

-- name: unique_of   may: -   args: school:id register:text field:text value:text   cols: entry:id number:int
SELECT u.entry, e.number FROM entry_unique u JOIN entry e ON e.school = :school AND e.id = u.entry
 WHERE u.school = :school AND u.register = :register AND u.field = :field AND u.value = :value;

-- name: register_upload_put   may: -   args: school:id person:id register:text name:text bytes:blob at:utc   cols: id:id
INSERT INTO register_upload (school, person, register, name, bytes, made_utc)
VALUES (:school, :person, :register, :name, :bytes, :at) RETURNING id;

-- name: register_upload_get   may: -   args: school:id person:id id:id since:utc   cols: register:text name:text bytes:blob applied:utc
SELECT register, name, bytes, applied_utc FROM register_upload
 WHERE school = :school AND person = :person AND id = :id AND made_utc >= :since;

-- name: register_upload_done   may: -   args: school:id id:id at:utc nothing:blob
-- Once: a second press of the button changes nothing.
UPDATE register_upload SET applied_utc = :at, bytes = :nothing WHERE school = :school AND id = :id AND applied_utc = 0;

-- name: entry_numbered   may: -   args: school:id register:text number:int   cols: id:id
SELECT id FROM entry WHERE school = :school AND register = :register AND number = :number;

-- name: device_refusals   may: -   args: school:id   cols: n:int
SELECT count(*) FROM audit WHERE school = :school AND what = 'device.refused';
