// Pages for people: one's own page and file, finding a child, the office's list and correction, the register of access.
import { atDesk, hides, holder, learners, must, picture, portal, shows, signIn, step, teacher } from './stage.mjs';
import { axed } from './every_page.mjs';
import { SCRIPT } from './look.mjs';


step('e2e.own_page_and_what_is_kept_as_a_file', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher('Cedar'));
  await page.goto(`${portal}/me`);
  await shows(page, 'What is due', 'What you were given access to', 'Who changed something', 'Member of staff');
  await axed(page, 'my page');
  await picture(page, 'own-me');
  const answer = await page.request.get(`${portal}/me/data`);
  must(answer.status() === 200 && answer.headers()['content-type'] === 'application/zip', `${answer.status()}`);
  must((await answer.body()).subarray(0, 2).toString() === 'PK', 'not a zip');
  await context.close();
});

step('e2e.own_a_teacher_finds_a_child_by_a_few_letters_and_with_a_slip', async () => {
  const { page, context } = await atDesk(SCRIPT);
  const child = learners('Damson')[0];
  await signIn(page, teacher('Cedar'));
  const [first, last] = [child.name.split(' ')[0], child.name.split(' ').at(-1)];
  await page.goto(`${portal}/find?q=${encodeURIComponent(last.slice(0, 4))}`);
  await shows(page, child.name, 'Damson');
  await hides(page, '/people/');
  await axed(page, 'find');
  await picture(page, 'own-find');
  const slip = first[1] + first[0] + first.slice(2);
  await page.goto(`${portal}/find?q=${encodeURIComponent(`${slip} ${last}`)}`);
  await shows(page, child.name, 'like it');
  await context.close();
});

step('e2e.own_the_office_narrows_the_list_and_corrects', async () => {
  const { page, context } = await atDesk(SCRIPT);
  const child = learners('Damson')[1];
  await signIn(page, holder('office'));
  await page.goto(`${portal}/people?kind=learner&year=3`);
  await axed(page, 'people');
  await picture(page, 'own-people');
  await page.goto(`${portal}/people?q=${encodeURIComponent(child.name)}`);
  await page.click(`main >> text=${child.name}`);
  await page.click('text=Correct something');
  await axed(page, 'correct');
  await picture(page, 'own-correct');
  await page.fill('#name', `${child.name}-Fauxley`);
  await page.fill('#why', 'deed poll');
  await page.click('main button[type=submit]');
  await shows(page, `${child.name}-Fauxley`, 'Corrected');
  await picture(page, 'own-person');
  await page.goto(`${portal}/access-register?state=now`);
  await shows(page, 'Nothing here can be deleted', 'still held');
  await axed(page, 'access register');
  await picture(page, 'own-register');
  await context.close();
});

step('e2e.own_a_child_asks_a_grown_up', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, learners('Damson')[0], true);
  await page.goto(`${portal}/me`);
  await shows(page, 'Ask your teacher');
  await axed(page, 'about a child');
  await picture(page, 'own-child');
  must((await page.request.get(`${portal}/me/data`)).status() === 403, 'a child gets no file');
  await context.close();
});
