// A register is dropped into the running school, as a file, and used; a file with a mistake leaves the last good one.
import { get } from 'node:http';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { atDesk, hides, holder, must, picture, play, portal, shows, signIn, step, text, until } from './stage.mjs';
import { look } from './every_page.mjs';
import { SCRIPT } from './look.mjs';

const folder = `${play.prefix}/registers`;
const good = `[register after-school-club]
title = After-school clubs online
one = a club
hint = Clubs that meet online after school, and who leads them.
page = yes
group = Our own lists
rights = registers-learning
states = planned running ended
state = planned | Planned | blue
state = running | Running | green
move = planned -> running : approve second | It may begin
move = running -> ended : change | It has ended
rule = when state is running : leader is filled | A club has a leader before it begins.
columns = name day leader
key = name

[field name]
label = Name of the club
type = text
required = yes
unique = yes

[field day]
label = First day
type = date
required = yes

[field leader]
label = Leader
type = person
who = staff
`;

// As an editor saves: written beside it, then renamed over it.
function save(words) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/.club.new`, words);
  renameSync(`${folder}/.club.new`, `${folder}/club.conf`);
}

const people = {};
const at = '/registers/after-school-club';

step('e2e.a_register_is_dropped_in_and_there_without_a_restart', async () => {
  people.lead = await atDesk();
  const { page } = people.lead;
  await signIn(page, holder('senco') ?? holder('dsl'));
  must((await page.goto(portal + at)).status() === 404, 'it is there before its file');
  save(good);
  const took = await until(10, 'the register is there', async () => (await page.goto(portal + at)).status() === 200);
  await shows(page, 'After-school clubs online', 'Nothing stands in this register yet');
  await picture(page, '80-register-empty');
  await page.goto(`${portal}/registers`);
  await shows(page, 'Our own lists', 'After-school clubs online');
  await picture(page, '81-registers');
  return `${took.toFixed(1)} s after the file was saved`;
});

step('e2e.the_dropped_register_is_used', async () => {
  const { page } = people.lead;
  await page.goto(`${portal}${at}/new`);
  await page.fill('#name', 'Robots');
  await page.fill('#day', '29/02/2027');
  await page.click('main form button[type=submit]');
  await shows(page, '2027 is not a leap year');
  await picture(page, '82-register-form');
  await page.fill('#day', '3rd March 2027');
  await page.click('main form button[type=submit]');
  await shows(page, 'Robots', '3 March 2027', 'Planned');
  await page.click('text=Change or correct this entry');
  await page.fill('#day', '10/3/27');
  await page.fill('#why', 'the hall is taken on the third');
  await page.click('main form button[type=submit]');
  await shows(page, '10 March 2027', 'the hall is taken on the third');
  await picture(page, '83-register-entry');
  await page.goto(`${portal}${at}?q=robots`);
  await shows(page, 'Robots', '1 to 1 of 1');
  await picture(page, '84-register-list');
}, ['e2e.a_register_is_dropped_in_and_there_without_a_restart']);

step('e2e.a_spreadsheet_goes_out_and_in', async () => {
  const { page } = people.lead;
  const csv = Buffer.from('Name of the club,First day\r\nRobots,10/03/2027\r\nPuppets,Tuesday 4 May 2027\r\nFilms,31/04/2027\r\n');
  await page.goto(`${portal}${at}/import`);
  await page.setInputFiles('#file', { name: 'clubs.csv', mimeType: 'text/csv', buffer: csv });
  await page.click('main form button[type=submit]');
  await shows(page, 'April has 30 days', 'until every line is right');
  await picture(page, '85-register-import');
  await page.setInputFiles('#file', { name: 'clubs.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.toString().replace('31/04', '30/04')) });
  await page.click('button:has-text("Check the file")');
  await page.click('button:has-text("Write all of this")');
  await shows(page, 'Written: 2 new, 0 changed, 1 as they were', 'Puppets', 'Films');
}, ['e2e.the_dropped_register_is_used']);

step('e2e.a_mistake_in_the_file_leaves_the_last_good_one', async () => {
  const { page } = people.lead;
  save(good.replace('type = date', 'type = colour'));
  people.admin = await atDesk();
  await signIn(people.admin.page, holder('admin') ?? holder('technician'));
  await until(10, 'the mistake is told', async () => { await people.admin.page.goto(`${portal}/registers`); return (await text(people.admin.page)).includes('club.conf:'); });
  await shows(people.admin.page, 'is not a value of type');
  await picture(people.admin.page, '86-register-mistake');
  await page.goto(portal + at);
  await shows(page, 'Robots');
  save(`${good}\n[field room]\nlabel = Room\ntype = text\n`);
  await until(10, 'the new field is asked', async () => { await page.goto(`${portal}${at}/new`); return (await text(page)).includes('Room'); });
  await people.admin.page.goto(`${portal}/registers`);
  await hides(people.admin.page, 'club.conf:');
}, ['e2e.the_dropped_register_is_used']);

// What a browser would get that does not encrypt: the status alone.
const plain = (path) => new Promise((done, fail) => {
  get(`http://localhost:${play.ports.portal}${path}`, (answer) => { answer.resume(); done(answer.statusCode); }).on('error', fail);
});

step('e2e.a_plain_text_connection_to_pages_with_personal_data_is_refused', async () => {
  for (const path of ['/sign-in', '/people', '/registers', '/cases', '/me']) {
    const status = await plain(path).catch(() => 400);
    must(status >= 300 && status !== 304, `${path} answers ${status} without encryption`);
  }
});

step('e2e.every_page_of_a_register_is_clean', async () => {
  const { page } = await atDesk(SCRIPT);
  const faults = [];
  await signIn(page, holder('dsl'));
  for (const path of ['/registers', at, `${at}/new`, `${at}/import`, `${at}/print`, '/registers/device', '/registers/device/new', '/registers/ict-unit/map']) {
    must((await page.goto(portal + path)).status() === 200, path);
    await look(page, path, faults);
  }
  await page.goto(portal + at);
  await page.click('table a >> text=Robots');
  await look(page, 'an entry', faults);
  await page.goto(`${page.url()}/edit`);
  await look(page, 'a change', faults);
  must(faults.length === 0, faults.join('\n'));
}, ['e2e.a_mistake_in_the_file_leaves_the_last_good_one']);
