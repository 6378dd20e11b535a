// What the filter closes and what it saw: the pages of the technician, and the teacher's films.
import { atDesk, holder, must, picture, portal, shows, signIn, step, teacher, until } from './stage.mjs';
import { SCRIPT, faultsAt } from './look.mjs';

async function fine(page, name) {
  const faults = await faultsAt(page, name, [1280, 390]);
  must(faults.length === 0, faults.join('\n'));
}

step('e2e.content_places_that_lessons_need_are_tried_by_the_button', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('dsl'));
  await page.goto(`${portal}/status/overblock`);
  await shows(page, 'It has not run yet');
  await page.click('main form button[type=submit]');
  await until(60, 'the night stands on its page', async () => {
    await page.goto(`${portal}/status/overblock`);
    return !(await page.textContent('main')).includes('It has not run yet');
  });
  await shows(page, 'that were tried');
  await fine(page, 'places that lessons need');
  await picture(page, 'content-overblock');
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'content-overblock-390');
  await page.goto(`${portal}/status/seen`);
  await fine(page, 'what the filter saw');
  await picture(page, 'content-seen');
  await page.goto(`${portal}/status/apps`);
  await fine(page, 'apps that were seen');
  await picture(page, 'content-apps');
  await context.close();
});

step('e2e.content_a_teacher_finds_films', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher('Year 4 Hedgehogs') ?? holder('teacher'));
  await page.goto(`${portal}/classes`);
  const href = await page.getAttribute('a[href*="/class/"]', 'href');
  await page.goto(`${portal}/class/${href.match(/class\/(\d+)/)[1]}/allow`);
  await shows(page, 'Films for this lesson');
  await fine(page, 'films for a lesson');
  await picture(page, 'content-films');
  await context.close();
});
