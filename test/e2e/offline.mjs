// Telling without a connection: locked on the telephone, closed, switched off and on again, sent once, and nobody else there sees it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { atDesk, CHROMIUM, FLAGS, hides, holder, must, picture, play, portal, shows, signIn, step, teacher, text, until } from './stage.mjs';

const { chromium } = createRequire(`${play.root}/ui/package.json`)('playwright-core');
const AXE = readFileSync(`${play.root}/ui/node_modules/axe-core/axe.min.js`, 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const who = teacher('Fir'), other = teacher('Beech');
const WORDS = 'He drew a marmalade tiger\nand said that it knows where he lives';

// A telephone that keeps what browsers keep; closing its context switches it off.
async function phone(folder) {
  const context = await chromium.launchPersistentContext(folder, { executablePath: CHROMIUM, args: FLAGS,
    ignoreHTTPSErrors: true, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  context.setDefaultTimeout(15000);
  return { context, page: context.pages()[0] ?? await context.newPage() };
}

// All that the device holds, as whoever picks it up could read it.
const held = (page) => page.evaluate(async () => {
  const all = await new Promise((done, fail) => {
    const asked = indexedDB.open('letters', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('letter', { keyPath: 'id' });
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => { const got = asked.result.transaction('letter').objectStore('letter').getAll(); got.onsuccess = () => { asked.result.close(); done(got.result); }; };
  });
  return { n: all.length, text: JSON.stringify([all, { ...localStorage }, { ...sessionStorage }]) };
});
const nothingToRead = (kept) => {
  for (const secret of ['marmalade', 'tiger', who.name, who.login]) must(!kept.text.includes(secret), `the device shows "${secret}"`);
};

async function clean(page, name) {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    await page.evaluate(AXE);
    const found = await page.evaluate((tags) => axe.run({ runOnly: tags }), RULES);
    must(found.violations.length === 0, `${name} at ${width}: ${found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`).join('; ')}`);
    must(!(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)), `${name} at ${width} scrolls sideways`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
}

async function found(desk, words) { await desk.goto(`${portal}/cases?q=${words}`); return desk.locator('table a[href^="/case/"]').count(); }

step('e2e.a_report_sent_without_a_connection_outlives_the_telephone_and_is_sent_once', async () => {
  const folder = mkdtempSync(`${tmpdir()}/gh-phone-`);
  const { page: desk, context: desktop } = await atDesk();
  await signIn(desk, holder('dsl'));
  let { context, page } = await phone(folder);
  await signIn(page, who);
  await page.goto(`${portal}/report?about=child`);
  await context.setOffline(true);
  await page.fill('#whom', 'Umber of Acorns');
  await page.fill('#words', WORDS);
  await page.locator('#words').press('End');
  await page.click('main form button:has-text("Send")');
  await page.locator('#queued').waitFor();
  await shows(page, 'Not sent yet: there is no connection', 'You may close this page', 'Ring 999');
  await clean(page, 'a report that waits');
  await page.locator('#queued').scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${play.pictures}/${play.engine}-72-waits.png` });
  const kept = await held(page);
  must(kept.n === 1, `${kept.n} wait on the device`);
  nothingToRead(kept);
  await context.close();                             // switched off
  ({ context, page } = await phone(folder));
  await context.route('**/report/late', (r) => r.abort());     // the connection is not quite back
  await signIn(page, other);
  must(await found(desk, 'marmalade') === 0, 'it arrived without a connection');
  for (const path of ['/home', '/report?about=child', '/report', '/report/mine', '/tasks']) {
    await page.goto(portal + path);
    await hides(page, 'marmalade', 'tiger', 'not sent yet: there is no connection.</p>', 'you have begun a report');
  }
  nothingToRead(await held(page));
  await page.screenshot({ path: `${play.pictures}/${play.engine}-73-another-person.png` });
  await context.unroute('**/report/late');
  await page.goto(`${portal}/home`);                 // anybody's page brings it in
  await until(20, 'it is sent', async () => (await held(page)).n === 0);
  await hides(page, 'marmalade', 'it has been sent');
  must(await found(desk, 'marmalade') === 1, 'not exactly one report');
  await desk.click('table a[href^="/case/"]');
  await shows(desk, 'marmalade tiger');
  must((await desk.content()).includes('Written without a connection, on a page that ' + who.name), 'it does not say how it came');
  await picture(desk, '74-late-case');
  await context.clearCookies();
  await signIn(page, who);
  await page.goto(`${portal}/report/mine`);
  await shows(page, 'It has been received.');
  must(await found(desk, 'marmalade') === 1, 'it was sent again');
  await context.close();
  await desktop.close();
  rmSync(folder, { recursive: true, force: true });
});

step('e2e.a_page_left_open_sends_by_itself_when_the_connection_is_back', async () => {
  const { page: desk, context: desktop } = await atDesk();
  await signIn(desk, holder('dsl'));
  const { page, context } = await atDesk({ viewport: { width: 390, height: 844 }, javaScriptEnabled: true });
  await signIn(page, who);
  await page.goto(`${portal}/report?about=child`);
  await context.setOffline(true);
  await page.fill('#words', 'A gooseberry was thrown');
  await page.click('main form button:has-text("Send")');
  await page.locator('#queued').waitFor();
  await page.click('#unqueue');
  await page.locator('#queued').waitFor({ state: 'hidden' });       // until then the form does not take a letter
  await page.locator('#words').pressSequentially(' twice');
  await page.click('main form button:has-text("Send")');
  await page.locator('#queued').waitFor();
  await context.setOffline(false);
  await page.waitForURL('**/report/received*');
  await shows(page, 'We have got it', holder('dsl').name);
  must(await found(desk, 'gooseberry') === 1, 'not exactly one');
  await shows(desk, 'gooseberry was thrown twice');
  await context.close();
  await desktop.close();
});

step('e2e.what_was_begun_without_a_connection_is_the_writers_draft_and_a_task', async () => {
  const folder = mkdtempSync(`${tmpdir()}/gh-phone-`);
  let { context, page } = await phone(folder);
  await signIn(page, other);
  await page.goto(`${portal}/report?about=child`);
  await context.setOffline(true);
  await page.locator('#words').pressSequentially('The quince tree');
  await until(10, 'it is locked', async () => (await text(page)).includes('locked on this device'));
  await page.close();
  await context.close();
  ({ context, page } = await phone(folder));
  await page.goto(`${portal}/sign-in`);
  await until(20, 'it is carried', async () => (await held(page)).n === 0);
  await signIn(page, other);
  await page.goto(`${portal}/tasks`);
  await shows(page, 'Finish a report that you began without a connection');
  await page.goto(`${portal}/report?about=child`);
  must((await page.inputValue('#words')) === 'The quince tree', 'the draft is not whole');
  await page.fill('#words', '');
  await context.close();
  rmSync(folder, { recursive: true, force: true });
});
