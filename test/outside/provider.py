#!/usr/bin/env python3
"""A provider that signs real tokens (OpenID Connect, RS256), for tests on this machine alone.

  provider.py FOLDER --port N --client ID --secret SECRET [--shape google|entra]

TLS with a certificate of its own (FOLDER/cert.pem).  Whoever it signs in is chosen on a page, or by ?login=.  A file
FOLDER/fault makes the next tokens wrong in one way: none hs256 key aud iss expired future nonce hd tid kid sub big slow;
FOLDER/people.json is what its graph of people says (client credentials);
FOLDER/turn makes it sign with a new key from now on.
"""
import argparse
import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import secrets
import ssl
import subprocess
import threading
import time
import urllib.parse

TENANT = "11111111-2222-3333-4444-555555555555"


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Key:
    """An RSA key in a file, named in the set of keys."""

    def __init__(self, folder, kid):
        self.kid, self.path = kid, folder / f"{kid}.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.path, "2048"], check=True, capture_output=True)
        n = subprocess.run(["openssl", "rsa", "-in", self.path, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
        self.jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": b64(bytes.fromhex(n.split("=")[1].strip())), "e": "AQAB"}
        self.public = subprocess.run(["openssl", "rsa", "-in", self.path, "-pubout"], check=True, capture_output=True).stdout

    def sign(self, covered):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.path], input=covered, check=True, capture_output=True).stdout


class Provider:
    """What it knows: keys, people who signed in, codes that wait."""

    def __init__(self, folder, args):
        self.folder, self.args = folder, args
        self.issuer = f"https://127.0.0.1:{args.port}"
        self.keys = [Key(folder, "first")]
        self.hidden = Key(folder, "nobody-knows")
        self.codes, self.lock = {}, threading.Lock()
        self.counts = {}

    def fault(self):
        path = self.folder / "fault"
        return path.read_text().strip() if path.exists() else ""

    def turn(self):
        """A new key when the file says so."""
        path = self.folder / "turn"
        if path.exists():
            path.unlink()
            self.keys = [Key(self.folder, f"key-{len(list(self.folder.glob('*.pem')))}")]

    def claims(self, code):
        now = int(time.time())
        login, fault = code["login"], self.fault()
        out = {"iss": self.issuer, "aud": self.args.client, "iat": now, "exp": now + 3600, "nonce": code["nonce"],
               "sub": hashlib.sha256(login.encode()).hexdigest()[:21]}
        if self.args.shape == "google":
            out |= {"hd": "larkmoor.example", "email": f"{login}@larkmoor.example", "email_verified": True}
        else:
            out |= {"tid": TENANT, "oid": str(__import__("uuid").UUID(out["sub"][:20].zfill(32))), "preferred_username": f"{login}@larkmoor.example",
                    "amr": ["pwd", "mfa"]}
        wrong = {"aud": {"aud": "others"}, "iss": {"iss": "https://elsewhere.example"}, "expired": {"iat": now - 4000, "exp": now - 400},
                 "future": {"iat": now + 600}, "nonce": {"nonce": "another"}, "hd": {"hd": "elsewhere.example"}, "tid": {"tid": TENANT[::-1]},
                 "sub": {"sub": ""}, "mail": {"email_verified": False}}
        return out | wrong.get(fault, {})

    def token(self, code):
        self.turn()
        fault, key = self.fault(), self.keys[-1]
        header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
        if fault == "none":
            header["alg"] = "none"
        if fault == "hs256":
            header["alg"] = "HS256"
        if fault == "kid":
            header["kid"] = self.hidden.kid
        covered = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(self.claims(code)).encode())}".encode()
        if fault == "none":
            signature = b""
        elif fault == "hs256":
            signature = hmac.new(key.public, covered, hashlib.sha256).digest()
        elif fault in ("key", "kid"):
            signature = self.hidden.sign(covered)
        else:
            signature = key.sign(covered)
        return covered.decode() + "." + b64(signature)


class Handler(http.server.BaseHTTPRequestHandler):
    """Discovery, keys, the sign-in page, the exchange."""
    provider = None

    def log_message(self, *args):
        pass

    def answer(self, status, body, kind="application/json", **headers):
        raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self):
        p = self.provider
        url = urllib.parse.urlsplit(self.path)
        q = dict(urllib.parse.parse_qsl(url.query))
        p.counts[url.path] = p.counts.get(url.path, 0) + 1
        if url.path == "/.well-known/openid-configuration":
            self.answer(200, {"issuer": p.issuer, "authorization_endpoint": p.issuer + "/authorize", "token_endpoint": p.issuer + "/token",
                              "jwks_uri": p.issuer + "/keys", "authorization_response_iss_parameter_supported": True})
        elif url.path == "/keys":
            p.turn()
            self.answer(200, {"keys": [k.jwk for k in p.keys]})
        elif url.path == "/authorize":
            self.authorize(q)
        elif url.path.startswith("/v1.0/"):
            self.graph(url.path, q)
        elif url.path == "/counts":
            self.answer(200, p.counts)
        else:
            self.answer(404, "{}")

    def graph(self, path, q):
        """Users, groups and members of FOLDER/people.json, a hundred at a time, as Microsoft Graph has them.  Faults: graph-no, graph-wait, graph-away."""
        p = self.provider
        if self.headers.get("Authorization") != "Bearer graph-token" or p.fault() == "graph-no":
            self.answer(403, {"error": {"code": "Authorization_RequestDenied"}})
            return
        if p.fault() == "graph-wait":
            self.answer(429, {"error": {"code": "TooManyRequests"}})
            return
        known = json.loads((p.folder / "people.json").read_text())
        if path == "/v1.0/users":
            items = known["users"]
        elif path == "/v1.0/groups":
            items = [{k: g[k] for k in ("id", "displayName")} for g in known["groups"]]
        else:
            items = [{"@odata.type": "#microsoft.graph.user", "id": m} for g in known["groups"] if f"/{g['id']}/" in path for m in g["members"]]
        at = int(q.get("$skiptoken", 0))
        out = {"@odata.context": "made up", "value": items[at:at + 100]}
        if at + 100 < len(items):
            host = "https://127.0.0.2:1" if p.fault() == "graph-away" else p.issuer
            out["@odata.nextLink"] = f"{host}{path}?$skiptoken={at + 100}"
        self.answer(200, out)

    def authorize(self, q):
        """A page that asks who it is; with `login` the browser goes back at once."""
        p = self.provider
        if q.get("response_type") != "code" or q.get("client_id") != p.args.client or q.get("code_challenge_method") != "S256" or not q.get("state"):
            self.answer(400, "This is not asked as it should be.", "text/plain")
            return
        if "login" not in q:
            hidden = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in q.items())
            self.answer(200, f'<!doctype html><html lang="en"><title>Mock school accounts</title><h1>Mock school accounts</h1><form action="/authorize">{hidden}'
                        '<label>Name <input name="login"></label> <button>Sign in</button></form></html>', "text/html")
            return
        code = secrets.token_urlsafe(24)
        with p.lock:
            p.codes[code] = {"login": q["login"], "nonce": q.get("nonce", ""), "challenge": q["code_challenge"], "redirect": q["redirect_uri"]}
        back = {"code": code, "state": q["state"], "iss": "https://elsewhere.example" if p.fault() == "mixup" else p.issuer}
        if p.fault() == "denied":
            back = {"error": "access_denied", "state": q["state"]}
        self.answer(302, "", Location=q["redirect_uri"] + "?" + urllib.parse.urlencode(back))

    def do_POST(self):
        p = self.provider
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        if p.fault() == "slow":
            time.sleep(9)
        if p.fault() == "big":
            self.answer(200, b"x" * 500000)
            return
        if form.get("grant_type") == "client_credentials":
            right = (form.get("client_id"), form.get("client_secret")) == (p.args.client, p.args.secret) and form.get("scope", "").endswith("/.default")
            self.answer(*((200, {"token_type": "Bearer", "expires_in": 3599, "access_token": "graph-token"}) if right else (401, {"error": "invalid_client"})))
            return
        user, secret = base64.b64decode(self.headers.get("Authorization", "Basic Og==")[6:]).decode().split(":", 1)
        with p.lock:
            code = p.codes.pop(form.get("code", ""), None)
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if urllib.parse.unquote_plus(user) != p.args.client or urllib.parse.unquote_plus(secret) != p.args.secret:
            self.answer(401, {"error": "invalid_client"})
        elif not code or code["challenge"] != challenge or code["redirect"] != form.get("redirect_uri"):
            self.answer(400, {"error": "invalid_grant"})
        else:
            self.answer(200, {"token_type": "Bearer", "access_token": "unused", "id_token": p.token(code)})


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("folder", type=pathlib.Path)
    args.add_argument("--port", type=int, required=True)
    args.add_argument("--client", default="gatehouse-at-larkmoor")
    args.add_argument("--secret", default="a secret+of/tests:only")
    args.add_argument("--shape", choices=["google", "entra"], default="google")
    a = args.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)
    cert, key = a.folder / "cert.pem", a.folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
    Handler.provider = Provider(a.folder, a)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", a.port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


if __name__ == "__main__":
    main()
