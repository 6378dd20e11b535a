// Every page that any role can read, at a desk's and a telephone's width: axe finds nothing, nothing scrolls sideways.
import { createHash } from 'node:crypto';
import { GATE, atDesk, atDevice, fillIn, holder, learners, must, picture, play, portal, site, step, teacher } from './stage.mjs';
import { SCRIPT, clean, faultsAt, sideways } from './look.mjs';

const seen = new Set();
const totals = { read: 0, looked: 0 };
const filled = new Set();       // patterns of which a page was asked for

// The same elements in the same places with the same classes: one look is enough.
function shape(html) {
  const bones = html.replace(/>[^<]*</g, '><').replace(/(id|for|href|value|content|action|aria-describedby|aria-labelledby)="[^"]*"/g, '$1');
  return createHash('sha1').update([...new Set(bones.match(/<[^>]*>/g))].join('')).digest('hex');
}

export async function look(page, name, faults) {
  totals.read++;
  const key = shape(await page.content());
  if (seen.has(key)) return;
  seen.add(key);
  totals.looked++;
  faults.push(...await faultsAt(page, name, [1280, 390]));
}

// One page has no fault, as it stands; nothing of it scrolls sideways, not even when a page of its shape was looked at already.
export async function axed(page, name, shot = '') {
  const faults = [];
  await look(page, name, faults);
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    if (await sideways(page)) faults.push(`${name} scrolls sideways at ${width}`);
    if (shot) await picture(page, `${shot}-${name}-${width}`);
  }
  clean(faults);
}

// Numbers for the holes of the patterns, found on the pages themselves.
async function ids(page) {
  const first = async (path, re) => ((await (await page.request.get(portal + path)).text()).match(re) ?? [])[1];
  const kase = await first('/cases?state=all', /href="\/case\/(\d+)"/);
  const step = kase && await first(`/case/${kase}`, /\/step\/([\w-]+)/);
  const clause = await first('/policy', /href="\/policy\/clause\/([\d.-]+)"/);
  const view = await first('/activity', /href="\/activity\/(\d+)"/);
  return { clause, view, text: 'ks2', filter: 'gaming', 'filter-matrix': await first('/status/filter-matrix', /filter-matrix\/(\d+)"/), procedures: 'svsh', 'our-policies': 'searching', held: await first('/held?state=all', /href="\/held\/(\d+)"/), roll: await first('/roll', /href="\/roll\/(\d+)"/), requests: await first('/requests?state=all', /href="\/requests\/(\d+)"/) ?? await first('/requests', /href="\/requests\/(\d+)"/),
    changes: await first('/changes', /href="\/changes\/(\d+)"/), version: await first('/policy/versions', /href="\/policy\/version\/(\d+)"/), case: kase, step, class: await first('/classes', /\/class\/(\d+)\/sign/), people: await first('/people', /href="\/people\/(\d+)"/) };
}

// Tasks, changes of rights, plans for one pupil: as the earlier steps left them.
async function rightIds(page) {
  const first = async (path, re) => ((await (await page.request.get(portal + path)).text()).match(re) ?? [])[1];
  const found = { tasks: await first('/tasks?which=all', /href="\/tasks\/(\d+)"/), rights: await first('/rights?which=past', /href="\/rights\/(\d+)"/),
    support: await first('/support', /href="\/support\/(\d+)"/), 'device-certificates': await first('/registers/device', /href="\/registers\/device\/(\d+)"/) };
  return Object.fromEntries(Object.entries(found).filter(([, v]) => v));
}

// Visits, a child's file with an adult on it, requests for data: as the earlier steps left them.
async function familyIds(page) {
  const first = async (path, re) => ((await (await page.request.get(portal + path)).text()).match(re) ?? [])[1];
  const child = await first('/families?q=Mallow', /\/families\/child\/(\d+)"/);
  const found = { open: 'nothing', child, adult: child && await first(`/families/child/${child}`, /\/adult\/(\d+)"/),
    visitors: await first('/visitors/history', /href="\/visitors\/(\d+)"/), 'data-requests': await first('/data-requests', /href="\/data-requests\/(\d+)"/) };
  return Object.fromEntries(Object.entries(found).filter(([, v]) => v));
}

// Documents, files that went and came, entries of a request, as the earlier steps left them.
async function caseFileIds(page) {
  const first = async (path, re) => ((await (await page.request.get(portal + path)).text()).match(re) ?? [])[1];
  const request = await first('/data-requests', /href="\/data-requests\/(\d+)"/);
  const found = { transfers: await first('/transfers', /href="\/transfers\/(\d+)"/), in: await first('/transfers', /href="\/transfers\/in\/(\d+)"/),
    pack: request && await first(`/data-requests/${request}/pack`, /\/pack\/(e\d+|person)"/) };
  return Object.fromEntries(Object.entries(found).filter(([, v]) => v));
}

// One of each thing that has a page of its own, made as its form makes it; gives the numbers.
async function made(page) {
  const send = async (path, fields) => {
    const html = await (await page.request.get(portal + path)).text();
    const hidden = Object.fromEntries([...html.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)].map((m) => [m[1], m[2]]));
    const answer = await page.request.post(portal + path, { form: { ...hidden, ...fields }, maxRedirects: 0, headers: { Origin: portal } });
    must(answer.status() === 303, `${path}: ${answer.status()} ${(await answer.text()).match(/govuk-error-message[^]*?<\/p>/)?.[0] ?? ''}`);
    return answer.headers().location.match(/\/(\d+)/)?.[1];
  };
  const person = (await (await page.request.get(`${portal}/people?q=${learners('Damson')[0].name.split(' ')[0]}`)).text()).match(/href="\/people\/(\d+)"/)[1];
  const today = new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London' });
  return {
    requests: await send('/requests/new', { host: 'https://sums.example/', group: 'ks2', why: 'times tables' }),
    changes: await send('/changes/new', { host: 'https://castles.example/knights', change: 'allow', group: 'ks2', purpose: 'history of castles', risk: 'none seen' }),
    view: await send('/activity/new', { person, from: today, upto: today, reason: 'a worry at break' }),
    policy: await send('/registers/linked-policy/new', { kind: 'searching', title: 'Searching and confiscation policy', version: '2', review: '1/9/2040' }),
    held: await send('/held/new', { device: 'A blue telephone', reason: 'rules' }),
    version: await send('/policy/versions/new', { label: 'V1', authors: 'The headteacher', title: 'Online Safety Policy', text: 'What we promise.', months: '12' }),
  };
}

// Training: a session, a person of the matrix, a certificate, an induction, as the earlier steps left them.
async function trainingIds(page) {
  const first = async (path, re) => ((await (await page.request.get(portal + path)).text()).match(re) ?? [])[1];
  const person = await first('/training', /href="\/training\/person\/(\d+)"/);
  const found = { person, sessions: await first('/training/sessions?which=held', /href="\/training\/sessions\/(\d+)"/), certificate: await first('/training/me', /\/certificate\/(\d+)"/),
    induction: await first('/training/inductions', /\/induction\/(\d+)"/) };
  return Object.fromEntries(Object.entries(found).filter(([, v]) => v));
}

function fill(pattern, id) {
  const parts = pattern.split('/');
  const out = parts.map((p, i) => (p === ':step' ? id.step : p === ':view' ? id.view : p.startsWith(':') ? id[parts[i - 1]] : p));
  return out.includes(undefined) ? null : out.join('/');
}

async function walk(page, who, known, faults) {
  const mine = { ...known, ...Object.fromEntries(Object.entries(await ids(page)).filter(([, v]) => v)) };
  Object.assign(mine, await rightIds(page), await familyIds(page), await caseFileIds(page), await trainingIds(page));
  for (const pattern of play.routes) {
    const path = fill(pattern, mine);
    if (!path) continue;
    filled.add(pattern);
    const answer = await page.request.get(portal + path, { maxRedirects: 0 });
    if (![200, 403, 404].includes(answer.status())) { must(answer.status() < 500, `${who} ${path}: ${answer.status()}`); continue; }
    if (!(answer.headers()['content-type'] ?? '').includes('text/html')) continue;
    const key = shape(await answer.text());
    if (seen.has(key) || seen.has(`${answer.status()}`)) { totals.read++; continue; }
    if (answer.status() !== 200) seen.add(`${answer.status()}`);
    await page.goto(portal + path);
    await look(page, `${who} ${path}`, faults);
  }
}

// Forms sent empty: what they say then is a page as well.
async function wrongForms(page, paths, who, faults) {
  for (const path of paths) {
    if (!path) continue;
    await page.goto(portal + path);
    const button = page.locator('main form:not([data-passkey]) button[type=submit]').first();
    if (await button.count() === 0) continue;
    await button.click();
    await look(page, `${who} ${path}, empty`, faults);
  }
}

const report = (faults) => must(faults.length === 0, `${faults.length} faults:\n  ${faults.join('\n  ')}`);

step('e2e.axe_finds_nothing_on_any_page_of_any_role', async () => {
  const faults = [];
  const nobody = await atDesk(SCRIPT);
  await walk(nobody.page, 'nobody', {}, faults);
  await wrongForms(nobody.page, ['/sign-in', '/sign-in/pupil', '/report', '/report?about=child', '/report?about=adult', '/report/status'], 'nobody', faults);
  await nobody.context.close();
  const roles = [...new Set(play.people.map((p) => p.role))];
  const first = holder('dsl');
  const all = [first, ...roles.filter((r) => r !== 'dsl').map((r) => (r === 'learner' ? learners('Damson')[0] : r === 'teacher' ? teacher('Damson') : holder(r)))];
  let known = {};
  for (const who of all) {
    const { page, context } = await atDesk(SCRIPT);
    await page.goto(portal + (who.kind === 'learner' ? '/sign-in/pupil' : '/sign-in'));
    await fillIn(page, who);
    const found = await ids(page);
    if (who === first) known = { ...found, ...(await made(page)) };
    await walk(page, who.role, known, faults);
    if (who === first) {
      const form = (pattern) => fill(pattern, { ...known, class: known.class });
      await wrongForms(page, [form('/class/:id/session'), form('/case/:id/step/:step'), '/me/password'], who.role, faults);
    }
    if (who.role === 'admin') await wrongForms(page, ['/people/new'], who.role, faults);
    await context.close();
  }
  report(faults);
  const left = play.routes.filter((r) => !filled.has(r));
  return `${totals.read} pages read, ${totals.looked} shapes at two widths${left.length ? `; without a page of their own here: ${left.join(' ')}` : ''}`;
});

async function gatePages(page, faults) {
  const own = `${GATE}/.well-known/gatehouse`;
  for (const url of [`${GATE}/`, `${GATE}/safe`, `${own}/sign`, `${own}/tell`, `${own}/ask`, site('kites.example'), site('block-brawl.test'), site('grown-ups-only.test'),
    site('against-the-law.test'), 'http://nobody-home.invalid/', `${own}/nothing-here`]) {
    await page.goto(url).catch(() => null);
    await look(page, url, faults);
  }
}

step('e2e.axe_finds_nothing_on_any_page_of_the_gate', async () => {
  const faults = [];
  totals.read = totals.looked = 0;
  const unsigned = await atDevice(51, SCRIPT);
  await gatePages(unsigned.page, faults);
  for (const [n, who] of [[52, learners('Damson')[0]], [53, learners('Beech')[0]]]) {
    const { page } = await atDevice(n, SCRIPT);
    await page.goto(`${portal}/sign-in/pupil`);
    await fillIn(page, who);
    await gatePages(page, faults);
    for (const [path, button] of [['tell', 'Send it'], ['ask', 'Ask']]) {
      await page.goto(`${GATE}/.well-known/gatehouse/${path}`);
      await page.locator(`main form button:has-text("${button}")`).press('Enter');
      await look(page, `${path}, sent empty`, faults);
    }
  }
  report(faults);
  return `${totals.read} pages read, ${totals.looked} shapes at two widths`;
});
