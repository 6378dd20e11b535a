// Keeps what is being written, for its writer alone, on the server: every few seconds, and before it is sent.  Nothing is left on
// this device.  Without script the button "Keep it for later" does the same.
'use strict';
(() => {
  const form = document.querySelector('form[data-keep]');
  const said = document.getElementById('kept');
  if (!form || !said || !window.fetch) return;
  let timer = 0, wait = 1500, clean = true, sending = false;

  const say = (words) => { said.textContent = words; said.hidden = false; };
  let last = Promise.resolve();                      // one after the other: a late one must not come after the sending
  const keep = () => { last = last.catch(() => {}).then(put); return last; };
  const put = async () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.set('quiet', 'yes');
    const answer = await fetch(form.dataset.keep, { method: 'POST', body: fields, redirect: 'manual', credentials: 'same-origin' });
    if (answer.status !== 200) throw new Error('not kept');
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(run, wait); };
  const run = async () => {
    if (sending) return;
    clean = true;
    try {
      await keep();
      wait = 1500;
      say(said.dataset.kept);
    } catch {
      clean = false;
      wait = Math.min(wait * 2, 15000);
      say(said.dataset.lost);
      soon();
    }
  };
  form.addEventListener('input', () => { clean = false; soon(); });
  window.addEventListener('online', soon);
  window.addEventListener('beforeunload', (e) => { if (!clean && !sending) e.preventDefault(); });

  window.addEventListener('pageshow', () => {
    sending = false;
    for (const button of form.querySelectorAll('button')) button.disabled = false;
  });

  // No connection: the words stay where they are, and the writer is told.
  form.addEventListener('submit', async (e) => {
    if (sending || (e.submitter && e.submitter.hasAttribute('formaction'))) { sending = true; return; }
    e.preventDefault();
    clearTimeout(timer);
    const button = e.submitter;
    if (button) button.disabled = true;
    try {
      await keep();
    } catch {
      if (!navigator.onLine || !(await fetch('/static/icon.svg', { cache: 'no-store' }).then((r) => r.ok, () => false))) {
        if (button) button.disabled = false;
        say(said.dataset.wait);
        return;
      }
    }
    sending = true;
    form.submit();
  });
})();
