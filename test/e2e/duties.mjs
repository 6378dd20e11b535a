// Duties: one dropped into the folder of the running system falls due, is done late through the browser and stays late; a wrong one is
// refused with its line.  The school year, a statement, one's own calendar address.
import { writeFileSync, mkdirSync, rmSync } from 'node:fs';
import { atDesk, holder, must, picture, play, portal, shows, signIn, step, teacher, until } from './stage.mjs';
import { axed } from './every_page.mjs';
import { SCRIPT } from './look.mjs';

const DUTY = `[duty line-check]
title = Try the new line before it is used
who = technician
on = entry infrastructure planned
within = 0 days
tell = head
field = found | What did you find? | required
`;

step('e2e.duty_the_office_enters_the_year', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('office'));
  await page.goto(`${portal}/calendar/year`);
  await page.check('#kind');
  await page.fill('#name', 'Long term');
  await page.fill('#from', '31 June 2026');
  await page.fill('#to', '1 July 2026');
  await page.click('main button[type=submit]');
  await shows(page, 'not a day of the calendar');
  await axed(page, 'school year');
  await picture(page, 'duty-year');
  await context.close();
});

step('e2e.duty_dropped_into_a_running_system_is_done_late', async () => {
  const folder = `${play.prefix}/duties`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/line.conf`, DUTY);
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('technician'));
  await page.goto(`${portal}/registers/infrastructure/new`);
  await page.fill('#what', 'A second internet line');
  await page.fill('#on', '3/9/2026');
  await page.fill('#effect', 'None expected');
  await page.click('main button[type=submit]');
  await until(150, 'the duty stands in the calendar', async () => {
    await page.goto(`${portal}/calendar`);
    return (await page.textContent('main')).includes('Try the new line');
  });
  await shows(page, 'Overdue');
  await axed(page, 'calendar');
  await picture(page, 'duty-calendar');
  await page.click('main >> text=Try the new line');
  await axed(page, 'one duty');
  await page.click('main button[type=submit]');
  await shows(page, 'There is a problem', 'What did you find?');
  await page.fill('#field-found', 'Both filters answer.');
  await picture(page, 'duty-turn');
  await page.click('main button[type=submit]');
  await shows(page, 'Done late', 'Both filters answer.');
  await page.goto(`${portal}/calendar?which=done`);
  await shows(page, 'Try the new line', 'Done late');
  await page.goto(`${portal}/calendar/subscribe`);
  await page.click('main button[type=submit]');
  const address = await page.textContent('#address');
  must(/\/ical\/[A-Za-z0-9_-]{27}\.ics$/.test(address), address);
  const feed = await page.request.get(`${portal}${new URL(address).pathname}`);
  must(feed.status() === 200 && (await feed.text()).includes('SUMMARY:Done late: Try the new line'), `${feed.status()}`);
  await axed(page, 'own calendar');
  await context.close();
});

step('e2e.duty_a_wrong_file_is_refused_and_the_last_good_stays', async () => {
  writeFileSync(`${play.prefix}/duties/line.conf`, DUTY.replace('who = technician', 'who = wizard'));
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('head'));
  await page.goto(`${portal}/calendar?which=all`);
  await shows(page, 'A file of duties was refused', 'line.conf:1', 'There is no role');
  await axed(page, 'refused duty');
  await picture(page, 'duty-all');
  await page.goto(`${portal}/calendar/duty/line-check`);
  await shows(page, 'Try the new line', 'Technician');
  await page.goto(`${portal}/calendar/periods`);
  await shows(page, 'default, not confirmed by the school');
  await axed(page, 'periods');
  await picture(page, 'duty-periods');
  rmSync(`${play.prefix}/duties/line.conf`);
  await context.close();
});

step('e2e.duty_a_statement_is_made_by_a_teacher', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher('Cedar'));
  await page.goto(`${portal}/calendar`);
  await page.click('main >> text=Staff: conduct statement');
  await axed(page, 'statement');
  await picture(page, 'duty-statement');
  await page.check('#answer');
  await page.click('main button[type=submit]');
  await shows(page, 'the words as they stand', 'Done');
  await page.goto(`${portal}/calendar/statements`);
  await shows(page, 'Staff: conduct statement');
  await axed(page, 'statements');
  await context.close();
});
