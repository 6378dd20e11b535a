// The school office brings the roll: a file with headings of its own, what would change, and the same file again.
import { atDesk, holder, must, picture, play, portal, shows, signIn, step } from './stage.mjs';

const pupils = play.people.filter((p) => p.kind === 'learner');
const MOVED = pupils.find((p) => p.class === 'Damson' && p !== pupils.filter((q) => q.class === 'Damson')[0]) ?? pupils[pupils.length - 1];
const rows = pupils.map((p, i) => `A${1000 + i};${p.name};${p === MOVED ? '4 Elder' : p.class}`);
const file = ['Code;Child;Room', ...rows, 'A9001;Zinnia Newcomer;4 Elder', 'A9002;=1+1;4 Elder'].join('\r\n');
const office = {};

async function upload(page) {
  await page.goto(`${portal}/roll`);
  await page.setInputFiles('#file', { name: 'roll.csv', mimeType: 'text/csv', buffer: Buffer.from(file, 'utf8') });
  await page.click('main form[enctype] button[type=submit]');
}

async function both(page, name) {
  await picture(page, name);
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, `${name}-phone`);
  must(await page.evaluate(() => document.documentElement.scrollWidth) <= 390, `${name} scrolls sideways`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

step('e2e.office_is_asked_what_unknown_columns_hold', async () => {
  const { page } = await atDesk();
  office.page = page;
  await signIn(page, holder('office'));
  await page.goto(`${portal}/people`);
  await page.click('a[href="/roll"]');
  await both(page, '60-roll');
  await page.click('main form[enctype] button[type=submit]');
  await shows(page, 'Choose the file');
  await upload(page);
  await shows(page, 'What is in each column?', 'For example:');
  await page.check('input[name=who][value=learner]');
  await page.selectOption('select[name=c0]', 'reference');
  await page.selectOption('select[name=c1]', 'name');
  await page.selectOption('select[name=c2]', 'class');
  await both(page, '61-roll-columns');
  await page.click('main form[action$="/columns"] button[type=submit]');
});

step('e2e.office_sees_what_would_change_and_applies_it', async () => {
  const { page } = office;
  await shows(page, 'What would change', 'New here: 1', 'Class or year changes: 1', 'Leaves: 0', 'Refused rows: 1', 'begins with =');
  await both(page, '62-roll-plan');
  await page.click('a[href$="show=moves"]');
  await shows(page, MOVED.name, '4 Elder');
  await picture(page, '63-roll-moves');
  await page.click('main form:has(input[name=digest]) button[type=submit]');
  await shows(page, 'Applied: 1 new', '1 refused');
  await both(page, '64-roll-applied');
}, ['e2e.office_is_asked_what_unknown_columns_hold']);

step('e2e.the_same_roll_again_changes_nothing_and_asks_nothing', async () => {
  const { page } = office;
  await upload(page);
  await shows(page, 'Nothing would change', 'New here: 0', 'Leaves: 0');
  await page.click('main form[action$="/drop"] button[type=submit]');
  await shows(page, 'The file is thrown away');
  await upload(page);             // waits: the pages of it are looked at with all the others
}, ['e2e.office_sees_what_would_change_and_applies_it']);
