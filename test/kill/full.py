#!/usr/bin/env python3
"""The disk fills, and the house stops: test/kill/full.py MOUNTED-FOLDER.  The folder is a small file system of its own
that this test may fill.  Filtering goes on, what cannot be kept is said, the loss is recorded when there is room again,
nothing has to be started again; with the house stopped the gate filters and keeps, and the house catches up."""
import os
import signal
import sys
import time

from school import School, Tally

FULL = "It was not sent"
THANKS = "Thank you for telling"


def fill(where):
    """Takes every byte that is left."""
    with open(where / "filler", "ab", buffering=0) as f:
        for size in (1 << 16, 4096, 512, 1):
            try:
                while True:
                    f.write(b"\0" * size)
            except OSError:
                pass


def press(school, words):
    """Presses once: (status, text) of the answer, and the name of the press."""
    form = school.tell_form(words)
    return (school.gate("POST", "/tell", form) or (0, "")), school.press_key(form)


def errors(school):
    """What must be in no log."""
    log = (school.p / "test.log").read_text(errors="replace") if (school.p / "test.log").exists() else ""
    return [x for x in log.splitlines() if "runtime error" in x or "AddressSanitizer" in x or "Assertion" in x]


def fill_reserve(school, tally):
    """Presses until even the reserve is full: every answer says the truth."""
    kept, answer = [], (0, "")
    for n in range(3000):
        answer, key = press(school, f"worry {n} " + "x" * 1500)
        if answer[0] != 200:
            break
        kept.append(key)
    print(f"  {len(kept)} worries were kept in the reserve, then {answer[0]}")
    tally.check("full_worries_are_kept_in_the_reserve", len(kept) > 50, f"only {len(kept)}")
    tally.check("full_the_page_says_that_it_was_not_sent", answer[0] == 503 and FULL in answer[1] and "0800 1111" in answer[1], answer)
    return kept


def full_disk(school, tally):
    """From full to room again."""
    cookie = school.sign_in("bramble.testworth")
    form = {**school.form_fields("/report?about=child", cookie), "about": "child", "topic": "other", "words": "full", "whom": ""}
    tally.check("full_a_page_is_refused_before", school.visit("http://stoats.test/") == 403)
    fill(school.p)
    for n in range(400):
        school.visit(f"http://stoats{n}.test/")
    tally.check("full_filtering_goes_on", school.visit("http://stoats.test/") == 403)
    time.sleep(2)
    kept = fill_reserve(school, tally)
    tally.check("full_filtering_goes_on_past_the_reserve", school.visit("http://weasels.test/") == 403)
    got = school.portal("POST", "/report", form, cookie, timeout=20)
    tally.check("full_the_portal_answers_in_words", got and got[0] in (500, 503, 507) and "<h1" in got[2], got and (got[0], got[2][:300]))
    tally.check("full_all_three_still_run", all(p.poll() is None for p in school.running.values()))
    os.unlink(school.p / "filler")
    tally.check("full_all_worries_arrive_when_there_is_room", school.wait_for(lambda: set(kept) <= set(school.keys()), 90),
                f"{len(set(kept) - set(school.keys()))} of {len(kept)} are missing")
    answer, key = press(school, "after")
    tally.check("full_a_worry_is_taken_again", answer[0] == 200 and THANKS in answer[1], answer)
    tally.check("full_and_arrives", school.wait_for(lambda: key in school.keys()))
    tally.check("full_the_loss_is_recorded", school.wait_for(lambda: school.rows(
        "SELECT sum(n) FROM activity_day WHERE kind = 9", part="activity")[0][0]), "no LOST")
    got = school.portal("POST", "/report", form, cookie, timeout=20)     # the very form that was refused
    tally.check("full_the_portal_takes_reports_again", got and got[0] == 303, got and (got[0], got[2][:300]))
    again = school.portal("POST", "/report", form, cookie, timeout=20)
    staff = school.rows("SELECT count(*) FROM entry_index WHERE register = 'case' AND field = 'origin' AND word = 'staff'")[0][0]
    tally.check("full_the_refused_report_is_one_case", again and again[0] == 303 and staff == 1, staff)
    doubled = len(school.keys()) - len(set(school.keys()))
    tally.check("full_nothing_is_doubled", doubled == 0, doubled)


def house_stopped(school, tally):
    """Portal, keeper and their database are away; the gate is not troubled."""
    for name in ("portal", "keeper"):
        school.kill(name, signal.SIGTERM)
    os.rename(school.p / "house", school.p / "house.away")
    tally.check("stopped_filtering_goes_on", school.visit("http://stoats.test/") == 403)
    answer, key = press(school, "the house is away")
    tally.check("stopped_a_worry_is_taken", answer[0] == 200 and THANKS in answer[1], answer)
    school.kill("gate", signal.SIGTERM)
    school.start("gate")
    tally.check("stopped_the_gate_starts_without_the_house", school.wait_for(lambda: school.visit("http://stoats.test/") == 403))
    os.rename(school.p / "house.away", school.p / "house")
    for name in ("keeper", "portal"):
        school.start(name)
    tally.check("stopped_the_worry_arrives_when_the_house_is_back", school.wait_for(lambda: school.keys().count(key) == 1))
    tally.check("stopped_refusals_arrive_too", school.wait_for(lambda: (school.rows(
        "SELECT sum(n) FROM activity_day WHERE kind IN (2, 4, 14)", part="activity")[0][0] or 0) >= 2))


def main():
    tally = Tally("full")
    with School(sys.argv[1], "spool_quota_bytes = 2M") as school:
        school.set_up()
        for name in ("keeper", "portal", "gate"):
            school.start(name)
        if not school.wait_for(lambda: school.portal("GET", "/sign-in") and school.gate("GET", "/tell")):
            raise SystemExit("it does not start:\n" + (school.p / "test.log").read_text(errors="replace")[-3000:])
        house_stopped(school, tally)
        full_disk(school, tally)
        for name in ("gate", "portal", "keeper"):
            school.kill(name, signal.SIGTERM)
        clean, out = school.verify()
        tally.check("full_the_audit_verifies", clean, out)
        tally.check("full_no_broken_promise", not errors(school), "\n".join(errors(school)[:10]))
        if tally.failed:
            print((school.p / "test.log").read_text(errors="replace")[-3000:])
    sys.exit(tally.end())


if __name__ == "__main__":
    main()
