"""HTTP/3 behind the router: refused at once, and a real browser comes again by TCP."""
import re

from lab import sh

HOST = "h2.open.example"                               # nginx, which says in a header that it has HTTP/3 too


def refused(lab):
    """How many packets of HTTP/3 the router refused so far."""
    chain = sh("ip", "netns", "exec", lab.ns("gate"), "nft", "list", "chain", "inet", "gatehouse", "pass")
    return int(re.search(r"udp dport \{ 443, 853 \} counter packets (\d+)", chain)[1])


def visit(lab, home, *flags):
    """What Chromium shows of the host, as a learner's browser."""
    return lab.run("learner", "env", f"HOME={home}", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
                   f"--user-data-dir={home}/profile{len(flags)}", *flags, "--enable-quic", "--virtual-time-budget=5000", "--dump-dom", f"https://{HOST}/", timeout=120)


def browser(lab, expect):
    """Made to speak HTTP/3 only, a browser is refused at once; left alone it opens the page by HTTP/2."""
    home = lab.dir / "browser"
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    sh("certutil", "-N", "--empty-password", "-d", f"sql:{store}")
    sh("certutil", "-A", "-d", f"sql:{store}", "-t", "C,,", "-n", "lab", "-i", lab.dir / "ca.pem")
    before = refused(lab)
    expect("Chromium, by HTTP/3 alone: refused", visit(lab, home, f"--origin-to-force-quic-on={HOST}:443"), r"ERR_QUIC|ERR_CONNECTION", never=["OPEN-PAGE"])
    expect("by the router, which was asked", str(refused(lab) - before), r"^[1-9]")
    for turn in ("first", "again, knowing that the host has HTTP/3"):
        expect(f"Chromium, {turn}: the page, by HTTP/2", visit(lab, home), r"OPEN-PAGE HTTP/2\.0")
