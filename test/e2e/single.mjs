// The filter tries itself through the real gate; a gate dropped into the running school's folder holds; a system with children's data opens on the
// school's own devices only, and an attempt from another is logged.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { atDesk, holder, must, order, picture, play, portal, shows, signIn, site, step, teacher, text, until } from './stage.mjs';
import { axed } from './every_page.mjs';
import { SCRIPT } from './look.mjs';
import { people as signed } from './signing.mjs';

const press = (page, words) => page.click(`main form button:has-text("${words}")`);
const sit = async (who) => { const at = await atDesk(SCRIPT); await signIn(at.page, who); return at.page; };

// ---- the filter's own test

step('e2e.the_filters_own_test_is_refused_and_logged_as_every_group', async () => {
  const page = await sit(holder('technician'));
  await page.goto(`${portal}/status/filter-test`);
  if (await page.locator('main form button').count()) await press(page, 'Try it now');
  const took = await until(200, 'the test has run', async () => {
    await page.goto(`${portal}/status/filter-test`);
    const all = await text(page);
    return /requests/.test(all) && !/It runs now/.test(all);
  });
  await axed(page, 'filter-test', '99');
  await shows(page, 'Every test name was refused for every group, and stands in the activity log.', 'The test event reached the alerts', 'pornography.filter-check.test', 'Passed');
  for (const group of ['Early years', 'Key stage 1', 'Key stage 2', 'Staff', 'Governors', 'Guests']) await shows(page, new RegExp(group, 'i'));
  const lead = await sit(holder('dsl'));
  await lead.goto(`${portal}/alerts`);
  await shows(lead, 'not a pupil', 'The test event arrived here, as it should');
  const asked = (await text(page)).match(/(\d+) requests/);
  return `${asked[1]} requests, ${took.toFixed(0)} s`;
});

step('e2e.a_test_name_that_is_let_through_fails_the_filters_own_test', async () => {
  const said = await order('publish-with [rule mine]|allow = gambling.filter-check.test|scope = group staff|reason = To see that it is noticed.');
  must(said.ok, said.text);
  const page = await sit(holder('head'));
  await page.goto(`${portal}/status/filter-test`);
  await press(page, 'Try it now');
  await until(200, 'the test has run', async () => {
    await page.goto(`${portal}/status/filter-test`);
    const all = await text(page);
    return /gambling as staff: let through/.test(all) && !/It runs now/.test(all);
  });
  await shows(page, 'Let through', 'Failed');
  await axed(page, 'filter-test-failed', '99');
  const leader = await sit(holder('leadership'));
  await leader.goto(`${portal}/tasks`);
  await shows(leader, /own test: 1 of \d+ not as they should be/);
  const back = await order('publish');
  must(back.ok, back.text);
}, ['e2e.the_filters_own_test_is_refused_and_logged_as_every_group']);

// ---- a gate dropped in

const folder = `${play.prefix}/registers`;
function save(name, words) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/.${name}.new`, words);
  renameSync(`${folder}/.${name}.new`, `${folder}/${name}.conf`);
}
const TRIP = `[register online-trip]
title = Trips on the screen
one = a trip
page = yes
group = Our own lists
rights = registers-learning
states = planned begun
state = planned | Planned | blue
state = begun | Begun | green
move = planned -> begun : change | It begins
columns = where leader
key = where

[field where]
label = Where to?
type = text
required = yes

[field leader]
label = Who leads it?
type = person
who = staff

[field looked]
label = Has somebody looked at it first?
type = bool
`;
const GATE = `
[gate begin]
at = begun
need = filled leader | Name who leads it. | /registers/online-trip/{id}/edit
need = yes looked | Somebody looks at every page of it first. | /registers/online-trip/{id}/edit
`;

async function begin(page) {
  await page.fill('#why', 'the class is ready');
  await press(page, 'It begins');
}

step('e2e.a_gate_dropped_into_the_running_school_holds', async () => {
  save('trip', TRIP);
  const page = await sit(holder('senco') ?? holder('dsl'));
  await until(10, 'the register is there', async () => (await page.goto(`${portal}/registers/online-trip/new`)).status() === 200);
  await page.fill('#where', 'A museum far away');
  await press(page, 'Save');
  const entry = page.url();
  save('trip', (TRIP + GATE).replace('title = Trips on the screen', 'title = Trips behind a gate'));
  await until(10, 'the file is read', async () => { await page.goto(`${portal}/registers/online-trip`); return (await text(page)).includes('Trips behind a gate'); });
  await page.goto(entry);
  await begin(page);
  await shows(page, 'Name who leads it.');
  await shows(page, 'There is a problem', 'Somebody looks at every page of it first.', 'Planned');
  must(await page.locator('a[href$="/edit"]').count() > 0, 'the refusal does not lead to where it is mended');
  await axed(page, 'gate-shut', '99');
  await page.goto(`${entry}/edit`);
  await page.selectOption('#leader', { index: 1 });
  await page.check('input[name=looked][value=yes]');
  await page.fill('#why', 'it is settled now');
  await press(page, 'Save');
  await page.goto(entry);
  await begin(page);
  await shows(page, 'Begun');
});

// ---- the school's own devices only (7.11-07)

step('e2e.a_progress_app_is_refused_and_logged_on_a_device_that_is_not_the_schools', async () => {
  const HOST = 'news-for-children.example';
  const { page: adult } = signed.adult;
  must((await adult.goto(site(HOST))).status() === 200, 'the site was not open before');
  const page = await sit(teacher('Damson'));
  await page.goto(`${portal}/services/new`);
  for (const [field, value] of [['name', 'Stepbook'], ['hosts', HOST], ['purpose', 'Progress of each child'], ['benefit', 'Families see it']]) await page.fill(`#${field}`, value);
  await page.selectOption('#kind', 'progress');
  await press(page, 'Save');
  const path = new URL(page.url()).pathname;
  const technician = await sit(holder('technician'));
  await technician.goto(`${portal}${path}/edit`);
  await technician.selectOption('#setting-devices', 'yes');
  await press(technician, 'Save');
  await page.goto(`${portal}${path}/assess`);
  await page.check('input[name=groups][value=staff]');
  for (const field of ['content', 'contact', 'conduct', 'commerce', 'data', 'accounts']) await page.fill(`#${field}`, 'Looked at; nothing to do.');
  for (const field of ['likelihood', 'impact']) await page.selectOption(`#${field}`, '1');
  await page.fill('#review', new Date(Date.now() + 100 * 86400000).toLocaleDateString('en-GB', { timeZone: 'Europe/London' }));
  await press(page, 'Save');
  await press(page, 'Sign as an educator');
  for (const [who, words] of [['technician', 'Sign as a technician'], ['head', 'Agree for leadership']]) {
    const side = await sit(holder(who));
    await side.goto(portal + path);
    await press(side, words);
  }
  await until(75, 'the gate holds it for other devices', async () => (await adult.goto(site(HOST))).status() === 403);
  must(/EDE: 1[5-8]/.test((await order(`dig 127.0.7.61 ${HOST}`)).text), 'by name it is open');
  const head = await sit(holder('head'));
  await head.goto(`${portal}/activity/staff?q=${encodeURIComponent(teacher('Elm').name.split(' ').pop())}`);
  await head.click(`main >> text=${teacher('Elm').name}`);
  const today = new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London' });
  await head.fill('#from', today);
  await head.fill('#upto', today);
  await head.fill('#reason', 'an app with children in it');
  await head.click('main form button[type=submit]');
  const view = head.url();
  await until(10, 'the attempt stands in the log', async () => { await head.goto(`${view}?refused=1`); return (await text(head)).includes(HOST); });
  await picture(head, '99-progress-app-logged');
}, ['e2e.staff_without_a_signature_cannot_browse', 'e2e.named_logging_waits_for_its_records']);

step('e2e.axe_finds_nothing_on_the_pages_of_looking_after_the_filter', async () => {
  for (const [who, path, words] of [['technician', '/status/devices', 'Devices that the filter sees'], ['head', '/changes/files', 'Rules files of the filter'],
    ['dsl', '/activity/attempts', 'Attempts report'], ['technician', '/registers/filter-test-name/new', 'What it stands for']]) {
    const page = await sit(holder(who));
    await page.goto(portal + path);
    await shows(page, words);
    await axed(page, path.slice(1).replaceAll('/', '-'));
    await page.context().close();
  }
});
