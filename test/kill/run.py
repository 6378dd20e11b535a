#!/usr/bin/env python3
"""Kills the gate, the portal and the keeper (SIGKILL) at random moments while children press "tell someone" and staff
report concerns: test/kill/run.py [TIMES EACH] [SEED], 200 unless told.  At the end every press and report that was
acknowledged is there exactly once, and `gatehouse verify` finds nothing."""
import collections
import os
import random
import re
import signal
import sys
import threading
import time

from school import School, Tally

TIMES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())


class Child(threading.Thread):
    """Presses "tell someone" again and again; sends the same page again when nothing came back, as browsers do."""

    def __init__(self, school, stop, addr, seed, person=0):
        super().__init__(daemon=True)
        self.school, self.stop, self.addr, self.rnd, self.person = school, stop, addr, random.Random(seed), person
        self.acked, self.tried, self.resent = set(), {}, 0

    def press(self, n):
        """One form, filled in and sent until it is acknowledged or the form is refused."""
        form = self.school.tell_form(f"worry {self.addr} {n}", self.addr)
        if not form:
            time.sleep(0.05)
            return
        keys = {self.school.press_key(form, p) for p in (0, self.person)}    # a gate that has just begun may not know the child yet
        for _ in range(40):
            if self.stop.is_set():
                return
            self.tried.update({k: form["words"] for k in keys})
            got = self.school.gate("POST", "/tell", form, self.addr)
            if got and got[0] == 200 and "Thank you for telling" in got[1]:
                self.acked.add(form["words"])
                if self.rnd.random() < 0.2:         # a double click
                    self.resent += 1
                    self.school.gate("POST", "/tell", form, self.addr)
                return
            if got:
                return                              # the form is of an earlier gate: nothing was sent
            self.resent += 1
            time.sleep(0.05)

    def run(self):
        n = 0
        while not self.stop.is_set():
            self.press(n)
            n += 1
            time.sleep(self.rnd.uniform(0.01, 0.1))


class Teacher(threading.Thread):
    """Reports concerns through the portal; sends the same form again when no answer came, as people do, and sometimes
    when one came."""

    def __init__(self, school, stop, cookie, name, seed):
        super().__init__(daemon=True)
        self.school, self.stop, self.cookie, self.name_, self.rnd = school, stop, cookie, name, random.Random(seed)
        self.acked, self.tried, self.resent = {}, 0, 0

    def send(self, form):
        """The reference that came back; "" for a refusal, None for no answer."""
        got = self.school.portal("POST", "/report", form, self.cookie)
        if not got:
            return None
        where = dict((k.lower(), v) for k, v in got[1]).get("location", "")
        m = re.search(r"reference=([^&]*)", where)
        if got[0] == 303 and m:
            return m.group(1)
        print(f"  the portal did not take a report: {got[0]} {where} {got[2][:600]}", flush=True)
        return ""

    def report(self, n):
        """One form, sent until it is answered."""
        fields = self.school.form_fields("/report?about=child", self.cookie)
        if not fields:
            time.sleep(0.05)
            return
        self.tried += 1
        form = {**fields, "about": "child", "topic": "other", "words": f"report {self.name_} {n}", "whom": ""}
        for _ in range(40):
            reference = self.send(form)
            if reference:
                self.acked[reference] = form["words"]
                if self.rnd.random() < 0.3:         # a double click
                    self.resent += 1
                    again = self.send(form)
                    if again and again != reference:
                        self.acked[again] = "ANOTHER REFERENCE FOR THE SAME FORM"
                return
            if reference == "" or self.stop.is_set():
                return
            self.resent += 1
            time.sleep(0.05)

    def run(self):
        n = 0
        while not self.stop.is_set():
            self.report(n)
            n += 1
            time.sleep(0.05)


def kill_one(school, name, rnd):
    """The gate loses its worker, or all of it; so does the portal, whose parent brings it back; what is gone whole is started again at once."""
    worker = school.worker(name) if name != "keeper" and rnd.random() < 0.5 else None
    if worker:
        os.kill(worker, signal.SIGKILL)
        school.wait_for(lambda: school.worker(name) not in (None, worker), 1)
        if school.worker(name) is not None and (name == "portal" or school.wait_for(lambda: school.gate("GET", "/tell", timeout=1) is not None, 2)):
            return
    school.kill(name)
    school.start(name)


def rounds(school, rnd):
    """Kills in a random order, at random moments; progress every so often."""
    order = [n for n in ("gate", "portal", "keeper") for _ in range(TIMES)]
    rnd.shuffle(order)
    began = time.monotonic()
    for i, name in enumerate(order):
        time.sleep(rnd.choice([0.02, 0.1, 0.3, 0.6]) * rnd.random() * 2)
        kill_one(school, name, rnd)
        if (i + 1) % 30 == 0:
            print(f"  {i + 1} of {len(order)} kills, {time.monotonic() - began:.0f} s, {len(school.keys())} worries in the house", flush=True)


def judge_presses(school, children, tally):
    """Every acknowledged press is exactly one concern; nothing is doubled; nothing came from nowhere."""
    acked = {w for c in children for w in c.acked}
    tried = {k: w for c in children for k, w in c.tried.items()}
    before = -1
    while before < len(school.keys()):          # the keeper catches up; when nothing comes for twenty seconds, that was all
        before = len(school.keys())
        if school.wait_for(lambda: acked <= {tried.get(k) for k in school.keys()}, 20):
            break
    time.sleep(2)                               # anything doubled would come now
    found = collections.Counter(school.keys())
    lost = sorted(acked - {tried.get(k) for k in found})
    doubled = [tried.get(k, k) for k, n in found.items() if n > 1]
    notes = school.rows("SELECT count(*) FROM entry_index WHERE field = 'event_key' AND register = 'case-note'")[0][0]
    strange = [k for k in found if k not in tried]
    resent = sum(c.resent for c in children)
    print(f"  {len(acked)} presses acknowledged, {len(set(tried.values()))} tried, {resent} sent again, "
          f"{len(found)} kept ({notes} of them in a case that was open)")
    tally.check("kill_enough_was_pressed", len(acked) >= TIMES // 2, f"only {len(acked)}")
    tally.check("kill_no_acknowledged_press_is_lost", not lost, f"{len(lost)}: {lost[:5]}")
    tally.check("kill_no_press_is_doubled", not doubled, f"{len(doubled)}: {doubled[:5]}")
    tally.check("kill_no_press_comes_from_nowhere", not strange, f"{strange[:5]}")


def judge_reports(school, teachers, tally):
    """Every acknowledged report is exactly one case."""
    acked = [r for t in teachers for r in t.acked]
    tried = sum(t.tried for t in teachers)
    kept = collections.Counter(r[0].upper() for r in school.rows(
        "SELECT word FROM entry_index WHERE register = 'case' AND field = 'reference'"))
    staff = school.rows("SELECT count(*) FROM entry_index WHERE register = 'case' AND field = 'origin' AND word = 'staff'")[0][0]
    lost = [r for r in acked if kept[r.upper()] != 1]
    resent = sum(t.resent for t in teachers)
    print(f"  {len(acked)} reports acknowledged, {tried} tried, {resent} times sent again, {staff} kept")
    tally.check("kill_enough_reports_were_sent_again", resent > 0, "none")
    tally.check("kill_enough_was_reported", len(acked) >= TIMES // 2, f"only {len(acked)}")
    tally.check("kill_every_acknowledged_report_is_one_case", not lost, f"{len(lost)}: {lost[:5]}")
    tally.check("kill_no_report_is_doubled", len(acked) <= staff <= tried, f"{len(acked)} <= {staff} <= {tried}")


def bound_child(school):
    """Signs a child in from 127.0.0.21, so that presses from there carry a name; the child's id."""
    cookie = school.sign_in("pip.samplekin", "127.0.0.21")
    school.wait_for(lambda: "pip" in (school.portal("GET", "/welcome", cookie=cookie, peer="127.0.0.21") or ("", "", ""))[2].lower())
    if not (school.p / "policy/live.log").read_bytes():
        raise SystemExit("the keeper did not bind the child")
    return school.rows("SELECT id FROM person WHERE name = 'Pip Samplekin'")[0][0]


def main():
    rnd = random.Random(SEED)
    tally = Tally("kill")
    print(f"killing each {TIMES} times, seed {SEED}")
    with School() as school:
        school.set_up()
        for name in ("keeper", "portal", "gate"):
            school.start(name)
        if not school.wait_for(lambda: school.portal("GET", "/sign-in") and school.gate("GET", "/tell")):
            raise SystemExit("it does not start:\n" + (school.p / "test.log").read_text(errors="replace")[-3000:])
        stop = threading.Event()
        children = [Child(school, stop, "127.0.0.20", SEED), Child(school, stop, "127.0.0.21", SEED + 1, bound_child(school))]
        teachers = [Teacher(school, stop, school.sign_in("bramble.testworth"), f"t{i}", SEED + 7 + i) for i in range(1)]
        for t in children + teachers:
            t.start()
        rounds(school, rnd)
        for name in ("keeper", "portal", "gate"):
            if school.running[name].poll() is not None:
                school.start(name)
        time.sleep(1)
        stop.set()
        for t in children + teachers:
            t.join(10)
        judge_presses(school, children, tally)
        judge_reports(school, teachers, tally)
        school.kill("keeper", signal.SIGTERM)
        clean, out = school.verify()
        tally.check("kill_the_audit_verifies", clean, out)
        log = (school.p / "test.log").read_text(errors="replace")
        bad = [line for line in log.splitlines() if "runtime error" in line or "AddressSanitizer" in line or "Assertion" in line
               or "<3>" in line and ("live.log" in line or "spool of" in line)]
        tally.check("kill_nothing_was_found_damaged", not bad, "\n".join(bad[:10]))
    sys.exit(tally.end())


if __name__ == "__main__":
    main()
