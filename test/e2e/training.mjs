// Training: a session is planned, people sign in at the door and on the list, the matrix turns green; an induction opens by itself; a course is
// written down and confirmed; governors see numbers only.
import { atDesk, holder, must, picture, portal, shows, signIn, hides, step, teacher, until } from './stage.mjs';
import { look } from './every_page.mjs';
import { SCRIPT } from './look.mjs';

const today = () => new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London' });
const faults = [];
const seen = async (page, name) => look(page, name, faults);

step('e2e.training_the_matrix_shows_gaps_and_a_session_fills_them', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('dsl'));
  await page.goto(`${portal}/training`);
  await shows(page, 'Training', 'Yearly training', 'Passing worries on');
  await seen(page, 'training matrix');
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, 'training-matrix-before');
  await page.click('text=Plan a training session');
  await seen(page, 'plan a session');
  await page.fill('#on', today());
  await page.fill('#at', '9:00');
  await page.fill('#place', 'Hall');
  await page.click('main form button[type=submit]');
  await shows(page, 'Who came?');
  const session = page.url();
  await seen(page, 'one session');
  await picture(page, 'training-session');
  await page.click('text=Show the code at the door');
  await shows(page, 'Scan this');
  await seen(page, 'the door');
  await picture(page, 'training-door');
  await page.goto(session);
  await page.click('button:has-text("Save who was there")');
  await shows(page, 'Not ticked');
  await seen(page, 'a session that cannot be closed');
  for (const box of await page.locator('input[name=covered]').all()) await box.check();
  const people = page.locator('input[name=person]');
  const n = await people.count();
  must(n > 3, `${n} people`);
  await people.last().uncheck();
  await page.click('button:has-text("Save who was there")');
  await shows(page, 'The matrix counts it', 'Not there');
  await picture(page, 'training-session-held');
  await seen(page, 'a held session');
  await page.goto(`${portal}/training`);
  await picture(page, 'training-matrix-after');
  must(await page.locator('td .govuk-tag--green').count() > 10, 'nothing turned green');
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'training-matrix-390');
  for (const path of ['/training/often', '/training/sessions?which=held', '/training/courses', '/training/inductions', '/training/procedures', '/registers/training-module']) {
    await page.goto(portal + path);
    await seen(page, path);
  }
  await page.goto(`${portal}/training/often`);
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, 'training-often');
  await context.close();
  must(faults.length === 0, faults.join('\n'));
  return `${n} people`;
});

step('e2e.training_a_teacher_sees_their_own_and_writes_a_course_down', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher('Fir'));
  await page.goto(`${portal}/training`);
  must(page.url().endsWith('/training/me'), page.url());
  await shows(page, 'What is asked of me', 'Certificate');
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'training-me-390');
  await seen(page, 'my training');
  await page.click('main a[href^="/training/certificate/"] >> nth=0');
  await shows(page, 'Certificate of training');
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, 'training-certificate');
  await seen(page, 'a certificate');
  await page.goto(`${portal}/training/me`);
  await page.fill('#title', 'Games and gambling');
  await page.fill('#provider', 'Exampleshire Partnership');
  await page.fill('#on', today());
  await page.setInputFiles('#file', { name: 'certificate.txt', mimeType: 'text/plain', buffer: Buffer.from('Certificate 12, Games and gambling, to the bearer.') });
  await page.click('text=Write it down >> nth=-1');
  await shows(page, 'It stands in your record', 'not confirmed yet');
  await seen(page, 'my training with a course');
  await context.close();
  const lead = await atDesk(SCRIPT);
  await signIn(lead.page, holder('dsl'));
  await lead.page.goto(`${portal}/training/courses`);
  await shows(lead.page, 'Games and gambling');
  await picture(lead.page, 'training-courses');
  await seen(lead.page, 'courses to confirm');
  await lead.page.click('button[value=yes]');
  await shows(lead.page, 'Confirmed.');
  await lead.context.close();
  must(faults.length === 0, faults.join('\n'));
}, ['e2e.training_the_matrix_shows_gaps_and_a_session_fills_them']);

step('e2e.training_an_induction_opens_by_itself_and_governors_see_numbers', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('office'));
  await page.goto(`${portal}/people/new`);
  await page.selectOption('#kind', 'staff').catch(() => page.check('input[name=kind][value=staff]'));
  await page.fill('#name', 'Juniper Newly');
  await page.click('main form button[type=submit]');
  await context.close();
  const lead = await atDesk(SCRIPT);
  await signIn(lead.page, holder('dsl'));
  await until(150, 'the induction opens', async () => {
    await lead.page.goto(`${portal}/training/inductions`);
    return (await lead.page.textContent('main')).includes('Juniper Newly');
  });
  await lead.page.click('text=Juniper Newly');
  await shows(lead.page, 'I have given and talked through this');
  await picture(lead.page, 'training-induction');
  await seen(lead.page, 'an induction');
  await lead.context.close();
  const governor = await atDesk(SCRIPT);
  await signIn(governor.page, holder('governor'));
  await governor.page.goto(`${portal}/training`);
  await shows(governor.page, 'Training in numbers', 'No names stand here');
  await hides(governor.page, 'Juniper Newly');
  await picture(governor.page, 'training-counts');
  await seen(governor.page, 'training in numbers');
  await governor.context.close();
  must(faults.length === 0, faults.join('\n'));
}, ['e2e.training_the_matrix_shows_gaps_and_a_session_fills_them']);
