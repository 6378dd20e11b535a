// What was written without a connection and waits on this device, sealed: carried to the school whenever a page opens here with a
// connection, whoever opens it.  Only the school can open it (docs/decisions/0205).
'use strict';
(() => {
  if (!window.indexedDB || !window.crypto || !crypto.subtle || !window.fetch) return;
  const KEEP_MS = 13 * 86400000, BLOCK = 4096;
  const mine = new Set();                            // of this page, still being written: its form looks after them

  const base = () => new Promise((done, fail) => {
    const asked = indexedDB.open('letters', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('letter', { keyPath: 'id' });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const within = async (mode, what) => {             // done: it is on the disk
    const db = await base();
    try {
      return await new Promise((done, fail) => {
        const tx = db.transaction('letter', mode, { durability: 'strict' });
        const asked = what(tx.objectStore('letter'));
        tx.oncomplete = () => done(asked.result);
        tx.onerror = tx.onabort = () => fail(tx.error);
      });
    } finally { db.close(); }
  };

  const text = (bytes) => {
    let s = '';
    for (let i = 0; i < bytes.length; i += 8192) s += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(s).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  };
  const bytes = (s) => Uint8Array.from(atob(s.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

  const seal = async (words, ticket, lock) => {
    const raw = new TextEncoder().encode(words), iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new Uint8Array(Math.ceil((raw.length + 4) / BLOCK) * BLOCK);
    new DataView(plain.buffer).setUint32(0, raw.length);
    plain.set(raw, 4);
    const key = await crypto.subtle.importKey('raw', bytes(lock), 'AES-GCM', false, ['encrypt']);
    const box = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(ticket) }, key, plain));
    const whole = new Uint8Array(12 + box.length);
    whole.set(iv);
    whole.set(box, 12);
    return text(whole);
  };

  // A form's token: this page's, or a new one when it has none or its session ended.
  const token = async (fresh) => {
    const here = fresh ? null : document.querySelector('input[name=token]');
    if (here) return here.value;
    const page = new DOMParser().parseFromString(await (await fetch('/report/status', { credentials: 'same-origin' })).text(), 'text/html');
    return page.querySelector('form[action="/report/status"] input[name=token]').value;
  };
  const post = async (letter, fresh) => {
    const body = new URLSearchParams({ token: await token(fresh), ticket: letter.ticket, box: letter.box });
    const answer = await fetch('/report/late', { method: 'POST', body, credentials: 'same-origin', redirect: 'manual' });
    return answer.status === 200 ? answer.text() : '';
  };
  const carryOne = async (letter) => {
    const said = await post(letter, false) || await post(letter, true);
    if (said !== 'sent' && said !== 'kept') return said;
    await within('readwrite', (all) => {             // only that very state: more may have been written meanwhile
      const asked = all.get(letter.id);
      asked.onsuccess = () => { if (asked.result && asked.result.box === letter.box) all.delete(letter.id); };
      return asked;
    });
    return said;
  };

  window.letters = {
    async put(id, words, ticket, lock, whole) {
      const box = await seal(words, ticket, lock);
      if (whole) mine.delete(id); else mine.add(id);
      await within('readwrite', (all) => all.put({ id, ticket, box, at: Date.now() }));
    },
    async drop(id) { mine.delete(id); await within('readwrite', (all) => all.delete(id)); },
    async waits(id) { return Boolean(await within('readonly', (all) => all.get(id))); },
    async carry() {
      for (const letter of await within('readonly', (all) => all.getAll())) {
        if (mine.has(letter.id)) continue;
        if (Date.now() - letter.at > KEEP_MS) await this.drop(letter.id);
        else await carryOne(letter).catch(() => {});
      }
    },
  };
  const soon = () => window.letters.carry().catch(() => {});
  window.addEventListener('online', soon);
  soon();
})();
