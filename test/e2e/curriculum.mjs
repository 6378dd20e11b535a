// A teacher plans a lesson, teaches it with the class register, asks the children; an evening for parents; the map counts it all.
import { look, SCRIPT } from './look.mjs';
import { atDesk, must, portal, shows, signIn, step, teacher } from './stage.mjs';

const today = new Date().toLocaleDateString('en-GB');

step('e2e.a_lesson_is_planned_taught_and_counted_on_the_map', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher('Damson'));
  await page.goto(`${portal}/curriculum`);
  await shows(page, 'Still missing', 'Privacy and security');
  await look(page, '80-curriculum-empty');
  await page.click('text=Plan or write down a lesson');
  await look(page, '81-lesson-new');
  await page.click('main form button[type=submit]');
  await shows(page, 'Say in a few words', 'Tick what the children learn');
  await page.fill('#title', 'Passwords that nobody guesses');
  await page.selectOption('#class', { label: 'Damson' });
  await page.fill('#on', today);
  await page.selectOption('#subject', 'computing');
  await page.getByLabel('Passwords that are safe').check();
  await page.getByLabel('A password is mine alone').check();
  await page.click('main form button[type=submit]');
  await shows(page, 'Saved. The map counts it.', 'Passwords that nobody guesses');
  await page.locator('input[name=child]').first().uncheck();
  await page.click('text=Save as taught');
  await shows(page, 'children were there');
  await page.fill('#feedback', 'They liked the game with the three words.');
  await page.click('text=Keep this');
  await look(page, '82-lesson-taught');
  await page.goto(`${portal}/curriculum`);
  await shows(page, 'Taught');
  await page.goto(`${portal}/curriculum/outcomes?by=class`);
  await shows(page, 'Passwords that are safe', 'Damson');
  await look(page, '83-advice');
  await page.goto(`${portal}/curriculum/lessons`);
  await look(page, '84-lessons');
  await context.close();
});

step('e2e.an_evening_for_parents_is_planned_and_held', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher('Damson'));
  await page.goto(`${portal}/occasions`);
  await shows(page, 'Nothing is planned yet.');
  await page.click('text=Plan a session or event');
  await page.fill('#title', 'An evening on games and pictures');
  await page.fill('#on', today);
  await page.getByLabel('Parents and carers').check();
  await page.fill('#visitor', 'An invented speaker');
  await page.click('main form button[type=submit]');
  await shows(page, 'a member of staff looks at what they will show');
  await look(page, '85-occasion-refused');
  await page.selectOption('#content-by', { index: 1 });
  await page.fill('input[name=content-checked]', 'Slides, today');
  await page.click('main form button[type=submit]');
  await shows(page, 'Saved.');
  await page.fill('#attended', '31');
  await page.fill('#evaluation', 'Clear. Ask again.');
  await page.click('text=Save as held');
  await shows(page, 'Held');
  await page.goto(`${portal}/occasions`);
  await look(page, '86-occasions');
  must(await page.locator('text=Nothing is planned yet.').count() === 0, 'the evening is not in the list');
  await context.close();
}, ['e2e.a_lesson_is_planned_taught_and_counted_on_the_map']);
