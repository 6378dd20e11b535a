// No agreement, no internet: a learner alone, a class together, one who would rather not.
import './agreeing.mjs';
import { atDesk, atDevice, fillIn, learners, must, picture, portal, shows, signIn, site, step, teacher, text, until } from './stage.mjs';

const KS2 = 'Damson', KS1 = 'Beech';
export const child = learners(KS2)[0];          // the learner of the story
export const people = {};                       // open browsers, by who sits there

// A link of a class on the page of classes.
const row = (page, name, what) => page.locator('section', { has: page.locator('h2', { hasText: name }) }).locator(`a[href$="/${what}"]`);

step('e2e.unsigned_learner_meets_the_signing_page', async () => {
  people.child = await atDevice(11);
  const { page } = people.child;
  const answer = await page.goto(site('kites.example'));
  must(answer.status() === 403 || answer.status() === 511, `the status is ${answer.status()}`);
  await shows(page, 'Read and sign the agreement', 'Childline', '0800 1111');
  await picture(page, '01-sign');
});

step('e2e.learner_reads_and_signs', async () => {
  const { page } = people.child;
  await page.click('text=Read and sign the agreement');
  must(page.url() === `${portal}/sign-in/pupil`, page.url());
  await picture(page, '02-pupil-sign-in');
  await fillIn(page, child);
  await shows(page, child.name.split(' ')[0]);
  await picture(page, '03-welcome-unsigned');
  await page.click('a[href="/agreement"]');
  await picture(page, '04-agreement');
  await page.click('button[name=answer][value=sign]');
  await shows(page, 'You have signed');
  await picture(page, '05-welcome-signed');
}, ['e2e.unsigned_learner_meets_the_signing_page']);

step('e2e.signed_learner_opens_an_allowed_site', async () => {
  const { page } = people.child;
  const took = await until(5, 'the allowed site opens', async () => (await page.goto(site('kites.example'))).status() === 200);
  await shows(page, 'Kites of the world', 'the string holds it back');
  return `${took.toFixed(1)} s after signing`;
}, ['e2e.learner_reads_and_signs']);

step('e2e.class_signs_within_three_minutes', async () => {
  people.teacher = await atDesk();
  const { page } = people.teacher;
  await signIn(page, teacher(KS1));
  const start = Date.now();
  await page.click('a[href="/classes"] >> nth=0');
  await shows(page, KS1, '30');
  await picture(page, '10-classes');
  await row(page, KS1, 'sign').click();
  const boxes = page.locator('input[name=child]');
  must(await boxes.count() === 30, `${await boxes.count()} children`);
  await picture(page, '11-class-sign');
  for (let i = 0; i < 30; i++) await boxes.nth(i).check();
  await page.click('main form button[type=submit]');
  await shows(page, '30 children of Beech have signed.');
  const took = (Date.now() - start) / 1000;
  must(took < 180, `${took} s`);
  return `30 children in ${took.toFixed(1)} s of clicks`;
});

step('e2e.class_without_a_session_stays_closed', async () => {
  people.little = await atDevice(21);
  const { page } = people.little;
  await signIn(page, learners(KS1)[4], true);
  await shows(page, learners(KS1)[4].name.split(' ')[0]);
  await page.goto(site('kites.example'));
  must(!(await text(page)).includes('Kites of the world'), 'the site opened without a session');
  await picture(page, '12-six-closed');
}, ['e2e.class_signs_within_three_minutes']);

step('e2e.teacher_opens_a_session_and_the_class_walks_within_its_wall', async () => {
  const { page } = people.teacher;
  await page.goto(page.url().replace(/\/classes.*/, '/classes'));
  await row(page, KS1, 'session').click();
  await page.click('main form button[type=submit]');
  await shows(page, 'Say how the class is supervised.', 'Say for how long.');
  must((await people.child.page.goto(page.url())).status() === 403, 'a learner opens the session page');
  await page.check('input[name=level][value=direct]');
  await page.check('input[name=minutes][value="60"]');
  await picture(page, '13-session');
  await page.click('main form button[type=submit]');
  await shows(page, 'may use the internet until');
  const six = people.little.page;
  await until(5, 'the walled site opens', async () => (await six.goto(site('kites.example'))).status() === 200);
  await shows(six, 'Kites of the world');
  must((await six.goto(site('numbers.example'))).status() === 403, 'a site outside the wall opened');
  await shows(six, 'This page is closed', 'You are not in trouble', 'Tell a grown-up');
  await picture(six, '14-six-refused');
}, ['e2e.class_without_a_session_stays_closed', 'e2e.signed_learner_opens_an_allowed_site']);

step('e2e.session_closes_and_so_does_the_internet', async () => {
  const { page } = people.teacher;
  await row(page, KS1, 'session').click();
  await page.check('input[name=supervised][value=yes]');
  await page.click('main form button:has-text("Close the session")');
  await shows(page, 'is closed');
  const six = people.little.page;
  await until(5, 'the site closes', async () => (await six.goto(site('kites.example'))).status() === 403);
}, ['e2e.teacher_opens_a_session_and_the_class_walks_within_its_wall']);

// A grown-up is held to the same: no signature, no internet; signing out closes the desk again.
step('e2e.staff_without_a_signature_cannot_browse', async () => {
  people.adult = await atDevice(61);
  const { page } = people.adult;
  await page.goto(site('kites.example'));
  await page.click('text=Read and sign the agreement');
  await fillIn(page, teacher('Elm'));
  must(page.url() === `${portal}/agreement`, page.url());
  must((await page.goto(site('kites.example'))).status() === 403, 'the site opened without a signature');
  await shows(page, 'agreement');
  await page.goto(`${portal}/agreement`);
  await page.click('button[name=answer][value=sign]');
  await shows(page, 'You have signed');
  await until(5, 'the site opens', async () => (await page.goto(site('kites.example'))).status() === 200);
});

step('e2e.declining_is_not_punished', async () => {
  const { page } = await atDevice(31);
  await signIn(page, learners(KS2)[1], true);
  await page.click('a[href="/agreement"]');
  await page.click('button[name=answer][value=decline]');
  await shows(page, 'That is all right.');
  await page.goto(new URL('/agreement', page.url()).href);
  await shows(page, /instead|without the internet|on paper/i);
  await picture(page, '06-declined');
  await page.goto(site('kites.example'));
  await shows(page, /all right|another way/i, 'Childline');
  await picture(page, '07-declined-gate');
});
