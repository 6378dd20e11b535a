// What the browser itself says, and how devices find out that they must sign.
import { GATE, atDesk, atDevice, must, play, portal, shows, site, step } from './stage.mjs';
import { people } from './signing.mjs';

step('e2e.refused_https_name_is_the_browsers_own_page', async () => {
  const page = await people.child.context.newPage(), other = await people.child.context.newPage();
  const url = (name) => `https://${name}:${play.ports.site_https}/`;
  const why = await page.goto(url('block-brawl.test')).then(() => 'opened', (e) => e.message);
  must(why.includes('ERR_TUNNEL_CONNECTION_FAILED'), why);
  must((await other.goto(url('kites.example'))).status() === 200, 'the allowed site did not open');
  await shows(other, 'Kites of the world');
  await page.close();
  await other.close();
}, ['e2e.signed_learner_opens_an_allowed_site']);

step('e2e.probe_of_an_unsigned_device_leads_to_the_signing_page', async () => {
  const { device } = await atDevice(41);
  const probe = await device.ask('connectivitycheck.gstatic.com', '/generate_204');
  must(/^HTTP\/1\.1 30[27]/.test(probe), probe.slice(0, 300));
  must(/^location: http:\/\/gatehouse\.home\.arpa\S*sign/im.test(probe), probe.slice(0, 300));
  const signed = await people.child.device.ask('connectivitycheck.gstatic.com', '/generate_204');
  must(signed.startsWith('HTTP/1.1 204'), signed.slice(0, 300));
}, ['e2e.signed_learner_opens_an_allowed_site']);

step('e2e.captive_portal_api_speaks_rfc_8908', async () => {
  const path = '/.well-known/gatehouse/captive-portal', host = new URL(GATE).host;
  const { device } = await atDevice(42);
  const [head, body] = (await device.ask(host, path)).split('\r\n\r\n');
  must(/^content-type: application\/captive\+json/im.test(head), head);
  const says = JSON.parse(body);
  must(says.captive === true && says['user-portal-url'].includes('sign'), body);
  const open = JSON.parse((await people.child.device.ask(host, path)).split('\r\n\r\n')[1]);
  must(open.captive === false, JSON.stringify(open));
}, ['e2e.signed_learner_opens_an_allowed_site']);

step('e2e.report_is_at_hand_without_signing_in', async () => {
  const { page, context } = await atDesk();
  for (const pattern of play.routes.filter((r) => !r.includes(':'))) {
    const answer = await page.goto(portal + pattern);
    if (!(answer.headers()['content-type'] ?? '').includes('text/html')) continue;
    must(await page.locator('footer a[href="/report"]').count() === 1, `${page.url()} has no way to the report page in its footer`);
  }
  await page.click('footer a[href="/report"]');
  await shows(page, 'Who is it about?', 'An adult who works here');
  await context.close();
  const stranger = await atDevice(43);
  await stranger.page.goto(site('block-brawl.test'));
  await stranger.page.click('text=Tell someone about a worry');
  await shows(stranger.page, 'Tell someone', 'Before you write');
  await people.child.page.goto(site('block-brawl.test'));
  await people.child.page.click('text=Tell someone about a worry');
  await shows(people.child.page, 'Tell someone', 'Before you write');
}, ['e2e.signed_learner_opens_an_allowed_site']);
