// Listening and families: a class of Year 1 answers a survey by hands, parents come to an event, linked policies show the one that is overdue.
import { atDesk, holder, must, picture, play, portal, shows, signIn, step, teacher } from './stage.mjs';
import { axed } from './every_page.mjs';
import { SCRIPT } from './look.mjs';

const day = (days) => new Date(Date.now() + days * 864e5).toLocaleDateString('en-GB', { timeZone: 'Europe/London' });

// A class of the youngest pupils who have a teacher.
function young() {
  const names = [...new Set(play.people.filter((p) => p.kind === 'learner').map((p) => p.class))];
  for (const name of names) if (teacher(name) && play.people.some((p) => p.kind === 'learner' && p.class === name && p.year !== undefined && Number(p.year) <= 2)) return name;
  return names.find((name) => teacher(name));
}

async function choose(page, field, values) {
  for (const value of values) await page.check(`input[name="${field}"][value="${value}"]`);
}

step('e2e.voice_a_class_of_year_1_answers_by_hands', async () => {
  const lead = await atDesk(SCRIPT);
  await signIn(lead.page, holder('dsl'));
  await lead.page.goto(`${portal}/registers/consultation/new`);
  await lead.page.fill('#title', 'Being online');
  await choose(lead.page, 'asked', ['young', 'older']);
  await choose(lead.page, 'how', ['survey']);
  await lead.page.fill('#questions', 'tell: I know a grown-up whom I can tell.\nkind: People are kind to me online.\nI like our rules.');
  await lead.page.fill('#opens', day(-1));
  await lead.page.fill('#closes', day(20));
  await lead.page.click('main form[action$="/new"] button[type=submit], main form button[type=submit]');
  await shows(lead.page, 'Planned');
  await lead.page.fill('#why', 'Everything is ready');
  await lead.page.click('text=Open it');
  await shows(lead.page, 'Open now');
  await lead.context.close();
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, teacher(young()));
  await page.goto(`${portal}/voice`);
  await axed(page, 'have your say');
  await page.click('main a[href*="/class/"]');
  await shows(page, 'I know a grown-up whom I can tell.', 'Question 1 of 3', 'Count the hands');
  await axed(page, 'survey by hands');
  await picture(page, 'voice-hands');
  for (const [yes, unsure, no] of [['20', '3', '2'], ['15', '8', '2'], ['24', '1', '0']]) {
    await page.fill('#yes', yes);
    await page.fill('#unsure', unsure);
    await page.fill('#no', no);
    await page.click('main form button[type=submit]:not([data-read])');
  }
  await shows(page, 'The class is counted.');
  await context.close();
});

step('e2e.voice_parents_come_to_an_event', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('dsl'));
  await page.goto(`${portal}/occasions/new`);
  await page.fill('#title', 'Talking about being online at home');
  await page.fill('#on', day(0));
  await choose(page, 'audiences', ['parents']);
  await page.click('main form button[type=submit]');
  must((await (await page.request.get(`${portal}/occasions`)).text()).includes('Talking about being online'), 'the event is not listed');
  const classes = (await (await page.request.get(`${portal}/registers/event-attendance/new`)).text()).match(/<option value="([^"]+)"/g) ?? [];
  must(classes.length > 0, 'no class to choose');
  await page.goto(`${portal}/registers/event-attendance/new?event=Talking+about+being+online`);
  await page.selectOption('select[name=class]', { index: 1 });
  await page.fill('#came', '12');
  await choose(page, 'counted', ['door']);
  await page.click('main form button[type=submit]');
  await shows(page, '12', 'Counted at the door');
  await page.goto(`${portal}/families/engagement`);
  await shows(page, 'Talking about being online at home', 'There is no plan for this school year.', 'Fewer than two different forms');
  await axed(page, 'working with families');
  await picture(page, 'voice-families');
  await page.goto(`${portal}/for-families`);
  await shows(page, 'Signs to look for', 'Please ring or visit the school office');
  await axed(page, 'for families');
  await picture(page, 'voice-for-families');
  await context.close();
});

step('e2e.voice_a_linked_policy_is_overdue', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('dsl'));
  for (const [kind, title, review] of [['behaviour', 'Behaviour policy', day(-30)], ['anti-bullying', 'Our anti-bullying policy', day(200)]]) {
    await page.goto(`${portal}/registers/linked-policy/new?kind=${kind}`);
    await page.fill('#title', title);
    await page.fill('#version', '3');
    await page.fill('#review', review);
    await page.fill('#steps', 'Listen to both.\nWrite it down.');
    await page.click('main form button[type=submit]');
  }
  await page.goto(`${portal}/our-policies`);
  await shows(page, 'past its review date', 'Our anti-bullying policy', 'not entered yet');
  await axed(page, 'linked policies');
  await picture(page, 'voice-policies');
  await page.click('main >> text=Behaviour policy');
  await shows(page, 'Which sanctions there are', '2.2-04');
  await axed(page, 'one linked policy');
  await page.goto(`${portal}/procedures/cyberbullying`);
  await shows(page, 'What this goes by', 'Our anti-bullying policy', 'version 3');
  await picture(page, 'voice-procedure');
  await page.goto(`${portal}/status/coverage`);
  await shows(page, 'people are here now');
  await axed(page, 'who is protected');
  await context.close();
});
