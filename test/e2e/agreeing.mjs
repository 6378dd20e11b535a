// Agreements as the people of a school meet them: five-year-olds together, a child who reads Urdu, one who would rather
// not and thinks again, a poster for a wall, who has not signed yet, a change that two people look at.
import { writeFileSync } from 'node:fs';
import { look, SCRIPT } from './look.mjs';
import { atDesk, holder, learners, must, picture, play, portal, shows, signIn, step, teacher, text } from './stage.mjs';

step('e2e.early_years_sign_as_a_class', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher('Acorns'));
  const start = Date.now();
  await page.goto(`${portal}/classes`);
  await page.locator('section', { has: page.locator('h2', { hasText: 'Acorns' }) }).locator('a[href$="/sign"]').click();
  await shows(page, 'My computer promise', 'I ask a grown-up');
  must(await page.locator('.gh-promises > li').count() >= 7 && await page.locator('.gh-promises img').count() === await page.locator('.gh-promises > li').count(), 'each promise has a symbol');
  must(await page.locator('button[data-read]:not([hidden])').count() > 0, 'the browser has a voice and no button shows it');
  await look(page, '20-acorns-sign');
  const boxes = page.locator('input[name=child]');
  const n = await boxes.count();
  for (let i = 0; i < n - 1; i++) await boxes.nth(i).check();
  await page.click('text=They have agreed; I was there');
  await shows(page, `${n - 1} children of Acorns have signed.`);
  const took = (Date.now() - start) / 1000;
  must(took < 180, `${took} s`);
  await page.locator('section', { has: page.locator('h2', { hasText: 'Acorns' }) }).locator('a[href$="/sign"]').click();
  await page.locator('.gh-register a').last().click();
  await look(page, '21-one-child');
  await page.click('text=We read it together');
  await shows(page, 'has signed, with you beside them');
  await context.close();
  return `${n} children`;
});

step('e2e.a_child_signs_in_urdu_from_right_to_left', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, learners('Elm')[2], true);
  await shows(page, 'The school can see what you do online here');
  await look(page, '22-welcome-notice');
  await page.click('text=I know');
  await page.goto(`${portal}/agreement`);
  await page.click('button[lang=ur]');
  const other = page.locator('.gh-promises .gh-other').first();
  must(await other.evaluate((e) => getComputedStyle(e).direction) === 'rtl', 'Urdu does not run from the right');
  must(await other.getAttribute('lang') === 'ur', 'the words do not say that they are Urdu');
  await shows(page, 'Nobody has checked it yet');
  await look(page, '23-urdu');
  await page.click('button[name=answer][value=sign]');
  await shows(page, 'You have signed');
  await context.close();
});

step('e2e.one_promise_at_a_time', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, learners('Cedar')[0], true);
  await page.goto(`${portal}/agreement?one=1`);
  await shows(page, '1 / ');
  await look(page, '24-one-at-a-time');
  for (let i = 0; i < 20 && await page.locator('text=Next').count(); i++) await page.click('text=Next');
  await shows(page, 'I promise');
  await look(page, '25-after-the-last');
  await context.close();
});

step('e2e.declines_and_thinks_again', async () => {
  const { page, context } = await atDesk();
  await signIn(page, learners('Elm')[3], true);
  await page.goto(`${portal}/agreement`);
  await page.click('button[name=answer][value=decline]');
  await shows(page, 'That is all right.');
  await page.goto(`${portal}/agreement`);
  await shows(page, 'You have said no for now', 'books, printed pages or a partner');
  await picture(page, '26-declined');
  await page.click('button[name=answer][value=sign]');
  await shows(page, 'You have signed');
  await page.goto(`${portal}/agreement`);
  await page.click('text=Take it back');
  await shows(page, 'It is taken back');
  await context.close();
});

step('e2e.poster_prints_alone_on_a_page', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('office'));
  await page.goto(`${portal}/signs`);
  await page.fill('#place', 'Library');
  await page.selectOption('#what', 'ks1');
  await page.check('#internet');
  await page.click('text=Add it');
  await shows(page, 'Library', 'Nobody has looked yet');
  await look(page, '27-signs');
  for (const [what, size, format] of [['ks1', '', 'A4'], ['ks1', '?size=a3', 'A3'], ['ks2', '', 'A4'], ['devices-visitor', '', 'A4']]) {
    await page.goto(`${portal}/signs/sheet/${what}${size}`);
    const bytes = await page.pdf({ format, margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } });
    writeFileSync(`${play.pictures}/poster-${what}-${format}.pdf`, bytes);
    const pages = (bytes.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;
    must(pages === 1, `${what} ${format} takes ${pages} pages`);
  }
  await page.goto(`${portal}/signs/sheet/ks1`);
  await look(page, '28-poster');
  await page.emulateMedia({ media: 'print' });
  must(!await page.locator('.gh-nav').isVisible(), 'the menu prints');
  await picture(page, '29-poster-print');
  await page.emulateMedia({ media: 'screen' });
  await page.goto(`${portal}/signs`);
  await page.click('text=I put up the current one');
  await shows(page, 'All right');
  await context.close();
});

step('e2e.who_has_not_signed', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('office'));
  await page.goto(`${portal}/agreements/unsigned`);
  await shows(page, 'How many', 'Acorns', '100%');
  await look(page, '30-unsigned');
  await page.selectOption('#kind', 'learner');
  await page.selectOption('#class', { label: 'Fir' });
  await page.click('main form button[type=submit]');
  await shows(page, learners('Fir')[0].name, 'Not signed');
  const csv = await (await page.request.get(`${portal}/agreements/unsigned?kind=learner&csv=1`)).text();
  must(csv.includes(learners('Fir')[1].name), 'the file lacks a child');
  await page.click('text=Enter a paper >> nth=0');
  await look(page, '31-paper');
  const today = new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London' });
  await page.check('input[name=how][value=paper]');
  await page.check('input[name=answer][value=sign]');
  await page.fill('#day', today);
  await page.click('main form button[type=submit]');
  await shows(page, 'Kept for');
  await page.goto(`${portal}/agreements/reminders`);
  await page.click('text=Remind now');
  await look(page, '32-reminders');
  await context.close();
});

step('e2e.two_people_change_an_agreement', async () => {
  const writes = await atDesk(SCRIPT), looks = await atDesk(SCRIPT);
  await signIn(writes.page, holder('dsl'));
  await writes.page.goto(`${portal}/agreements/edit/volunteer`);
  await look(writes.page, '33-edit');
  await writes.page.fill('textarea[name="text-0"]', 'I use the school’s systems only for what I was asked to help with.');
  await writes.page.click('text=Keep as a draft');
  await shows(writes.page, 'You wrote this draft', 'Compared with the version before');
  await look(writes.page, '34-draft');
  const at = writes.page.url();
  await writes.page.click('text=I have looked at it');
  await shows(writes.page, 'does not also look at it');
  await signIn(looks.page, holder('head'));
  await looks.page.goto(at);
  await looks.page.click('text=I have looked at it');
  await shows(looks.page, 'It is in force');
  await looks.page.goto(`${portal}/policy/receipts`);
  await look(looks.page, '35-receipts');
  await looks.page.goto(`${portal}/reading`);
  await look(looks.page, '36-reading');
  await looks.page.goto(`${portal}/rules`);
  await look(looks.page, '37-rules');
  must((await text(looks.page)).includes('leadership'), 'the head does not see what leadership looks after');
  await writes.context.close();
  await looks.context.close();
});
