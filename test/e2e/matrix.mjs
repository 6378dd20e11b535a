// Where the filter was tried: the filter asks itself as a network; a pupil's device opens /safe with the word that an adult took there, and its place turns
// green by what the gate heard; the categories as everybody reads them.
import { GATE, atDesk, holder, must, order, picture, portal, shows, signIn, step, text, until } from './stage.mjs';
import { axed } from './every_page.mjs';
import { SCRIPT } from './look.mjs';
import { people as signed } from './signing.mjs';


step('e2e.a_childs_device_shows_that_the_filter_holds_in_its_network', async () => {
  const said = await order('publish-with [range classrooms]|prefix = 127.0.7.0/24|group = ks2');
  must(said.ok, said.text);
  const { page } = await atDesk(SCRIPT);
  await signIn(page, holder('technician'));
  await page.goto(`${portal}/status/filter-matrix`);
  await shows(page, '127.0.7.0/24', 'Nobody has looked', 'Places that need somebody');
  await axed(page, 'matrix-red', '98');
  await page.locator('main a', { hasText: 'Look now' }).first().click();
  await page.selectOption('#device', 'ipad');
  await axed(page, 'matrix-look', '98');
  await page.locator('main form button', { hasText: 'Give me the address' }).click();
  await shows(page, 'Open this page on an iPad', 'It counts once');
  await axed(page, 'matrix-word', '98');
  const word = (await text(page)).match(/safe\?w=([a-z0-9]+)/)[1];
  const device = signed.child.page;
  await device.goto(`${GATE}/safe?w=${word}`);
  await shows(device, 'Is this device safe?', 'this device is helping');
  await picture(device, '98-safe-helping');
  await until(90, 'its place is green', async () => { await page.goto(`${portal}/status/filter-matrix`); return /Holds/.test(await text(page)); });
  await axed(page, 'matrix-seen', '98');
  await page.locator('a[href^="/status/filter-matrix/"]:not([href*="look"])').first().click();
  await shows(page, 'A real device at 127.0.7.11', 'refused by the proxy');
  await axed(page, 'matrix-history', '98');
  await device.goto(`${GATE}/safe`);
  await shows(device, 'Green ticks are good');
  await page.context().close();
}, ['e2e.signed_learner_opens_an_allowed_site']);

step('e2e.the_filter_asks_itself_as_each_network_and_says_by_what_means', async () => {
  const { page } = await atDesk(SCRIPT);
  await signIn(page, holder('head'));
  await page.goto(`${portal}/status/filter-test`);
  await page.click('main form button:has-text("Try it now")');
  await until(300, 'the test has run', async () => {
    await page.goto(`${portal}/status/filter-matrix`);
    return /Holds/.test(await page.locator('td[data-label="The filter itself"]').first().textContent());
  });
  await page.locator('td[data-label="The filter itself"] a').first().click();
  await shows(page, 'by a means that only its own test has');
  await picture(page, '98-matrix-own');
  const back = await order('publish');
  must(back.ok, back.text);
  await page.context().close();
}, ['e2e.a_childs_device_shows_that_the_filter_holds_in_its_network']);

step('e2e.everybody_reads_what_the_filter_closes_and_why', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await page.goto(`${portal}/online-safety/filter`);
  await shows(page, 'What the filter closes, and why', 'ILL-13', 'Help lines such as Childline are never closed');
  await axed(page, 'categories', '98');
  await page.locator('main h3 a', { hasText: 'Terrorism' }).first().click();
  await shows(page, 'What forbids it', 'Closed for everybody, always');
  await axed(page, 'category-illegal', '98');
  await signIn(page, holder('technician'));
  await page.goto(`${portal}/online-safety/filter/gaming`);
  await shows(page, 'Lists that feed it', 'Fresh', 'Closed in this school for');
  await axed(page, 'category-inside', '98');
  await context.close();
});
