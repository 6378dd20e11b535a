// A parent on a telephone, by a link of their own; a visitor at the desk, on a tablet; a supply teacher's day.
import { atDesk, hides, holder, learners, must, picture, play, portal, shows, signIn, step } from './stage.mjs';
import { SCRIPT, clean, faultsOf } from './look.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const TABLET = { viewport: { width: 820, height: 1180 }, hasTouch: true };
const kid = learners('Damson')[2];
const people = {};

// The page that is open, as it stands, in a browser that runs axe.
async function tidy(page, name) {
  const { context, page: other } = await atDesk({ ...SCRIPT, viewport: page.viewportSize() });
  await other.setContent((await page.content()).replace(/href="\/static/g, `href="${portal}/static`));
  clean(await faultsOf(other, name));
  await context.close();
}

async function addParent(page, name, child) {
  await page.goto(`${portal}/people/new`);
  await page.fill('#name', name);
  await page.selectOption('#kind', 'parent');
  await page.click('main form button[type=submit]');
  await page.goto(`${portal}/families?q=${encodeURIComponent(child.split(' ')[0])}`);
  await page.click(`main a:text-is("${child}")`);
  await page.fill('#q', name.split(' ')[0]);
  await page.click('form[role=search] button');
  await page.click(`main a:has-text("${name}")`);
  await page.selectOption('#relation', 'mother');
  await page.click('main form button:text-is("Save")');
  return page.url();
}

async function letter(page, file) {
  await page.goto(file);
  await page.click('button:text-is("Print a letter with the link")');
  await shows(page, 'Dear', 'opens once');
  return (await page.locator('.gh-code').innerText()).trim();
}

step('e2e.office_puts_a_parent_on_file_and_prints_a_letter', async () => {
  people.office = await atDesk();
  const { page } = people.office;
  await signIn(page, holder('office'));
  people.file = await addParent(page, 'Mallow Testerley', kid.name);
  await picture(page, '40-family-contact');
  await tidy(page, 'an adult on file');
  people.link = await letter(page, people.file);
  await picture(page, '41-family-letter');
  must(/\/family\/open\/[\w-]{27}$/.test(people.link), people.link);
});

step('e2e.parent_on_a_phone_opens_the_link_and_answers', async () => {
  people.parent = await atDesk(PHONE);
  const { page } = people.parent;
  await page.goto(people.link);
  await shows(page, 'This link is for you alone');
  await tidy(page, 'open');
  await picture(page, '42-family-open');
  await page.click('main button[type=submit]');
  if (page.url().endsWith('/family/agreement')) {
    await picture(page, '43-family-agreement');
    await tidy(page, 'own agreement');
    await page.click('button[value=agree]');
    await shows(page, 'Talk it over with your children first');
    await page.check('#talked');
    await page.click('button[value=agree]');
    await shows(page, 'Thank you. We have kept your answer.');
  }
  await picture(page, '44-family-home');
  await tidy(page, 'home');
  await shows(page, kid.name, 'Talking about it at home');
  await hides(page, learners('Damson')[3].name);
  await page.click('a.gh-card >> nth=0');
  await picture(page, '45-family-child');
  await tidy(page, 'child');
  await page.check('#talked');
  await page.click('button[value=agree]');
  await shows(page, 'We have kept your answer', 'You agreed on');
  await page.click('a[href="/family/data"]');
  await tidy(page, 'asking for data');
  await page.fill('#words', 'Everything about this term');
  await page.click('main form button[type=submit]');
  await shows(page, 'answers within a month');
}, ['e2e.office_puts_a_parent_on_file_and_prints_a_letter']);

step('e2e.a_family_link_is_used_once', async () => {
  const { page } = await atDesk(PHONE);
  await page.goto(people.link);
  await shows(page, 'This link has been used', 'Ask for a new link');
  await picture(page, '46-family-used');
  await tidy(page, 'used');
  await page.goto(`${portal}/family`);
  await shows(page, 'Open your own link first');
}, ['e2e.parent_on_a_phone_opens_the_link_and_answers']);

step('e2e.a_barred_parent_has_no_way_in', async () => {
  const lead = await atDesk();
  people.next = await letter(people.office.page, people.file);
  await signIn(lead.page, holder('dsl'));
  await lead.page.goto(people.file);
  await lead.page.fill('#why', 'Order of an invented court, 3 November 2026');
  await lead.page.click('button:text-is("Bar this adult")');
  await shows(lead.page, 'sees and hears nothing of this child');
  await picture(lead.page, '47-family-barred');
  await tidy(lead.page, 'barred');
  const { page } = await atDesk(PHONE);
  await page.goto(people.next);
  await shows(page, 'This link does not open any more');
  await people.parent.page.goto(`${portal}/family`);
  await shows(people.parent.page, 'Open your own link first');
  await people.office.page.goto(people.file);
  await hides(people.office.page, 'invented court');
}, ['e2e.a_family_link_is_used_once']);

/* The office has the tablet again. */
async function takenBack(page) {
  await page.click('text=For the office: unlock');
  await page.fill('#password', play.password);
  await page.click('main form button[type=submit]');
}

step('e2e.a_visitor_signs_in_on_a_tablet_in_under_a_minute', async () => {
  people.desk = await atDesk(TABLET);
  const { page } = people.desk;
  await signIn(page, holder('office'));
  await page.goto(`${portal}/visitors`);
  const start = Date.now();
  await page.click('text=Sign a visitor in');
  await page.fill('#name', 'Pippa Pipewell');
  await page.fill('#organisation', 'Invented Pipes');
  await page.fill('#car', 'TE57 ING');
  await picture(page, '48-visitor-new');
  await page.click('main form[method=post] button[type=submit]');
  await shows(page, 'Welcome, Pippa Pipewell', 'Phones and devices here');
  await hides(page, '/sign-out', holder('office').name);
  await picture(page, '49-visitor-agree');
  await tidy(page, 'tablet');
  const size = await page.locator('button[value=sign]').boundingBox();
  must(size.height >= 44 && size.width >= 44, `the button is ${size.width} by ${size.height}`);
  await page.click('button[value=sign]');
  await shows(page, 'Please give the tablet back');
  await picture(page, '49-visitor-thanks');
  await tidy(page, 'thanks');
  await page.goto(`${portal}/people`);
  must(page.url().includes('/unlock'), 'the tablet opens the office\'s pages to a visitor');
  await page.goBack();
  await takenBack(page);
  await page.click('text=Make a code for the guest network');
  const took = (Date.now() - start) / 1000;
  must(/^[2-9a-z]{4}-[2-9a-z]{4}$/.test((await page.locator('.gh-code').first().innerText()).trim()), 'no code');
  await picture(page, '50-visitor-pass');
  await tidy(page, 'pass');
  must(took < 60, `${took} s`);
  await page.goto(`${portal}/visitors`);
  await picture(page, '51-visitors');
  await tidy(page, 'desk');
  await page.goto(`${portal}/visitors/now`);
  await shows(page, 'Pippa Pipewell', 'TE57 ING');
  await picture(page, '52-visitors-now');
  return `${took.toFixed(1)} s of taps`;
});

step('e2e.supply_sees_todays_classes_only', async () => {
  const { page } = people.desk;
  await page.goto(`${portal}/visitors/new`);
  await page.fill('#name', 'Sunny Supplyton');
  await page.check('input[name=kind][value=supply]');
  await page.click('main form[method=post] button[type=submit]');
  await page.click('button[value=sign]');
  await takenBack(page);
  await page.getByLabel('Elm', { exact: true }).check();
  await page.click('text=Save classes');
  await page.click('text=Print a sign-in for today');
  await picture(page, '53-supply-pass');
  const [login, phrase] = (await page.locator('.gh-code').allInnerTexts()).map((s) => s.trim());
  const supply = await atDesk();
  await supply.page.goto(`${portal}/sign-in`);
  await supply.page.fill('#username', login);
  await supply.page.fill('#password', phrase);
  await supply.page.click('main form:has(#password) button[type=submit]');
  must(supply.page.url().includes('/me/password'), supply.page.url());
  await supply.page.fill('input[name=old]', phrase).catch(() => supply.page.locator('main input[type=password]').first().fill(phrase));
  const boxes = supply.page.locator('main input[type=password]');
  for (let i = 1; i < await boxes.count(); i++) await boxes.nth(i).fill('kettle marble thunder velvet 42');
  await supply.page.click('main form button[type=submit]');
  await supply.page.goto(`${portal}/classes`);
  await shows(supply.page, 'Elm');
  await hides(supply.page, 'Damson', 'Beech');
  await picture(supply.page, '54-supply-classes');
  must((await supply.page.goto(`${portal}/activity`)).status() === 403, 'supply reads activity');
  await supply.page.goto(`${portal}/visitors/challenge`);
  await supply.page.check('input[name=kind][value=device]');
  await supply.page.fill('#what', 'Somebody filmed in the hall.');
  await supply.page.check('input[name=outcome][value=desk]');
  await picture(supply.page, '55-challenge');
  await supply.page.click('main form button[type=submit]');
  await shows(supply.page, 'Thank you for speaking up');
}, ['e2e.a_visitor_signs_in_on_a_tablet_in_under_a_minute']);
