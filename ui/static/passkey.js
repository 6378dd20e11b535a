// Passkeys.  A form with data-passkey asks the browser for one and sends what it answers; without a script, or in a
// browser that knows no passkeys, those forms stay hidden and the page has another way.
(() => {
  'use strict';
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(''))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const ids = (list) => (list ? list.split(' ') : []).map((id) => ({ type: 'public-key', id: bytes(id) }));

  const make = (d) => navigator.credentials.create({ publicKey: {
    challenge: bytes(d.challenge), timeout: 240000, attestation: 'none',
    rp: { id: d.rp, name: d.rpName },
    user: { id: bytes(d.user), name: d.userName, displayName: d.userName },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: ids(d.known),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  } });
  const use = (d) => navigator.credentials.get({ publicKey: {
    challenge: bytes(d.challenge), timeout: 240000, rpId: d.rp, allowCredentials: ids(d.known), userVerification: d.verify,
  } });

  const fill = (form, values) => {
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value ? text(value) : '';
  };

  async function answer(form) {
    const made = form.dataset.passkey === 'create';
    const key = await (made ? make(form.dataset) : use(form.dataset));
    const r = key.response;
    fill(form, made ? { client: r.clientDataJSON, data: r.attestationObject, credential: key.rawId }
      : { client: r.clientDataJSON, data: r.authenticatorData, signature: r.signature, credential: key.rawId, handle: r.userHandle });
    form.submit();
  }

  for (const line of document.querySelectorAll('[data-passkey-without]')) line.hidden = true;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const failed = form.querySelector('[data-passkey-failed]');
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      const name = form.elements.namedItem('name');
      if (name && !name.value.trim()) return;      // the page asks for it before anything is made
      event.preventDefault();
      failed.hidden = true;
      answer(form).catch(() => { failed.hidden = false; });
    });
  }
})();
