// Every procedure of data/procedures is walked to its end by the page alone, with one wrong turn in each that is refused.
import { readFileSync, readdirSync } from 'node:fs';
import { atDesk, holder, must, picture, play, portal, signIn, step } from './stage.mjs';
import { look } from './every_page.mjs';
import { SCRIPT } from './look.mjs';

// ---- data: what is answered where the first answer would lead away from the end, and the turn that is refused

// A planned act before the step that locks it.  `with`: answers that bring the locked step about;
// `first`: what must come before it, put off until the wrong turn was tried.
const OUTSIDE = { step: 'outside-contact', with: { beyond: 'yes' }, first: 'first-conversation', says: 'Speak to the local authority or the police first' };
const TURNS = {
  svsh: { step: 'partner-dsl', with: { offence: 'yes', 'other-setting': 'yes' }, first: 'police-first', says: 'the police are asked first' },
  csae: { step: 'partner-dsl', with: { 'other-settings': 'yes' }, first: 'police-support', says: 'The police are asked first' },
  iioc: { step: 'delete-copies', with: { source: 'device', 'police-on-copies': 'delete' }, first: 'police-told', says: 'The police are told first' },
  'platform-content': { step: 'reinstate', with: { 'may-be-illegal': 'no', 'ask-user': 'removed', suspend: 'yes' }, first: 'talk', says: 'A leader talks with the user first' },
  allegation: { step: 'speak', with: {}, first: 'lado', says: 'The designated officer advises first' },
  'low-level': { step: 'speak', with: { threshold: 'unsure', earlier: 'none' }, first: 'lado', says: 'The designated officer advises first' },
};
const ANSWERS = { danger: 'no', 'dsl-decision': 'protection', threshold: 'early-help', 'telling-harm': 'no', 'risk-area': 'contact', 'hate/who': 'target',
  'sexting/criteria': 'some', 'sexting/block': 'inside', 'radicalisation/channel': 'yes', 'cybercrime/exploited': 'yes', 'csae/telling-harm': 'unsure' };
const ADULTS = ['allegation', 'low-level'];

const folder = `${play.root}/data/procedures`;
const PROCEDURES = readdirSync(folder).filter((f) => f.endsWith('.conf') && f !== 'common.conf').map((f) => f.slice(0, -5));
const topics = Object.fromEntries([...readFileSync(`${play.root}/data/topics.conf`, 'utf8').matchAll(/\[topic (\S+)\][^[]*?\nprocedure = (\S+)/g)].map((m) => [m[2], m[1]]));

// ---- the walker

const desks = {};
async function desk(role) {
  if (!desks[role]) {
    desks[role] = await atDesk(SCRIPT);
    await signIn(desks[role].page, holder(role));
  }
  return desks[role].page;
}

// Fills the form of a step: the wanted answer, else the first; what happened, happened yesterday.
const fillForm = ([wanted, words]) => {
  const form = document.querySelector('main form');
  const radios = [...form.querySelectorAll('input[type=radio]')];
  for (const name of new Set(radios.map((r) => r.name))) {
    const group = radios.filter((r) => r.name === name);
    if (name === 'child' && group.some((r) => r.checked)) continue;
    (group.find((r) => r.value === wanted[name]) ?? group[0]).checked = true;
  }
  for (const box of form.querySelectorAll('input[type=text]'))
    if (box.name.startsWith('f-')) box.value = document.getElementById(`${box.id}-hint`) ? 'yesterday 10:15' : words;
    else if (box.name === 'reason') box.value = words;
  for (const box of form.querySelectorAll('textarea')) box.value = words;
};

async function send(page) {
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }),
    page.evaluate(() => document.querySelector('main form button[type=submit]').click())]);
  return answer.status();
}

// What the case page offers: the steps to do now, in its order, and what is locked.
const offers = () => ({
  now: [...document.querySelectorAll('#now + ol a[href*="/step/"]')].map((a) => a.getAttribute('href')),
  locked: [...document.querySelectorAll('li.gh-step')].filter((li) => /Locked/.test(li.querySelector('h3').textContent))
    .map((li) => li.querySelector('a[href*="truth=yes"]')?.getAttribute('href').split('?')[0]),
  waits: [...document.querySelectorAll('form[action*="/referral/"] textarea')].map((t) => t.id),
});

const kinds = new Set();
async function lookOnce(page, name, faults) {
  const kind = await page.evaluate(() => [...new Set([...document.querySelectorAll('main input, main textarea, main select, main details, main table')].map((e) => e.tagName + (e.type ?? '')))].sort().join());
  if (kinds.has(kind)) return;
  kinds.add(kind);
  await look(page, name, faults);
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function openCase(page, id, words) {
  const adult = ADULTS.includes(id);
  await page.goto(`${portal}/report?about=${adult ? 'adult' : 'child'}`);
  await page.fill('#words', words);
  if (!adult) await page.selectOption('#topic', topics[id]);
  if (!adult) await page.check('input[name=asked][value=nobody]');
  const status = await send(page);
  must(status < 400, `${id}: the report is answered with ${status}`);
  await page.goto(`${portal}/cases?q=${encodeURIComponent(words.split(' ')[0])}`);
  await page.click('table a[href^="/case/"]');
  if (id === 'low-level') {
    await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
    await page.selectOption('#procedure', 'low-level');
    await page.fill('#change_why', 'below the threshold');
    await page.click('form[action$="/procedure"] button');
  }
  const seen = page.locator('form[action$="/seen"] button');
  if (await seen.count()) await Promise.all([page.waitForNavigation(), seen.click()]);
  return page.url();
}

async function wrongTurn(page, url, id, turn, answers) {
  const path = `${new URL(url).pathname}/step/${turn.step}`;
  await page.goto(portal + path);
  await page.evaluate(fillForm, [{ answer: answers[`${id}/${turn.step}`] }, 'done before its time']);
  const status = await send(page);
  const said = await page.textContent('body');
  must(status === 422 && said.includes(turn.says), `${id}: the wrong turn ${turn.step} is answered with ${status}: ${said.replace(/\s+/g, ' ').slice(0, 300)}`);
  await page.goto(url);
}

async function oneStep(page, id, href, answers, faults) {
  const name = href.split('/step/')[1].split('?')[0];
  await page.goto(portal + href, { waitUntil: 'domcontentloaded' });
  await lookOnce(page, `${id}/${name}`, faults);
  const answer = answers[`${id}/${name}`] ?? answers[name];
  await page.evaluate(fillForm, [{ answer }, `Written by the walker at ${name}.`]);
  const status = await send(page);
  must(status < 400 && page.url().includes('/case/') && !page.url().includes('/step/'), `${id}: ${name} is answered with ${status}: ${(await page.textContent('body')).replace(/\s+/g, ' ').slice(0, 400)}`);
}

async function answered(page) {
  await page.evaluate(() => { const f = document.querySelector('form[action*="/referral/"]'); f.closest('details').open = true; f.querySelector('textarea').value = 'They have looked at it.'; });
  await Promise.all([page.waitForNavigation(), page.evaluate(() => document.querySelector('form[action*="/referral/"] button[value=answered]').click())]);
}

async function walk(id) {
  const page = await desk(ADULTS.includes(id) ? 'head' : 'dsl');
  const turn = TURNS[id] ?? OUTSIDE;
  const answers = { ...ANSWERS, ...turn.with };
  const url = await openCase(page, id, `Quill${id.replace(/-/g, '')} was told to the walker`);
  const faults = [], done = [];
  let refused = false;
  for (let i = 0; i < 80; i++) {
    const at = await page.evaluate(offers);
    if (i === 3) await picture(page, `procedure-${id}`);
    if (!refused && at.locked.some((h) => h?.endsWith(`/step/${turn.step}`))) {
      await wrongTurn(page, url, id, turn, answers);
      refused = true;
      continue;
    }
    if (at.now.length === 0 && at.waits.length === 0) break;
    if (at.now.length === 0) { await answered(page); continue; }
    const href = (!refused && at.now.find((h) => !h.includes(`/step/${turn.first}`))) || at.now[0];
    must(!done.includes(href), `${id}: ${href} is to do again`);
    await oneStep(page, id, href, answers, faults);
    done.push(href);
  }
  must(refused, `${id}: the wrong turn ${turn.step} never came about`);
  await lookOnce(page, `${id} at its end`, faults);
  const close = page.locator('form[action$="/close"] button');
  must(await close.count() === 1, `${id} cannot be closed: ${(await page.textContent('body')).replace(/\s+/g, ' ').slice(-600)}`);
  await Promise.all([page.waitForNavigation(), close.click()]);
  must((await page.textContent('body')).includes('The case is closed.'), `${id} is not closed`);
  must(faults.length === 0, faults.join('\n'));
  return done.length;
}

for (const id of PROCEDURES) step(`e2e.procedure_${id.replace(/-/g, '_')}_to_its_end`, async () => `${await walk(id)} steps`);

// ---- two people in one case; a record corrected; a step of one's own; the answer of somebody outside

step('e2e.two_people_record_one_step_and_both_are_kept', async () => {
  const lead = await desk('dsl'), deputy = await desk('deputy');
  const url = await openCase(lead, 'concern', 'Twoquills wrote at once');
  const at = `${url}/step/dsl-decision`;
  await Promise.all([lead.goto(at), deputy.goto(at)]);
  await lead.evaluate(fillForm, [{ answer: 'safeguarding' }, 'the lead decided']);
  await deputy.evaluate(fillForm, [{ answer: 'not-safeguarding' }, 'the deputy decided']);
  await send(lead);
  await send(deputy);
  const said = await deputy.textContent('body');
  must(said.includes('both are kept') && said.includes(holder('dsl').name), 'nobody says that two wrote');
  must(said.includes('the lead decided') && said.includes('the deputy decided'), 'one of the two is lost');
  await picture(deputy, 'case-two-writers');
});

step('e2e.a_record_is_corrected_and_both_stay', async () => {
  const page = await desk('dsl');
  const url = await openCase(page, 'concern', 'Rightquill was put down wrongly');
  await page.goto(`${url}/step/dsl-decision`);
  await page.evaluate(fillForm, [{ answer: 'not-safeguarding' }, 'a game']);
  await send(page);
  await page.goto(`${url}/step/dsl-decision`);
  must(await page.inputValue('#f-reason') === 'a game' && await page.isChecked('input[value="not-safeguarding"]'), 'the form does not begin with what stands there');
  await picture(page, 'case-correct');
  await page.check('input[value="protection"]');
  must(await send(page) === 422, 'corrected without a reason');
  await page.fill('#reason', 'the mother rang');
  await send(page);
  const all = await page.textContent('body');
  must(all.includes('corrected since') && all.includes('the mother rang'), 'the correction is not shown');
});

step('e2e.own_steps_and_others_answers_hold_a_case_open', async () => {
  const page = await desk('dsl'), faults = [];
  await openCase(page, 'concern', 'Ownquill asked for more');
  await page.click('summary:has-text("Add a step of our own")');
  await page.fill('#action_title', 'Walk the corridor at break');
  await page.fill('#action_why', 'It happened there');
  await page.selectOption('#action_owner', { index: 1 });
  await page.fill('#action_due', '1/1/2001');
  await page.click('form[action$="/action"] button');
  must((await page.textContent('body')).includes('a day from today on'), 'a day of long ago was taken');
  await page.fill('#action_due', '31/12/2099');
  await page.click('form[action$="/action"] button');
  await page.click('summary:has-text("We asked somebody outside")');
  await page.selectOption('#agency', { index: 1 });
  await page.check('input[name=channel] >> nth=0');
  await page.fill('#what', 'What do you know?');
  await page.click('form[action$="/referral"] button');
  const all = await page.textContent('body');
  must(all.includes('Walk the corridor at break') && all.includes('Waiting on others'), 'they do not stand on the case');
  await look(page, 'a case with own steps', faults);
  await page.setViewportSize({ width: 390, height: 800 });
  await picture(page, 'case-phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, 'case-desk');
  must(faults.length === 0, faults.join('\n'));
});

// The flow chart that the policy promises: read on a telephone as on a desk, for every procedure.
step('e2e.each_flow_chart_is_read_on_a_telephone', async () => {
  const { page } = await atDesk(SCRIPT);
  let narrow = 99;
  for (const id of PROCEDURES) {
    const answer = await page.goto(`${portal}/procedures/${id}`);
    must(answer.status() === 200, `${id}: ${answer.status()}`);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      const box = await page.locator('img.gh-chart').evaluate((img) => ({ shown: img.clientWidth, drawn: img.naturalWidth }));
      const letters = 13 * box.shown / box.drawn;                    // the smallest letters, as they are shown
      narrow = Math.min(narrow, letters);
      must(letters >= 8.5, `${id}: the smallest letters are ${letters.toFixed(1)} px at ${width}`);
    }
    await page.setViewportSize({ width: 390, height: 900 });
    if (['svsh', 'exam-device', 'low-level'].includes(id)) await picture(page, `chart-${id}-phone`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, 'chart-desk');
  return `${PROCEDURES.length} charts, smallest letters ${narrow.toFixed(1)} px`;
});
