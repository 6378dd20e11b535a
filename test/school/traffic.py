"""A day at the demonstration school, through the real gate and the real portal, in a minute or two."""
import random
import re
import time

from school import HERE, PASSWORD, PUPIL_PASSWORD
from visitor import Visitor

TOPICS = ["kites", "castles", "rivers", "numbers", "news-for-children"]
CLOSED = ["block-brawl.test", "spin-to-win.test", "chatter-box.test", "grown-ups-only.test"]
WORDS = ["Somebody in a game asked where I live.", "A picture came up that I did not like.", "My friend is being mean to me in a chat."]


def people():
    """(username, name, kind, role, class) of people.conf."""
    blocks = re.split(r"\n(?=\[)", (HERE / "people.conf").read_text())
    found = []
    for block in blocks:
        head = re.match(r"\[person (\S+)\]", block)
        if head:
            get = lambda key: (re.search(rf"^{key} = (.*)$", block, re.M) or [None, ""])[1]
            found.append((head[1], get("name"), get("kind"), get("role"), get("class")))
    return found


class Day:
    """Who did what; every device has an address of its own."""

    def __init__(self, school):
        self.school, self.random, self.devices = school, random.Random(11), 0
        self.everyone = people()

    def device(self):
        self.devices += 1
        return Visitor(self.school, f"127.0.{1 + self.devices // 250}.{1 + self.devices % 250}")

    def of_class(self, name):
        return [p for p in self.everyone if p[4] == name and p[2] == "learner"]

    def teacher_of(self, name):
        return next(p for p in self.everyone if p[4] == name and p[3] == "teacher")

    def site(self, name):
        return f"http://{name}.example:{self.school.ports['site_http']}/"

    def closed(self, name):
        return f"http://{name}:{self.school.ports['site_http']}/"

    # ---- what happens

    def staff_sign(self):
        """Grown-ups read and sign."""
        for user, _, kind, role, _ in self.everyone:
            if kind != "learner" and role != "supply":
                v = self.device()
                v.sign_in(user, PASSWORD)
                v.submit("/agreement", answer="sign")

    def monitoring(self):
        """The headteacher records what monitoring needs and switches it on; the gate learns of it with the next policy."""
        v, today = self.device(), time.strftime("%Y-%m-%d")
        v.sign_in(next(p[0] for p in self.everyone if p[3] == "head"), PASSWORD)
        v.submit("/status/monitoring", **{
            "assessed": "2026-09-01", "assessed-by": "The school's data protection officer", "retention": "90",
            "notice": "The school keeps a record of the sites that are opened here, to keep children safe.", "notice-on": today})
        _, page = v.ask("GET", "/status/monitoring")
        return v.ask("POST", "/status/monitoring/switch", v.hidden(page) | {"on": "yes"})

    def class_signs(self, name, signs=True):
        """A class signs together, unless it has not done so yet; the teacher is the witness."""
        v = self.device()
        v.sign_in(self.teacher_of(name)[0], PASSWORD)
        _, page = v.ask("GET", "/classes")
        number = re.search(r'/class/(\d+)/sign"[^>]*>[^<]*<span[^>]*> ' + name, page)
        if not number:
            return None
        path = f"/class/{number[1]}/sign"
        if signs:
            _, page = v.ask("GET", path)
            children = re.findall(r'name="child" type="checkbox" value="(\d+)"', page)
            v.ask("POST", path, v.hidden(page) | {"child": children})
        return v, number[1]

    def open_session(self, teacher, number):
        """Time on the internet for a class."""
        teacher.submit(f"/class/{number}/session", level="present", minutes="120", outcome="Our topic: flight", hosts="")

    def lesson(self, name, pupils):
        """Some pupils of a class at work."""
        for user, *_ in self.of_class(name)[:pupils]:
            v = self.device()
            v.sign_in_pupil(user, PUPIL_PASSWORD)
            time.sleep(0.4)                      # the gate looks for sign-ins several times a second
            for topic in self.random.sample(TOPICS, 3):
                v.browse(self.site(topic))
            if self.random.random() < 0.4:
                v.browse(self.closed(self.random.choice(CLOSED)))
            if self.random.random() < 0.15:
                self.tap(v, self.closed("block-brawl.test"))
            yield v

    @staticmethod
    def tap(v, url):
        """A refused page: one tap for the teacher."""
        _, page = v.browse(url)
        form = re.search(r'<form[^>]*action="([^"]*teacher)"[^>]*>(.*?)</form>', page, re.S)
        if form:
            host = url.split("/")[2]
            v.browse(form[1] if form[1].startswith("http") else f"http://{host}{form[1]}", "POST", v.hidden(form[2]), referer=url)

    def reports(self):
        """What grown-ups noticed."""
        teacher = self.device()
        teacher.sign_in(self.teacher_of("Fir")[0], PASSWORD)
        self.report(teacher, "child", "Two pupils talked about a video of a dare at the weekend. One seemed frightened.")
        parent = self.device()
        self.report(parent, "child", "My child was added to a group chat by somebody we do not know.",
                    reporter="A parent, 01632 960123")

    @staticmethod
    def report(v, about, words, **more):
        """The report form: the first question, then the words."""
        _, page = v.ask("GET", f"/report?about={about}")
        return v.ask("POST", "/report", v.hidden(page) | {"about": about, "words": words, "topic": "other"} | more)

    def desk(self):
        """The safeguarding lead takes on what has waited longest."""
        dsl = self.device()
        dsl.sign_in(next(p[0] for p in self.everyone if p[3] == "dsl"), PASSWORD)
        _, page = dsl.ask("GET", "/today")
        cases = sorted({int(n) for n in re.findall(r'href="/case/(\d+)"', page)})
        for number in cases[:2]:
            _, page = dsl.ask("GET", f"/case/{number}")
            dsl.ask("POST", f"/case/{number}/seen", dsl.hidden(page))
        return cases

    def play(self, say):
        """The whole day."""
        say("grown-ups sign")
        self.staff_sign()
        self.monitoring()
        for name in ("Damson", "Elm", "Fir", "Gorse", "Cedar", "Beech"):
            signed = self.class_signs(name, name != "Elm")          # a visitor signs in as a pupil of Elm, and signs
            say(f"class {name} signs" if name != "Elm" else "class Elm has not signed yet")
            if signed:
                self.open_session(*signed)
        visits = []
        for name, n in (("Damson", 6), ("Fir", 5), ("Gorse", 4), ("Beech", 3)):
            say(f"class {name} works")
            visits += list(self.lesson(name, n))
        say("three children tell someone, two ask for a site")
        for v, words in zip(visits[::5], WORDS):
            v.tell(words)
        say("grown-ups report")
        self.reports()
        time.sleep(2)
        say("the safeguarding lead takes on two")
        self.desk()
