"""A browser for tests without a screen: cookies, redirects by hand, forms with their token.  Everything goes to this machine."""
import http.client
import re
import ssl
import urllib.parse


class Browser:
    """One jar of cookies, for the portal only."""

    def __init__(self):
        self.cookies, self.context = {}, ssl._create_unverified_context()

    def ask(self, url, form=None):
        """(status, headers, body)"""
        u = urllib.parse.urlsplit(url)
        c = http.client.HTTPSConnection(u.hostname, u.port, context=self.context, timeout=40)
        head = {"Cookie": "; ".join(f"{k}={v}" for (k, port), v in self.cookies.items() if port == u.port)}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            head["Content-Type"] = "application/x-www-form-urlencoded"
        c.request("POST" if form is not None else "GET", (u.path or "/") + ("?" + u.query if u.query else ""), body, head)
        r = c.getresponse()
        text = r.read().decode(errors="replace")
        for line in r.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            if value:
                self.cookies[name, u.port] = value
            else:
                self.cookies.pop((name, u.port), None)
        c.close()
        return r.status, r.headers, text

    def follow(self, url, most=8):
        """Through redirects and refreshes: (status, url, body)."""
        for _ in range(most):
            status, head, text = self.ask(url)
            to = head.get("Location") or (head.get("Refresh") or "").partition("url=")[2]
            if not to:
                return status, url, text
            url = urllib.parse.urljoin(url, to)
        return status, url, text

    def post(self, page, action, **fields):
        """Fills in the form of a page: (status, headers, body)."""
        text = self.ask(page)[2]
        token = re.search(r'name="token" value="([^"]+)"', text)
        return self.ask(urllib.parse.urljoin(page, action), dict(fields, token=token[1] if token else ""))
