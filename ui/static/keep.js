// Keeps what is being written, for its writer alone: on the server, every few seconds and before it is sent; without a connection sealed on
// this device (carry.js), where nobody can read it.  Without script the button "Keep it for later" does the first.
'use strict';
(() => {
  const form = document.querySelector('form[data-keep]');
  const said = document.getElementById('kept');
  const queued = document.getElementById('queued');
  if (!form || !said || !window.fetch) return;
  const letters = form.dataset.ticket && window.letters;
  const id = letters && crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
  let timer = 0, wait = 1500, clean = true, sending = false, waiting = false, stored = false;

  const say = (words) => { said.textContent = words; said.hidden = false; };
  const fields = () => {                             // as the browser itself would send it
    const all = new URLSearchParams();
    for (const [name, value] of new FormData(form)) all.append(name, value.replace(/\r\n|\r|\n/g, '\r\n'));
    return all;
  };
  let last = Promise.resolve();                      // one after the other: a late one must not come after the sending
  const inTurn = (what) => { last = last.catch(() => {}).then(what); return last; };
  const put = async () => {
    const all = fields();
    all.set('quiet', 'yes');
    const answer = await fetch(form.dataset.keep, { method: 'POST', body: all, redirect: 'manual', credentials: 'same-origin' });
    if (answer.status !== 200) throw new Error('not kept');
    if (stored) { await letters.drop(id); stored = false; }
  };
  const lock = async (whole) => {                    // true: it is safe on this device
    if (!letters) return false;
    const all = fields();
    all.set('late', whole ? 'send' : 'keep');
    try {
      await letters.put(id, all.toString(), form.dataset.ticket, form.dataset.lock, whole);
      stored = true;
      return true;
    } catch { return false; }
  };

  const soon = () => { clearTimeout(timer); timer = setTimeout(run, wait); };
  const run = async () => {
    if (sending || waiting) return;
    clean = true;
    try {
      await inTurn(put);
      wait = 1500;
      say(said.dataset.kept);
    } catch {
      if (sending || waiting) return;
      clean = await inTurn(() => lock(false));
      wait = Math.min(wait * 2, 15000);
      if (!waiting) say(clean ? said.dataset.locked : said.dataset.lost);
      soon();
    }
  };

  // Sent without a connection: it waits, and nothing is changed meanwhile.
  const gone = async () => {
    if (!waiting || await letters.waits(id)) return false;
    sending = true;
    say(said.dataset.sent);
    location.href = '/report/received?about=' + encodeURIComponent(new FormData(form).get('about'));
    return true;
  };
  const look = async () => {
    if (!waiting) return;
    await letters.carry().catch(() => {});
    if (!await gone().catch(() => false)) setTimeout(look, 5000);
  };
  const queue = async () => {
    if (!await inTurn(() => lock(true))) return false;
    waiting = clean = true;
    form.inert = true;
    say(said.dataset.queued);
    queued.hidden = false;
    queued.focus();
    setTimeout(look, 2000);
    return true;
  };
  const unqueue = document.getElementById('unqueue');
  if (unqueue) unqueue.addEventListener('click', async () => {
    if (await gone().catch(() => false)) return;
    waiting = false;
    await inTurn(() => lock(false));
    queued.hidden = true;
    form.inert = false;
    release();
    soon();
  });
  const release = () => { for (const button of form.querySelectorAll('button')) button.disabled = false; };

  form.addEventListener('input', () => { clean = false; soon(); });
  window.addEventListener('online', () => (waiting ? look() : soon()));
  window.addEventListener('beforeunload', (e) => { if (!clean && !sending) e.preventDefault(); });
  window.addEventListener('pageshow', () => { sending = false; if (!waiting) release(); });

  // No connection: the words are locked here and go by themselves; where that cannot be, they stay, and the writer is told.
  form.addEventListener('submit', async (e) => {
    if (sending || (e.submitter && e.submitter.hasAttribute('formaction'))) { sending = true; return; }
    e.preventDefault();
    clearTimeout(timer);
    const button = e.submitter;
    if (button) button.disabled = true;
    try {
      await inTurn(put);
    } catch {
      if (!navigator.onLine || !(await fetch('/static/icon.svg', { cache: 'no-store' }).then((r) => r.ok, () => false))) {
        if (form.elements.words.value.trim() && await queue()) return;
        if (button) button.disabled = false;
        say(said.dataset.wait);
        return;
      }
    }
    sending = true;
    form.submit();
  });
})();
