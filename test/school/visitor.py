"""A person with a browser of their own: a source address, cookies, forms.  Portal and gate, no script needed."""
import html
import http.client
import re
import ssl
import urllib.parse


class Visitor:
    """One device at one address."""

    def __init__(self, school, address="127.0.0.1"):
        self.school, self.address, self.cookies = school, address, {}
        self.tls = ssl._create_unverified_context()        # the demonstration's certificate is its own

    # ---- the portal

    def ask(self, method, path, form=None):
        """One request; follows redirects; (status, page)."""
        for _ in range(6):
            c = http.client.HTTPSConnection("127.0.0.1", self.school.ports["portal"], context=self.tls,
                                            source_address=(self.address, 0), timeout=20)
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "User-Agent": "demonstration"}
            body = None
            if form is not None:
                body = urllib.parse.urlencode(form, doseq=True)
                headers |= {"Content-Type": "application/x-www-form-urlencoded",
                            "Origin": f"https://127.0.0.1:{self.school.ports['portal']}", "Sec-Fetch-Site": "same-origin"}
            c.request(method, path, body, headers)
            r = c.getresponse()
            page = r.read().decode("utf-8", "replace")
            for cookie in r.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            where = r.headers.get("Location")
            c.close()
            if r.status not in (302, 303) or not where:
                return r.status, page
            method, path, form = "GET", where, None
        return r.status, page

    @staticmethod
    def hidden(page):
        """Hidden fields of a page."""
        found = {}
        for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name:
                found[html.unescape(name[1])] = html.unescape(value[1]) if value else ""
        return found

    def submit(self, path, action=None, **fields):
        """Opens a page, fills its form in, sends it."""
        _, page = self.ask("GET", path)
        return self.ask("POST", action or path, self.hidden(page) | fields)

    def sign_in(self, username, password):
        """As a grown-up."""
        return self.submit("/sign-in", username=username, password=password)

    def sign_in_pupil(self, username, password):
        """As a pupil; the gate learns who is at this address."""
        return self.submit("/sign-in/pupil", username=username, password=password)

    # ---- the gate

    def browse(self, url, method="GET", form=None, referer=None):
        """Through the proxy, like a page that somebody opened: (status, page)."""
        c = http.client.HTTPConnection("127.0.0.1", self.school.ports["proxy"], source_address=(self.address, 0), timeout=20)
        headers = {"Accept": "text/html", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
        body = None
        if form is not None:
            origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(referer or url))
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin, "Referer": referer or url}
            body = urllib.parse.urlencode(form)
        c.request(method, url, body, headers)
        r = c.getresponse()
        page = r.read().decode("utf-8", "replace")
        c.close()
        return r.status, page

    def tell(self, words, picture=None, hide_from=""):
        """Presses "tell someone" and writes; (status, page)."""
        gate = "http://gatehouse.home.arpa"
        _, page = self.browse(f"{gate}/.well-known/gatehouse/tell")
        form = self.hidden(page) | {"words": words, "not": hide_from}
        return self.browse(f"{gate}/.well-known/gatehouse/tell", "POST", form, referer=f"{gate}/.well-known/gatehouse/tell")
