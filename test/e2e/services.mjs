// Something new is wanted: assessed, signed by three, reachable by key stage 2 only, its time over, blocked again; all through the
// real gate, by name and by page.  The school drops a stricter gate into its own folder while everything runs.
import { atDesk, holder, must, order, picture, portal, shows, signIn, site, step, teacher, until } from './stage.mjs';
import { look, SCRIPT } from './look.mjs';
import { people as signed } from './signing.mjs';

const NAME = 'numbers.example';
const desk = {};
const sit = async (who) => { const at = await atDesk(); await signIn(at.page, who); return at.page; };
const phone = async (page, name) => { await page.setViewportSize({ width: 390, height: 844 }); await picture(page, name); await page.setViewportSize({ width: 1280, height: 900 }); };
const press = (page, words) => page.click(`main form button:has-text("${words}")`);
const dig = async (address) => (await order(`dig ${address} ${NAME}`)).text;
const status = async (who) => (await signed[who].page.goto(site(NAME))).status();
const day = (plus) => new Date(Date.now() + plus * 86400000).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/London' });
const NEEDS = ['e2e.session_closes_and_so_does_the_internet', 'e2e.signed_learner_opens_an_allowed_site', 'e2e.staff_without_a_signature_cannot_browse'];

step('e2e.a_wanted_service_is_closed_for_everyone_at_once', async () => {
  must(await status('child') === 200, 'the site was not open before');
  desk.teacher = await sit(teacher('Damson'));
  const page = desk.teacher;
  await page.click('a[href="/services"] >> nth=0');
  await shows(page, 'Services and apps', 'in use without a risk assessment');
  await picture(page, '90-services');
  await phone(page, '90-services-phone');
  await page.click('a[href="/services/new"]');
  await page.fill('#name', 'Number paths');
  await page.selectOption('#kind', 'curriculum');
  await page.fill('#hosts', `https://${NAME}/start`);
  await page.fill('#purpose', 'Practice of times tables');
  await press(page, 'Save');
  await shows(page, 'Say what people learn or gain by it');
  await page.fill('#benefit', 'Each child works at their own pace');
  await picture(page, '91-service-wanted');
  await press(page, 'Save');
  await shows(page, 'Number paths', 'Wanted, closed', 'It is not assessed');
  desk.path = new URL(page.url()).pathname;
  await until(75, 'the gate holds it', async () => await status('child') === 403);
  await shows(signed.child.page, /still checking/);
  await picture(signed.child.page, '92-service-held-child');
  must(await status('adult') === 403, 'it is open for staff');
  must(/EDE: 17/.test(await dig('127.0.7.11')), `by name: ${await dig('127.0.7.11')}`);
}, NEEDS);

step('e2e.nobody_but_the_signatures_opens_it', async () => {
  desk.technician = await sit(holder('technician'));
  const page = desk.technician;
  await page.goto(`${portal}${desk.path}`);
  must(await page.locator('button:has-text("Agree for leadership")').count() === 0, 'the technician may agree');
  await page.goto(`${portal}${desk.path}/edit`);
  await page.fill('#hosts', '');
  await press(page, 'Save');
  await shows(page, 'Leadership may take it out');
  const said = await order(`publish-with [rule mine]|allow = ${NAME}|reason = I want it open.`);
  must(said.ok, said.text);
  must(await status('child') === 403, 'a rule in a file opened it');
  const help = await order(`publish-with [help mine]|title = Mine|host = ${NAME}`);
  must(!help.ok && /only its assessment opens it/.test(help.text), `a help line was published: ${help.text}`);
  must(await status('child') === 403, 'a help line opened it');
}, ['e2e.a_wanted_service_is_closed_for_everyone_at_once']);

step('e2e.three_sign_and_key_stage_2_alone_gets_in', async () => {
  const page = desk.teacher;
  await page.goto(`${portal}${desk.path}/assess`);
  await page.check('input[name=groups][value=ks2]');
  for (const field of ['content', 'contact', 'conduct', 'commerce', 'data', 'accounts']) await page.fill(`#${field}`, 'Looked at with the class teacher; nothing to do.');
  await page.selectOption('#likelihood', '1');
  await page.selectOption('#impact', '1');
  await page.fill('#review', day(0));
  await picture(page, '93-service-assess');
  await phone(page, '93-service-assess-phone');
  await press(page, 'Save');
  await shows(page, 'A technician has not signed yet', 'Leadership has not agreed yet');
  await press(page, 'Sign as an educator');
  await desk.technician.goto(`${portal}${desk.path}`);
  await press(desk.technician, 'Sign as a technician');
  must(await status('child') === 403, 'it is open before leadership agreed');
  desk.head = await sit(holder('head'));
  await desk.head.goto(`${portal}${desk.path}`);
  await picture(desk.head, '94-service-to-agree');
  await phone(desk.head, '94-service-to-agree-phone');
  await press(desk.head, 'Agree for leadership');
  await shows(desk.head, 'It is open now', 'Key stage 2', 'It closes by itself after');
  await until(75, 'the gate opens it', async () => await status('child') === 200);
  must(await status('adult') === 403, 'it is open for staff');
  must(/status: NOERROR/.test(await dig('127.0.7.11')) && !/EDE/.test(await dig('127.0.7.11')), `by name: ${await dig('127.0.7.11')}`);
  must(/EDE: 17/.test(await dig('127.0.7.61')), `staff by name: ${await dig('127.0.7.61')}`);
  await picture(desk.head, '95-service-open');
}, ['e2e.nobody_but_the_signatures_opens_it']);

// The review is today.  The school's own stricter gate, dropped into its folder, gives no day of grace: its time is over now.
step('e2e.the_review_lapses_and_it_is_blocked_again', async () => {
  const dropped = await order('drop-register service|[register service]|extends = yes|[gate allow]|need = if state is assessed: current assessment service signed review -1 | Its review is due, and this school gives no days of grace. | /services/{id}');
  must(dropped.ok, dropped.text);
  await until(150, 'the gate closes it', async () => await status('child') === 403);
  must(/EDE: 17/.test(await dig('127.0.7.11')), 'by name it is open');
  await desk.head.goto(`${portal}${desk.path}`);
  await shows(desk.head, 'Closed', 'Its review is due, and this school gives no days of grace.');
  await picture(desk.head, '96-service-lapsed');
  const leader = await sit(holder('leadership'));
  await until(75, 'leadership is told', async () => { await leader.goto(`${portal}/tasks`); return (await leader.content()).includes('Number paths is closed'); });
}, ['e2e.three_sign_and_key_stage_2_alone_gets_in']);

// 4.1-06: when the filter stops, so does the web; nothing goes by unfiltered.
step('e2e.stopping_the_filter_stops_the_web', async () => {
  const { page } = signed.child;
  must((await page.goto(site('kites.example'))).status() === 200, 'the site was not open before');
  await order('stop-gate');
  const met = await page.goto(site('kites.example')).then((answer) => answer.status(), () => 0);
  must(met === 0, `the web answered ${met} with the filter stopped`);
  must(/timed out|refused|no servers/i.test((await order('dig 127.0.7.11 kites.example')).text), 'names are answered with the filter stopped');
  await order('start-gate');
  await until(20, 'the web is back', async () => page.goto(site('kites.example')).then((answer) => answer.status() === 200, () => false));
}, ['e2e.signed_learner_opens_an_allowed_site']);

step('e2e.axe_finds_nothing_on_the_pages_of_services', async () => {
  const { page } = await atDesk(SCRIPT);
  await signIn(page, holder('technician'));
  for (const path of ['/services', '/services/new', '/services/import']) {
    await page.goto(portal + path);
    await look(page, `97-services${path.replaceAll('/', '-')}`);
  }
  await press(page, 'Bring them in');
  await look(page, '97-services-import-wrong');
  await page.goto(`${portal}/services/new`);
  for (const [field, value] of [['name', 'Sum stacks'], ['hosts', 'sum-stacks.example'], ['purpose', 'Practice'], ['benefit', 'At their own pace']]) await page.fill(`#${field}`, value);
  await page.selectOption('#kind', 'ai');
  await press(page, 'Save');
  const one = new URL(page.url()).pathname;
  await page.goto(`${portal}${one}/assess`);
  await press(page, 'Save');
  await look(page, '97-service-assess-wrong');
  await page.check('input[name=groups][value=ks2]');
  await press(page, 'Save');
  for (const tail of ['', '/edit', '/assess']) {
    await page.goto(portal + one + tail);
    await look(page, `97-service${tail.replace('/', '-')}`);
  }
  const admin = await atDesk(SCRIPT);
  await signIn(admin.page, holder('admin'));
  await admin.page.goto(`${portal}${one}/roster`);
  await admin.page.fill('#rows', 'Name,Role\nSomebody Unknown,Admin');
  await press(admin.page, 'Compare');
  await shows(admin.page, 'Somebody Unknown', 'matches nobody');
  await look(admin.page, '97-service-roster');
});
