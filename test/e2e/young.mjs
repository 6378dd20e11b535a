// The youngest: a teacher prints cards, a child of six signs in by pictures and by the code on the card, in the lesson only.
import { readFileSync } from 'node:fs';
import { atDesk, atDevice, learners, must, picture, play, portal, shows, signIn, site, step, teacher, text, until } from './stage.mjs';
import { SCRIPT, clean, faultsAt } from './look.mjs';
import { read } from './qr.mjs';

const CLASS = 'Cedar';
const TABLET = { viewport: { width: 810, height: 1080 }, hasTouch: true, isMobile: true };
const kid = learners(CLASS)[2], other = learners(CLASS)[3];
const first = (who) => who.name.split(' ')[0];
const here = {};          // the teacher's desk, the class's number, the cards

// The pages of children have no script; axe looks at a copy in a page that may run one, at a telephone's width and a desk's.
async function tidy(page, name) {
  const html = await page.content(), css = readFileSync(`${play.root}/build/ui/static/gatehouse.css`, 'utf8');
  const copy = await atDesk(SCRIPT);
  await copy.page.goto(`${portal}/links`);
  await copy.page.setContent(html.replace('</head>', `<style>${css}</style></head>`));
  clean(await faultsAt(copy.page, name, [390, 810, 1280]));
  await copy.context.close();
}

// Every place to touch is at least as big as a child's finger wants it.
async function big(page, selector, side) {
  for (const one of await page.locator(selector).all()) {
    const box = await one.boundingBox();
    must(box.width >= side && box.height >= side, `${selector} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
  }
}

async function openSession(page) {
  await page.goto(`${portal}/class/${here.class}/session`);
  await page.check('input[name=level][value=direct]');
  await page.check('input[name=minutes][value="60"]');
  await page.fill('#outcome', 'We find out how kites fly.');
  await page.click('main form button[type=submit]');
  await shows(page, 'may use the internet until');
}

async function closeSession(page) {
  await page.goto(`${portal}/class/${here.class}/session`);
  await page.check('input[name=supervised][value=yes]');
  await page.click('main form button:has-text("Close the session")');
  await shows(page, 'is closed');
}

step('e2e.teacher_prints_the_cards_of_the_class', async () => {
  const { page } = here.desk = await atDesk();
  await signIn(page, teacher(CLASS));
  await page.goto(`${portal}/classes`);
  here.class = (await page.locator('section', { hasText: CLASS }).locator('a[href$="/cards"]').getAttribute('href')).match(/\d+/)[0];
  await page.goto(`${portal}/class/${here.class}/sign`);
  const boxes = page.locator('input[name=child]');
  for (let i = 0, n = await boxes.count(); i < n; i++) await boxes.nth(i).check();
  await page.click('main form button[type=submit]');
  await page.goto(`${portal}/class/${here.class}/cards`);
  await shows(page, kid.name, 'No card');
  await picture(page, '70-cards');
  await tidy(page, 'cards');
  await page.click('main form button:has-text("Print the cards")');
  const cards = page.locator('.gh-idcard');
  must(await cards.count() >= 5, `${await cards.count()} cards`);
  here.cards = {};
  for (const one of await cards.all())
    here.cards[(await one.locator('.gh-idcard__name').innerText()).trim()] = {
      words: (await one.locator('li').allInnerTexts()).map((w) => w.trim()),
      address: read(await one.locator('path').last().getAttribute('d'), Number((await one.locator('svg').getAttribute('viewBox')).split(' ')[2])),
    };
  must(/^https:\/\/.*\/card\/[\w-]{22}$/.test(here.cards[first(kid)].address), here.cards[first(kid)].address);
  await picture(page, '71-card-sheet');
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1123 });
  await picture(page, '72-card-sheet-on-paper');
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 1280, height: 900 });
  await tidy(page, 'card sheet');
  return `${Object.keys(here.cards).length} cards, each code read back`;
});

// A touch that leads on, and the page it leads to.
const tap = (page, where) => Promise.all([page.waitForNavigation(), where.tap()]);
const touch = (page, word) => tap(page, page.locator('.gh-pick', { has: page.locator(`span:text-is("${word}")`) }));
const path = (address) => portal + new URL(address).pathname;

step('e2e.outside_a_session_neither_pictures_nor_card_open_anything', async () => {
  here.tablet = await atDevice(81, TABLET);
  const { page } = here.tablet;
  await page.goto(`${portal}/sign-in/pupil`);
  must(!(await text(page)).includes(CLASS), 'the class is shown without a session');
  must((await page.goto(`${portal}/sign-in/class/${here.class}`)).status() === 403, 'the faces are shown');
  must((await page.goto(path(here.cards[first(kid)].address))).status() === 403, 'the card opens');
  await shows(page, 'Not yet', 'Your teacher opens the lesson first.');
  must(!(await text(page)).includes(first(kid)), 'the page says whose card it is');
  await picture(page, '73-not-yet');
  await tidy(page, 'not yet');
}, ['e2e.teacher_prints_the_cards_of_the_class']);

step('e2e.a_six_year_old_signs_in_by_three_pictures', async () => {
  await openSession(here.desk.page);
  const { page } = here.tablet;
  await page.goto(`${portal}/sign-in/pupil`);
  await shows(page, 'Hello! Who are you?', CLASS);
  await big(page, '.gh-big__one', 80);
  await picture(page, '74-which-class');
  await tidy(page, 'which class');
  await tap(page, page.locator('.gh-big__one', { hasText: CLASS }));
  await big(page, '.gh-face', 130);
  await picture(page, '75-which-child');
  await tidy(page, 'which child');
  await tap(page, page.locator('.gh-face', { hasText: first(kid) }).first());
  await shows(page, `Hello ${first(kid)}!`, 'Touch your first picture.');
  await big(page, '.gh-pick', 110);
  await picture(page, '76-pictures');
  await tidy(page, 'pictures');
  const words = here.cards[first(kid)].words;
  for (const word of [words[1], words[0], words[2]]) await touch(page, word);
  await shows(page, 'That was not it. Try again.');
  await picture(page, '77-try-again');
  await tidy(page, 'try again');
  for (const word of words) await touch(page, word);
  must(page.url() === `${portal}/welcome`, page.url());
  await shows(page, first(kid), 'We find out how kites fly.');
  await picture(page, '78-welcome');
  await tidy(page, 'welcome');
  await until(5, 'the internet opens', async () => (await page.goto(site('kites.example'))).status() === 200);
}, ['e2e.outside_a_session_neither_pictures_nor_card_open_anything']);

step('e2e.a_card_asks_is_it_you_and_two_devices_are_seen', async () => {
  here.second = await atDevice(82, TABLET);
  const { page } = here.second;
  await page.goto(path(here.cards[first(kid)].address));
  await shows(page, `Hello ${first(kid)}!`, 'Is it you?');
  await picture(page, '79-is-it-you');
  await tidy(page, 'is it you');
  must((await page.context().cookies()).every((one) => one.name !== '__Host-gatehouse'), 'looking signed somebody in');
  await tap(page, page.locator('main form button'));
  must(page.url() === `${portal}/welcome`, page.url());
  const desk = here.desk.page;
  await desk.goto(`${portal}/classes`);
  await shows(desk, 'A child of this class is signed in on two devices.');
  await desk.goto(`${portal}/class/${here.class}/session`);
  await shows(desk, kid.name, '2 devices', 'pictures', 'card');
  await picture(desk, '80-two-devices');
  await tidy(desk, 'session');
  await desk.locator('tr', { hasText: kid.name }).first().locator('button').click();
  await shows(desk, 'is signed out there.');
  must(!(await text(desk)).includes('2 devices'), 'still on two devices');
  const gone = here.tablet.page;
  await gone.goto(`${portal}/welcome`);
  must(gone.url() === `${portal}/sign-in/pupil`, gone.url());
}, ['e2e.a_six_year_old_signs_in_by_three_pictures']);

step('e2e.wrong_pictures_call_the_teacher', async () => {
  const { page } = await atDevice(83, TABLET);
  await page.goto(`${portal}/sign-in/class/${here.class}`);
  await tap(page, page.locator('.gh-face', { hasText: first(other) }).first());
  const words = here.cards[first(other)].words;
  for (let i = 0; i < 5; i++)
    for (const word of [words[2], words[1], words[0]]) await touch(page, word);
  await shows(page, 'Ask your teacher', 'That is all right.');
  await picture(page, '81-ask-your-teacher');
  const desk = here.desk.page;
  await desk.goto(`${portal}/class/${here.class}/session`);
  await shows(desk, 'These children need you', other.name);
  await picture(desk, '82-stuck');
  await desk.locator('button', { hasText: 'Let them try again' }).click();
  await shows(desk, 'can try again');
}, ['e2e.a_six_year_old_signs_in_by_three_pictures']);

step('e2e.the_session_ends_and_so_do_the_cards', async () => {
  const { page } = here.second;
  await until(5, 'the internet is open', async () => (await page.goto(site('kites.example'))).status() === 200);
  await closeSession(here.desk.page);
  await page.goto(`${portal}/welcome`);
  must(page.url() === `${portal}/sign-in/pupil`, page.url());
  await until(5, 'the internet closes', async () => (await page.goto(site('kites.example'))).status() !== 200);
  must((await page.goto(path(here.cards[first(kid)].address))).status() === 403, 'the card still opens');
}, ['e2e.a_card_asks_is_it_you_and_two_devices_are_seen']);

step('e2e.another_teacher_says_why', async () => {
  const { page } = await atDesk();
  await signIn(page, teacher('Damson'));
  await page.goto(`${portal}/class/${here.class}/session`);
  await shows(page, 'You do not teach this class.');
  await picture(page, '83-cover');
  await tidy(page, 'cover');
  await page.fill('#why', 'cover, the class teacher is ill');
  await page.click('main form button[type=submit]');
  await shows(page, CLASS, 'Sessions of this class');
  await here.desk.page.goto(`${portal}/classes`);
  await shows(here.desk.page, teacher('Damson').name, 'cover, the class teacher is ill');
  await picture(here.desk.page, '84-classes');
  await tidy(here.desk.page, 'classes');
}, ['e2e.teacher_prints_the_cards_of_the_class']);
