"""A real directory (OpenLDAP's slapd) on loopback, with a certificate and a handful of invented people."""
import pathlib
import shutil
import subprocess

BASE = "dc=larkmoor,dc=example"
SEARCHER = "finds-people-4-tests"
PASSWORD = "slate harbour comet 9"


def ldif(people):
    """The tree, and one entry a person: (uid, mail)."""
    out = [f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Larkmoor Demonstration School\ndc: larkmoor",
           f"dn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people",
           f"dn: cn=search,{BASE}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: search\nuserPassword: {SEARCHER}"]
    for i, (uid, mail) in enumerate(people):
        out.append(f"dn: cn=person {i},ou=people,{BASE}\nobjectClass: inetOrgPerson\ncn: person {i}\nsn: Testerley\nuid: {uid}\nmail: {mail}\nuserPassword: {PASSWORD}")
    return "\n\n".join(out) + "\n"


def make(folder, people, schema="", limits=""):
    """Everything slapd needs in a folder of its own.  schema: more of it; limits: lines for the database."""
    folder = pathlib.Path(folder)
    (folder / "db").mkdir(parents=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
    (folder / "slapd.conf").write_text(f"""include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
{schema}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
TLSCACertificateFile {folder}/cert.pem
allow bind_anon_cred
database mdb
suffix "{BASE}"
rootdn "cn=root,{BASE}"
directory {folder}/db
{limits}
index uid eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.regex="^cn=(search|small),{BASE}$" read by * none
""")
    fill(folder, people if isinstance(people, str) else ldif(people))
    (folder / "secret").write_text(SEARCHER + "\n")
    (folder / "secret").chmod(0o600)


def fill(folder, text):
    """Everybody anew, while it does not run."""
    for old in (folder / "db").iterdir():
        old.unlink()
    (folder / "people.ldif").write_text(text)
    subprocess.run([shutil.which("slapadd", path="/usr/sbin:/usr/bin"), "-f", folder / "slapd.conf", "-l", folder / "people.ldif"], check=True, capture_output=True)


def command(folder, plain, tls):
    """How to start it in the foreground."""
    return [shutil.which("slapd", path="/usr/sbin:/usr/bin"), "-f", folder / "slapd.conf", "-h", f"ldap://127.0.0.1:{plain}/ ldaps://127.0.0.1:{tls}/", "-d", "0"]


def settings(name, url, folder, more=""):
    """A [provider] block."""
    return f"""[provider {name}]
kind = ldap
label = Sign in with your school password
url = {url}
base = ou=people,{BASE}
bind_dn = cn=search,{BASE}
bind_password_file = {folder}/secret
domain = larkmoor.example
filter = (objectClass=inetOrgPerson)
ca_file = {folder}/cert.pem
{more}
"""
