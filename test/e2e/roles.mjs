// Rights of two people's making, vacancies, the review of a term, and a plan for one pupil.
import { atDesk, holder, learners, must, person, picture, portal, shows, signIn, step, teacher, until } from './stage.mjs';

const people = {};
const sit = async (who) => { const at = await atDesk(); await signIn(at.page, who); return at; };
const pageOf = async (page, name) => { await page.goto(`${portal}/people?q=${encodeURIComponent(name)}`); await page.click('main a[href^="/people/"]:not([href$="/new"]) >> nth=0'); };
const phone = async (page, name) => { await page.setViewportSize({ width: 390, height: 844 }); await picture(page, name); await page.setViewportSize({ width: 1280, height: 900 }); };

step('e2e.head_proposes_a_deputy_and_the_chair_confirms', async () => {
  people.head = await sit(holder('head'));
  people.chair = await sit(holder('chair'));
  const head = people.head.page, chair = people.chair.page;
  await pageOf(head, teacher('Damson').login);
  await head.click('text=Appoint to a role');
  await picture(head, '60-appoint');
  await phone(head, '60-appoint-phone');
  await head.selectOption('#role', 'deputy');
  await head.click('main form button[type=submit]');
  await shows(head, 'Write what the appointment comprises', 'Say why');
  await head.fill('#duties', 'Answers reports when the lead is teaching.\nLooks at filter reports each week.');
  await head.fill('#trained', '1/9/2026');
  await head.fill('#why', 'A second deputy from this term on');
  await head.click('main form button[type=submit]');
  await shows(head, 'waits for a second person');
  await picture(head, '61-proposed');
  await chair.goto(`${portal}/rights`);
  await picture(chair, '62-rights');
  await chair.click('text=becomes Deputy safeguarding lead');
  await shows(chair, 'filter reports each week', 'A second deputy from this term on');
  await picture(chair, '63-right');
  await phone(chair, '63-right-phone');
  await chair.click('button:has-text("Confirm")');
  await shows(chair, 'It has taken effect');
  await head.reload();
  await shows(head, 'Deputy safeguarding lead', '1 September 2026');
  await picture(head, '64-appointed');
});

step('e2e.a_vacancy_turns_red_and_then_not', async () => {
  const head = people.head.page;
  await pageOf(head, 'granite.examplar');
  const held = head.locator('li.gh-item', { has: head.locator('form[action$="/role-end"] input[value=link-governor]') });
  await held.locator('summary').click();
  await held.locator('form[action$="/role-end"] button').click();
  await shows(head, 'The role is ended.');
  for (const path of ['/roles', '/status']) {
    await head.goto(portal + path);
    await shows(head, 'Nobody holds the role of safeguarding and online safety link governor. It has been vacant since');
  }
  await head.goto(`${portal}/roles`);
  await picture(head, '65-vacant');
  await phone(head, '65-vacant-phone');
  await people.chair.page.goto(`${portal}/governors`);
  await shows(people.chair.page, 'Nobody holds the role of safeguarding and online safety link governor');
  await pageOf(head, 'granite.examplar');
  await head.click('text=Appoint to a role');
  await head.selectOption('#role', 'link-governor');
  await head.click('main form button[type=submit]');
  await shows(head, 'The role is given.');
  await head.goto(`${portal}/status`);
  must(!(await head.content()).includes('Nobody holds the role of safeguarding and online safety link governor'), 'still vacant');
}, ['e2e.head_proposes_a_deputy_and_the_chair_confirms']);

// Answers every line of this page that is theirs to answer.
async function keepAll(page, from) {
  for (let at = 1; at < 9; at++) {
    await page.goto(`${from}?page=${at}`);
    if (await page.locator('li.gh-item').count() === 0) return;
    for (;;) {
      const line = page.locator('li.gh-item', { has: page.locator('button[value=keep]') }).filter({ hasNot: page.locator('.govuk-tag') }).first();
      if (await line.count() === 0) break;
      await line.locator('button[value=keep]').click();
    }
  }
}

step('e2e.the_review_of_the_term_is_answered_line_by_line', async () => {
  people.dsl = await sit(holder('dsl'));
  const page = people.dsl.page, head = people.head.page;
  await until(70, 'the review is open', async () => { await page.goto(`${portal}/tasks`); return (await page.content()).includes('Who can open what'); });
  await picture(page, '66-tasks');
  await phone(page, '66-tasks-phone');
  await page.click('text=Who can open what');
  await picture(page, '67-review');
  await phone(page, '67-review-phone');
  const at = page.url();
  await keepAll(page, at);
  await page.goto(at);
  await page.fill('#outcome', 'Everybody was looked at.');
  await page.click('button:has-text("This is done")');
  await shows(page, 'still');                       // nobody answers for themselves
  await keepAll(head, at);
  await page.goto(at);
  await page.fill('#outcome', 'Everybody was looked at.');
  await page.click('button:has-text("This is done")');
  await shows(page, 'Everybody was looked at.', 'Done');
  await people.chair.page.goto(`${portal}/review`);
  await shows(people.chair.page, 'Signed off');
  await picture(people.chair.page, '68-review-report');
}, ['e2e.a_vacancy_turns_red_and_then_not']);

step('e2e.a_plan_for_one_pupil_and_the_device_is_seen_first', async () => {
  const page = people.dsl.page, child = learners('Gorse')[3];
  await page.goto(`${portal}/support/new`);
  await picture(page, '70-plan-new');
  await page.fill('#child', child.login);
  await page.check('input[name=factors][value=eal]');
  await page.fill('#reason', 'New to the country in September.');
  await page.fill('#helps', 'Short sentences, and pictures beside new words.');
  await page.selectOption('#supported-by', { label: holder('senco').name });
  await page.check('input[name=block][value=chat]');
  await page.check('input[name=open][value=translation]');
  await page.selectOption('#form', 'ks1');
  await page.fill('#until', new Date(Date.now() + 60 * 86400000).toLocaleDateString('en-GB', { timeZone: 'Europe/London' }));
  await page.click('main form button[type=submit]');
  await shows(page, child.name, 'English as an additional language');
  await page.fill('#device', 'Tablet 14');
  await page.click('button:has-text("Add this device")');
  await shows(page, 'the filter was not seen working yet');
  must(await page.locator('button:has-text("Hand it over")').count() === 0, 'it could be handed over');
  await picture(page, '71-plan');
  await phone(page, '71-plan-phone');
  await page.check('input[name=refused]');
  await page.check('input[name=opened]');
  await page.fill('input[name=tried]', 'chat.example was refused, sums.example opened');
  await page.click('button:has-text("Record what I saw")');
  await page.click('button:has-text("Hand it over")');
  await shows(page, 'Handed over');
  const tutor = await sit(teacher('Gorse'));
  await tutor.page.goto(`${portal}/support`);
  await shows(tutor.page, child.name, 'Short sentences, and pictures beside new words.');
  must(!/New to the country|additional language|Tablet 14/.test(await tutor.page.content()), 'the teacher reads the reason');
  await picture(tutor.page, '72-helps');
  const office = await sit(holder('office'));
  const seen = await (await office.page.request.get(`${portal}/support`)).text();
  must(!seen.includes(child.name) && !seen.includes('Short sentences'), 'the office reads of a plan');
  must((await office.page.request.get(page.url())).status() !== 200, 'the office opens a plan');
}, ['e2e.the_review_of_the_term_is_answered_line_by_line']);
