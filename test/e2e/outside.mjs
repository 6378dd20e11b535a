// Signing in with a school account: the real button, a provider that signs real tokens, and back.
import { atDesk, hides, holder, must, picture, portal, shows, signIn, step, teacher } from './stage.mjs';
import { axed } from './every_page.mjs';
import { SCRIPT } from './look.mjs';


// From our button to the provider's page, a name there, and back.
async function throughProvider(page, login) {
  await page.click('text=Sign in with your school account');
  await page.waitForURL(/authorize/);
  await page.fill('input[name=login]', login);
  await page.click('button');
  await page.waitForURL((url) => url.origin === portal && (!url.pathname.endsWith('/back') || url.searchParams.has('on')));
}

step('e2e.outside_nobody_is_linked_until_the_school_says_so', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await page.goto(`${portal}/sign-in`);
  await shows(page, 'Sign in with your school account');
  await axed(page, 'sign-in with a provider');
  await picture(page, 'outside-sign-in');
  await throughProvider(page, teacher('Beech').login);
  await shows(page, 'You are not signed in', 'not linked to anybody here yet');
  await axed(page, 'not signed in');
  await picture(page, 'outside-no');
  await context.close();
});

step('e2e.outside_the_administrator_tests_the_provider_and_decides', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('admin'));
  await page.goto(`${portal}/outside`);
  await shows(page, 'Google Workspace', 'Who waits', `${teacher('Beech').login}@larkmoor.example`);
  await axed(page, 'outside settings');
  await page.click('text=Test');
  await shows(page, 'It answers');
  await picture(page, 'outside-settings');
  await page.check('input[value=everybody]');
  await page.click('text=Save');
  await shows(page, 'Saved');
  await context.close();
}, ['e2e.outside_nobody_is_linked_until_the_school_says_so']);

step('e2e.outside_a_teacher_signs_in_with_a_school_account_and_the_cookies_stay_strict', async () => {
  const { page, context } = await atDesk();
  await page.goto(`${portal}/classes`);
  await throughProvider(page, teacher('Beech').login);
  must(new URL(page.url()).pathname === '/classes', `came back to ${page.url()}`);
  await shows(page, teacher('Beech').name);
  const jar = await context.cookies(portal);
  must(jar.some((k) => k.name === '__Host-gatehouse') && jar.every((k) => k.sameSite === 'Strict' && k.secure && k.httpOnly), JSON.stringify(jar));
  must(!jar.some((k) => k.name === '__Host-outside'), 'the cookie of the attempt is still there');
  await page.goto(`${portal}/me/sessions`);
  await shows(page, 'Where you are signed in');
  await page.goto(`${portal}/me/outside`);
  await shows(page, `${teacher('Beech').login}@larkmoor.example`);
  await picture(page, 'outside-mine');
  await context.close();
}, ['e2e.outside_the_administrator_tests_the_provider_and_decides']);

step('e2e.outside_a_stolen_way_back_and_an_open_redirect_lead_nowhere', async () => {
  const { page, context } = await atDesk();
  await page.goto(`${portal}/sign-in/outside/school?next=https://evil.example/`);
  let back = '';
  await page.route(/\/back\?/, (route) => { back = route.request().url(); return route.abort(); });
  await page.fill('input[name=login]', teacher('Beech').login);
  await page.click('button').catch(() => {});
  await page.waitForTimeout(500);
  must(back.includes('code='), 'the way back was not seen');
  const thief = await atDesk();
  await thief.page.goto(back);
  await thief.page.waitForURL(/on=1/);
  await shows(thief.page, 'another browser');
  await thief.page.goto(`${portal}/home`);
  must(thief.page.url().includes('/sign-in'), 'the thief is signed in');
  await thief.context.close();
  await page.unroute(/\/back\?/);
  await page.goto(`${portal}/sign-in/outside/school?next=//evil.example/`);
  await page.fill('input[name=login]', teacher('Beech').login);
  await page.click('button');
  await page.waitForURL(`${portal}/home`);
  await hides(page, 'evil.example');
  await context.close();
}, ['e2e.outside_a_teacher_signs_in_with_a_school_account_and_the_cookies_stay_strict']);
