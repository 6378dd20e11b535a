// A passkey from its set-up to its end, with the browser's own virtual authenticator; codes on paper; asking for the envelope.
import { atDesk, holder, must, portal, shows, signIn, step } from './stage.mjs';
import { SCRIPT, look } from './look.mjs';

const desk = {};
let dsl, key, cdp, codes;

async function authenticator(page) {
  cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal',
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  key = authenticatorId;
}

step('e2e.lead_registers_a_passkey', async () => {
  dsl = holder('dsl');
  Object.assign(desk, await atDesk(SCRIPT));
  const { page } = desk;
  await authenticator(page);
  await signIn(page, dsl);
  await page.goto(`${portal}/me/factors`);
  await look(page, '60-how-you-sign-in');
  await page.click('a[href="/me/factors/passkey"]');
  await look(page, '61-add-a-passkey');
  await page.fill('#name', 'Office laptop');
  await page.click('form[data-passkey] button');
  await page.waitForURL(`${portal}/me/factors`);
  await shows(page, 'The passkey is added.', 'Office laptop', 'Not yet');
});

step('e2e.codes_from_a_telephone_have_a_picture', async () => {
  const { page } = desk;
  await page.goto(`${portal}/me/factors/app`);
  await shows(page, 'point the camera at this picture', 'Or choose to type the key');
  await look(page, '70-telephone');
}, ['e2e.lead_registers_a_passkey']);

step('e2e.lead_prints_codes_on_paper', async () => {
  const { page } = desk;
  await page.goto(`${portal}/me/factors`);
  await page.click('form[action="/me/factors/codes"] button');
  await shows(page, 'Your codes on paper');
  await look(page, '62-codes-on-paper');
  codes = await page.locator('li.gh-code').allInnerTexts();
  must(codes.length === 10 && new Set(codes).size === 10, `${codes.length} codes`);
  await page.goto(`${portal}/me/factors`);
  await shows(page, 'Codes left: 10');
}, ['e2e.lead_registers_a_passkey']);

const out = (page) => page.click('form[action="/sign-out"] button');

step('e2e.lead_signs_in_by_the_passkey_alone', async () => {
  const { page } = desk;
  await out(page);
  await page.goto(`${portal}/sign-in`);
  must(!(await page.isVisible('[data-passkey-failed]')), 'it says failed before it is tried');
  await look(page, '63-sign-in');
  await page.click('form[data-passkey] button');
  await page.waitForURL(`${portal}/home`);
  await page.goto(`${portal}/me/sessions`);
  await shows(page, 'With a passkey', 'This one', 'on Linux', 'network');
  await look(page, '64-sessions');
  await page.goto(`${portal}/me/factors`);
  must(!(await page.locator('table').innerText()).includes('Not yet'), 'its use is not shown');
}, ['e2e.lead_registers_a_passkey']);

step('e2e.passkey_without_its_owner_is_refused', async () => {
  const { page } = desk;
  await out(page);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: key, isUserVerified: false });
  await page.goto(`${portal}/sign-in`);
  await page.click('form[data-passkey] button');
  await page.waitForSelector('[data-passkey-failed]', { state: 'visible' });
  must(page.url() === `${portal}/sign-in`, page.url());
  await shows(page, 'The passkey was not used.');
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: key, isUserVerified: true });
}, ['e2e.lead_signs_in_by_the_passkey_alone']);

step('e2e.passkey_as_second_step_after_the_password', async () => {
  const { page } = desk;
  await signIn(page, dsl);
  await shows(page, 'Second step');
  await look(page, '65-second-step');
  await page.click('form[data-passkey] button');
  await page.waitForURL(`${portal}/home`);
}, ['e2e.passkey_without_its_owner_is_refused']);

step('e2e.code_on_paper_serves_once', async () => {
  const { page } = desk;
  for (const [wanted, turn] of [[true, 0], [false, 1]]) {
    await out(page);
    await signIn(page, dsl);
    await page.click('a[href="/sign-in/paper"]');
    if (!turn) await look(page, '66-code-on-paper');
    await page.fill('#code', codes[0].toUpperCase());
    await page.click('main form button[type=submit]');
    await shows(page, wanted ? 'you have 9 left' : 'This code is not right, or was used already.');
  }
  await page.fill('#code', codes[1]);
  await page.click('main form button[type=submit]');
  await shows(page, 'you have 8 left');
}, ['e2e.lead_prints_codes_on_paper', 'e2e.passkey_as_second_step_after_the_password']);

step('e2e.break_glass_pages_are_clear', async () => {
  const { page } = desk;
  await page.goto(`${portal}/break-glass`);
  await look(page, '67-break-glass');
  await page.goto(`${portal}/break-glass/envelopes`);
  await shows(page, 'Not ready');
  await look(page, '68-envelopes');
  await page.click('main form button[type=submit]');
  await shows(page, 'Break-glass envelope');
  await look(page, '69-envelope');
}, ['e2e.lead_registers_a_passkey']);

// The day goes on with passwords alone: the lead's passkey goes again.
step('e2e.lead_removes_the_passkey', async () => {
  const { page } = desk;
  await page.goto(`${portal}/me/factors`);
  await page.click('form[action$="/remove"] button');
  await shows(page, 'The passkey is removed.', 'You have no passkey yet.');
}, ['e2e.lead_registers_a_passkey']);
