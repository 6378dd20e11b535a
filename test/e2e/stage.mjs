// The browser, the people who use it, and the steps of the story.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { Device } from './device.mjs';

export const play = JSON.parse(process.env.STORY);
const { chromium } = createRequire(`${play.root}/ui/package.json`)('playwright-core');
export const portal = `https://localhost:${play.ports.portal}`;
export const site = (name, path = '/') => `http://${name}:${play.ports.site_http}${path}`;
export const GATE = 'http://gatehouse.home.arpa';
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

// Chromium without its windows: half the time of the whole one (docs/decisions/0296); CHROMIUM=/usr/bin/chromium takes that.
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';

mkdirSync(play.pictures, { recursive: true });
export const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

// ---- people

export const person = (login) => play.people.find((p) => p.login === login);
export const learners = (name) => play.people.filter((p) => p.kind === 'learner' && p.class === name);
export const teacher = (name) => play.people.find((p) => p.kind === 'staff' && p.class === name);
export const holder = (role) => play.people.find((p) => p.role === role);

const devices = [];
// A browser at a device of its own; no script runs in it, for no page needs one.
export async function atDevice(number, more = {}) {
  const device = await new Device(`127.0.7.${number}`, play.ports).open();
  devices.push(device);
  const context = await browser.newContext({ proxy: { server: device.proxy }, ignoreHTTPSErrors: true, javaScriptEnabled: false,
    viewport: { width: 1024, height: 768 }, ...more });
  context.setDefaultTimeout(15000);
  return { device, context, page: await context.newPage() };
}

// A browser of staff, who are not behind this gate.
export async function atDesk(more = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false, viewport: { width: 1280, height: 900 }, ...more });
  context.setDefaultTimeout(15000);
  return { context, page: await context.newPage() };
}

export async function signIn(page, who, pupil = false) {
  await page.goto(portal + (pupil ? '/sign-in/pupil' : '/sign-in'));
  await fillIn(page, who);
}

export async function fillIn(page, who) {
  await page.fill('#username', who.login);
  await page.fill('#password', play.password);
  await page.click('main form:has(#password) button[type=submit]');
}

// ---- saying what must be so

export function must(fact, words) { if (!fact) throw new Error(words); }
export async function text(page) { return (await page.locator('body').innerText()).replace(/\s+/g, ' '); }
export async function shows(page, ...words) {
  const all = await text(page);
  for (const w of words) must(w instanceof RegExp ? w.test(all) : all.includes(w), `${page.url()} does not show "${w}": ${all.slice(0, 600)}`);
}
export async function hides(page, ...words) {
  const all = (await page.content()).toLowerCase();
  for (const w of words) must(!all.includes(w.toLowerCase()), `${page.url()} shows "${w}"`);
}
export async function until(seconds, what, ask) {
  const start = Date.now();
  for (;;) {
    const got = await ask();
    const took = (Date.now() - start) / 1000;
    if (got) return took;
    must(took < seconds, `not within ${seconds} s: ${what}`);
    await new Promise((done) => { setTimeout(done, 100); });
  }
}
export const picture = (page, name) => page.screenshot({ path: `${play.pictures}/${play.engine}-${name}.png`, fullPage: true });

// ---- orders to the runner, which holds the programs

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
export async function order(words) {
  process.stdout.write(`@${words}\n`);
  const { value } = await answers.next();
  return JSON.parse(value);
}

// ---- steps

const steps = [];
export const step = (name, run, needs = []) => steps.push({ name: name.replace(/^e2e\./, ''), run, needs: needs.map((n) => n.replace(/^e2e\./, '')) });

async function dump(name) {
  let n = 0;
  for (const context of browser.contexts())
    for (const page of context.pages()) {
      if (page.url() === 'about:blank') continue;
      const at = `${play.pictures}/failed-${play.engine}-${name}-${n}`;
      await picture(page, `failed-${name}-${n}`).catch(() => {});
      n++;
      writeFileSync(`${at}.html`, `<!-- ${page.url()} -->\n${await page.content().catch(() => '')}`);
    }
}

// A step whose forerunner failed is not tried: it would only say the same again.
export async function tell() {
  let passed = 0, failed = 0;
  const bad = new Set();
  const wanted = (s) => !play.without.some((o) => s.name.startsWith(o)) && (play.only.length === 0 || play.only.some((o) => s.name.startsWith(o)) || steps.some((t) => t.needs.includes(s.name) && wanted(t)));
  for (const s of steps.filter(wanted)) {
    const start = Date.now();
    const missing = s.needs.find((n) => bad.has(n));
    try {
      must(!missing, `stands on ${missing}, which failed`);
      const says = await s.run();
      console.log(`ok ${s.name}  ${((Date.now() - start) / 1000).toFixed(1)} s${says ? `  ${says}` : ''}`);
      passed++;
    } catch (e) {
      console.log(`not ok ${s.name}: ${e.message}`);
      if (!missing) await dump(s.name);
      bad.add(s.name);
      failed++;
    }
  }
  for (const d of devices) d.close();
  await browser.close();
  console.log(`${passed} passed, ${failed} failed (${play.engine})`);
  process.exit(failed ? 1 : 0);
}
