"""The weeks before the day: what a school has entered by half term, so that its pages have something to show.

Everything goes through the pages themselves, as the people whose work it is would enter it.  Everybody and everything is invented.
"""
import re
import time

from school import PASSWORD
from visitor import Visitor

POLICIES = {
    "anti-bullying": "Anti-bullying policy", "conduct": "Staff code of conduct", "aup": "Acceptable use policies", "behaviour": "Behaviour policy",
    "child-protection": "Safeguarding and child protection policy", "confidentiality": "Confidentiality policy", "computing": "Computing policy",
    "pshe": "PSHE and citizenship policy", "rse": "Relationships and sex education policy", "data-security": "Data and information security policy",
    "image-use": "Image use policy", "phones": "Mobile phone policy", "searching": "Searching, screening and confiscation policy"}
# Social media, radicalisation, equality: left out, so that Status has something to mend.

DEVICES = [("Tablet 7, Damson", "tablet", "ks2", "learners", "no", "built-in"), ("Laptop 3, library", "computer", "ks2", "both", "yes", "yes"),
           ("Office computer 1", "computer", "staff", "staff", "yes", "yes")]

OWN = "Damson"                  # the class of the teacher who enters things

POLICY = """# Being safe online at Larkmoor
Children learn here how to be safe, kind and careful online, and grown-ups look after them while they do.
# Who looks after it
The safeguarding lead looks after this policy. The headteacher and the governors read its numbers each term."""


class Term:
    """Who entered what; what a page refused is said, and the rest goes on."""

    def __init__(self, school, everyone):
        self.school, self.everyone, self.seats, self.refused = school, everyone, {}, []

    def day(self, days):
        """A day as people write it, so many from today."""
        return time.strftime("%d/%m/%Y", time.localtime(time.time() + days * 86400))

    def at(self, role):
        """The desk of whoever holds the role; signed in once."""
        if role not in self.seats:
            v = self.seats[role] = Visitor(self.school, f"127.0.9.{10 + len(self.seats)}")
            v.sign_in(next(p[0] for p in self.everyone if p[3] == role and (role != "teacher" or p[4] == OWN)), PASSWORD)
        return self.seats[role]

    def fill(self, role, path, **fields):
        """Fills a form in and sends it; the page that came of it."""
        _, page = self.at(role).submit(path, **{k.replace("_", "-"): v for k, v in fields.items()})
        if "govuk-error-summary" in page or "<main" not in page:
            wrong = re.findall(r'govuk-error-summary__list">(.*?)</ul>', page, re.S)
            says = re.sub(r"<[^>]+>|\s+", " ", wrong[0] if wrong else page[-200:])
            self.refused.append(f"{path}: {says.strip()}")
        return page

    def press(self, role, page, button, **fields):
        """Sends the form of a page that has this button."""
        for form in re.findall(r"<form.*?</form>", page, re.S):
            hit = re.search(rf'<button([^>]*)>\s*{re.escape(button)}', form)
            if hit:
                chosen = re.search(r'name="([^"]+)" value="([^"]+)"', hit[1])
                more = {chosen[1]: chosen[2]} if chosen else {}
                path = re.search(r'action="([^"]+)"', form)[1]
                return self.at(role).ask("POST", path, Visitor.hidden(form) | more | fields)[1]
        self.refused.append(f"no button {button!r}")
        return page

    def policies(self):
        """The policy itself, and those that it leans on."""
        for kind, title in POLICIES.items():
            _, page = self.at("dsl").ask("GET", f"/our-policies/{kind}")
            entry = re.search(r'href="(/registers/linked-policy/\d+/edit)"', page)
            self.fill("dsl", entry[1] if entry else "/registers/linked-policy/new", kind=kind, title=title, version="2", adopted=self.day(-80),
                      review=self.day(200), technology="yes", why="As the governors agreed it")
        self.fill("dsl", "/policy/versions/new", authors="The safeguarding lead, with two classes and four parents", title="Online Safety Policy",
                  label="Autumn 2026", months="12", text=POLICY)

    def teaching(self):
        """Lessons, an event, rewards, a pupil who needs something else."""
        for title, outcome in (("Passwords that nobody guesses", "passwords-private"), ("Is it true?", "judging")):
            self.fill("teacher", "/curriculum/lessons/new", title=title, on=self.day(0), subject="computing", kind="lesson", outcomes=[outcome],
                      **{"class": self.own_class()})
        self.fill("dsl", "/occasions/new", title="An evening about games, for parents and carers", kind="session", on=self.day(12), audiences=["parents"],
                  outcomes=["expectations"])
        for what, reward in (("kind", "A card home"), ("told", "Said in assembly")):
            self.fill("teacher", "/registers/reward/new", what=what, reward=reward, on=self.day(-3), **{"class": OWN})
        self.fill("senco", "/support/new", child=self.child("Gorse", 3), factors=["eal"], reason="New to the country in September.",
                  helps="Short sentences, and pictures beside new words.", supported_by=self.chosen("senco", "/support/new", "Miss Celandine Pretendry"),
                  block=["chat"], open=["translation"], form="ks1", until=self.day(60))

    def own_class(self):
        """Its number, as the choice of a form has it."""
        return self.chosen("teacher", "/curriculum/lessons/new", OWN)

    def chosen(self, role, path, label):
        """The value behind a choice of a form."""
        _, page = self.at(role).ask("GET", path)
        found = re.search(rf'<option value="(\d+)"[^>]*>{re.escape(label)}<', page)
        return found[1] if found else ""

    def child(self, name, n):
        """The n-th child of a class, by sign-in name."""
        return [p[0] for p in self.everyone if p[4] == name and p[2] == "learner"][n]

    def network(self):
        """Devices, a site that was asked for, a change that waits, a service that is wanted."""
        for label, kind, profile, users, encrypted, antivirus in DEVICES:
            self.fill("technician", "/registers/device/new", label=label, kind=kind, profile=profile, users=users, lock="yes", encrypted=encrypted,
                      antivirus=antivirus, place="School", antivirus_checked=self.day(-6))
        self.fill("teacher", "/requests/new", host="https://sums.example/", group="ks2", why="Times tables with pictures")
        self.fill("technician", "/changes/new", host="https://castles.example/knights", change="allow", group="ks2", purpose="History: castles",
                  risk="Looked at all of it: nothing was found.")
        self.fill("teacher", "/services/new", name="Number paths", kind="curriculum", hosts="https://numbers.example/start",
                  purpose="Practice of times tables", benefit="Each child works at their own pace")

    def people(self):
        """A visitor in the building, a telephone that is held, work for somebody, a question to everybody."""
        self.fill("office", "/visitors/new", name="Nurse Juniper Inventley", kind="visitor", organisation="Invented Health", purpose="Hearing tests",
                  badge="4", until="23:00")
        self.fill("office", "/visitors/book", name="Sorrel Pretendry", kind="contractor", organisation="Pretend Plumbing", purpose="A tap",
                  due=self.day(1), time="9:30")
        self.fill("dsl", "/held/new", device="A blue telephone", reason="rules", place="Office safe", words="Rang in a lesson. Given in without a fuss.")
        self.fill("head", "/tasks/new", what="Read the numbers of the term before the governors meet", whom="dsl", due=self.day(9))
        page = self.fill("dsl", "/registers/consultation/new", title="Being online at Larkmoor", asked=["young", "older"], how="survey",
                         questions="tell: I know a grown-up whom I can tell.\nkind: People are kind to me online.\nI like our rules.",
                         opens=self.day(-1), closes=self.day(20))
        self.press("dsl", page, "Open it", why="Everything is ready")
        for kind, name, start, end in (("term", "Autumn term", -75, 25), ("holiday", "Winter holiday", 26, 40)):
            self.fill("office", "/calendar/year", kind=kind, name=name, to=self.day(end), **{"from": self.day(start)})

    def play(self, say):
        """All of it."""
        say("policies, devices, lessons, people")
        for part in (self.policies, self.network, self.teaching, self.people):
            part()
        for line in self.refused:
            say(f"not entered: {line}")
