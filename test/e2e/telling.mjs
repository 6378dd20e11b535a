// Telling, on a telephone: an adult in under a minute, a draft that survives, a form sent twice, a child of six with pictures, danger.
import { atDesk, holder, hides, learners, must, picture, play, portal, shows, signIn, step, teacher, text, until } from './stage.mjs';
import { SCRIPT, clean, faultsAt } from './look.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const who = teacher('Fir');
const here = {};

async function tidy(page, name) {
  clean(await faultsAt(page, name, [390, 1280]));
  await page.setViewportSize(PHONE.viewport);
}

const ofToday = async (page) => { await page.goto(`${portal}/cases?list=new`); return page.locator('table a[href^="/case/"]').count(); };

step('e2e.staff_tell_on_a_phone_without_script_in_five_touches', async () => {
  const { page, context } = await atDesk(PHONE);
  await signIn(page, who);
  const start = Date.now();
  let touches = 0;
  const touch = async (what) => { touches++; await page.locator(what).first().tap(); };
  await page.goto(`${portal}/report`);
  await touch('input[name=about][value=child]');
  await touch('main form button[type=submit]');
  await page.screenshot({ path: `${play.pictures}/${play.engine}-60-report.png` });
  await page.fill('#whom', 'Umber of Acorns');
  await page.fill('#words', 'At the coat pegs she said that a man online wants to meet her.');
  await page.fill('#said', '"He said I must not tell mummy."');
  await page.fill('#place', 'At the coat pegs');
  await touch('input[name=risk][value=contact]');
  await touch('summary:has-text("Somebody is hurt")');
  await picture(page, '61-report-filled');
  await touch('main form button:has-text("Send")');
  await page.waitForURL('**/report/received*');
  const took = (Date.now() - start) / 1000;
  await shows(page, 'We have got it', 'find somebody in person', holder('dsl').name);
  await hides(page, 'coat pegs');
  must(touches <= 5 && took < 60, `${touches} touches, ${took} s`);
  await picture(page, '62-received');
  await page.goto(`${portal}/report/mine`);
  await shows(page, 'It has been received.');
  await hides(page, 'coat pegs');
  await picture(page, '63-mine');
  await context.close();
  return `${touches} touches beside the writing`;
});

step('e2e.what_is_written_survives_a_lost_connection_and_a_closed_browser', async () => {
  let { page, context } = await atDesk({ ...PHONE, ...SCRIPT });
  await signIn(page, who);
  await page.goto(`${portal}/report?about=child`);
  await page.locator('#words').pressSequentially('He would not get off the bus');
  await until(10, 'it is kept', async () => (await text(page)).includes('Kept. Not sent yet.'));
  await tidy(page, 'the form of a report');
  await context.setOffline(true);
  await page.locator('#words').pressSequentially(' and hid his arm');
  await until(10, 'the writer is told', async () => (await text(page)).includes('There is no connection'));
  must((await page.inputValue('#words')).endsWith('hid his arm'), 'the words are gone');
  await picture(page, '64-offline');
  await context.setOffline(false);
  await until(30, 'it is kept again', async () => (await text(page)).includes('Kept. Not sent yet.'));
  await context.close();                                     // the browser is closed
  ({ page, context } = await atDesk({ ...PHONE, javaScriptEnabled: true }));
  await page.goto(`${portal}/report?about=child`);
  await hides(page, 'hid his arm');                          // nobody else's eyes, and nothing on the device
  await signIn(page, who);
  await page.goto(`${portal}/report`);
  await shows(page, 'You have begun a report');
  await page.click('text=Go on with it');
  must((await page.inputValue('#words')) === 'He would not get off the bus and hid his arm', 'the draft is not whole');
  await picture(page, '65-draft');
  await page.click('main form button:has-text("Send")');
  await page.waitForURL('**/report/received*');
  await shows(page, 'We have got it');
  await page.goto(`${portal}/report?about=child`);
  must((await page.inputValue('#words')) === '', 'the draft is still there');
  await context.close();
});

step('e2e.a_form_sent_twice_is_one_report', async () => {
  here.desk = await atDesk();
  await signIn(here.desk.page, holder('dsl'));
  const before = await ofToday(here.desk.page);
  const { page, context } = await atDesk(PHONE);
  await page.goto(`${portal}/report?about=child`);
  const form = { about: 'child', words: 'She was crying at the gate' };
  for (const name of ['token', 'once']) form[name] = await page.inputValue(`main form input[name=${name}]`);
  const send = () => page.request.post(`${portal}/report`, { form, headers: { origin: portal, referer: `${portal}/report` }, maxRedirects: 0 });
  const both = await Promise.all([send(), send(), send()]);
  both.push(await send());
  for (const a of both) must(a.status() === 303 && a.headers().location === both[0].headers().location, `${a.status()} ${a.headers().location}`);
  must(await ofToday(here.desk.page) === before + 1, 'there is not exactly one more');
  await context.close();
});

step('e2e.a_child_of_six_tells_with_pictures', async () => {
  const { page, context } = await atDesk({ viewport: { width: 810, height: 1080 }, hasTouch: true, isMobile: true, ...SCRIPT });
  const kid = learners('Beech')[5];
  await signIn(page, kid, true);
  await page.goto(`${portal}/report`);
  await shows(page, /They read it (today|on \w+day)/, 'Childline', 'How do you feel?', 'You are not in trouble');
  await picture(page, '66-worry-six');
  for (const one of await page.locator('.gh-worry__one').all()) {
    const box = await one.boundingBox();
    must(box.width >= 100 && box.height >= 100, `a picture is ${Math.round(box.width)} by ${Math.round(box.height)}`);
  }
  for (const image of await page.locator('.gh-worry__one img').all())
    must(await image.evaluate((i) => i.complete && i.naturalWidth > 0), 'a picture does not load');
  await tidy(page, 'the page of a worried child');
  await page.tap('label:has(input[value=scared])');
  await page.tap('label:has(input[value=screen])');
  await page.click('main form button:has-text("Send it")');
  await shows(page, 'We have got it', 'A grown-up from school will find you');
  await picture(page, '67-worry-told');
  await hides(page, 'a screen');
  await context.close();
  await here.desk.page.goto(`${portal}/cases?q=Scared`);
  await shows(here.desk.page, kid.name, 'Scared; On a screen');
}, ['e2e.a_form_sent_twice_is_one_report']);

step('e2e.danger_is_one_touch_away_and_the_lead_hears_of_it', async () => {
  const { page, context } = await atDesk({ ...PHONE, ...SCRIPT });
  await signIn(page, who);
  await page.tap('.gh-header__danger');
  await shows(page, 'Ring 999', 'Stay with the child', 'Tell them now');
  const ring = page.locator('a[href="tel:999"]').first(), box = await ring.boundingBox();
  must(box.y + box.height < 500 && box.height > 100, `999 is not at the top: ${JSON.stringify(box)}`);
  await tidy(page, 'the page for danger');
  await picture(page, '68-danger');
  await page.fill('#place', 'The gate by the field');
  await page.click('main form button:has-text("Tell them now")');
  await shows(page, 'We have got it');
  await context.close();
  const desk = here.desk.page;
  await desk.goto(`${portal}/today`);
  await shows(desk, 'The page for danger was used', 'Danger', 'New: not taken on yet');
  const rows = await desk.locator('table').first().locator('tbody tr').allInnerTexts();
  must(rows[0].includes('The page for danger was used'), `danger does not stand first: ${rows[0]}`);
  await picture(desk, '69-today');
  await desk.setViewportSize({ width: 390, height: 844 });
  await picture(desk, '70-today-phone');
  await here.desk.context.close();
}, ['e2e.a_form_sent_twice_is_one_report']);

step('e2e.the_pages_beside_telling_are_clean', async () => {
  const { page, context } = await atDesk({ ...PHONE, ...SCRIPT });
  await signIn(page, holder('dsl'));
  for (const path of ['/today', '/cases?list=new', '/report/mine', '/technical', '/whistleblowing', '/complaints', '/messages', '/report?about=adult', '/report/received']) {
    const answer = await page.goto(portal + path);
    must(answer.status() === 200, `${path}: ${answer.status()}`);
    await tidy(page, path);
  }
  await page.goto(`${portal}/technical`);
  await page.fill('#need', 'The record of yesterday');
  await page.click('main form button:has-text("Ask now")');
  await shows(page, 'Technical staff have been told.', 'Safeguarding');
  await tidy(page, '/technical with a request');
  await picture(page, '71-technical');
  await context.close();
});
