// The protected lists: a provider's test names are asked for past the gate, one that gets through is told with its dates, and it mends itself.
import { atDesk, holder, must, picture, portal, shows, signIn, site, step, text, until } from './stage.mjs';
import { faultsAt } from './look.mjs';

const READ = { javaScriptEnabled: true, bypassCSP: true };         // axe is a script; the pages have none

async function fine(page, name) {
  const faults = await faultsAt(page, name, [1280, 390]);
  must(faults.length === 0, faults.join('\n'));
  await picture(page, `${name}-390`);
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, name);
}

async function agreed(page, address, sign) {
  await page.goto(`${portal}/registers/upstream-test/new`);
  await page.fill('#address', address);
  await page.check('input[name="list"][value="both"]');
  await page.fill('#sign', sign);
  await page.click('main form button[type=submit]');
  await shows(page, address);
}

async function ask(page, what) {
  await page.goto(`${portal}/status/sealed`);
  await page.click('main form button:has-text("Ask now")');
  await until(60, `the page says ${what}`, async () => {
    await page.goto(`${portal}/status/sealed`);
    return (await text(page)).includes(what);
  });
}

step('e2e.a_providers_filter_is_asked_and_one_that_lets_through_is_told_until_it_mends', async () => {
  const { page, context } = await atDesk(READ);
  await signIn(page, holder('technician'));
  await page.goto(`${portal}/status/sealed`);
  await shows(page, 'To be mended', 'No test name is agreed');
  await fine(page, 'sealed-none');
  await agreed(page, 'provider-check.example', '127.0.0.1');
  await ask(page, 'Applied');
  await shows(page, 'it refused its test names at', '1 of 1 refused');
  await fine(page, 'sealed-applied');
  await agreed(page, site('kites.example'), 'This was blocked by the provider');
  const entry = page.url();
  await ask(page, "and not ended: The supplier's filter");
  await shows(page, 'Speak to them now', 'Goes on', 'let a test name of the protected lists through', '1 of 2 refused');
  await fine(page, 'sealed-let-through');
  await page.goto(`${portal}/tasks`);
  await shows(page, 'The protected lists are not applied as they must be');
  const governor = await atDesk(READ);
  await signIn(governor.page, holder('governor'));
  await governor.page.goto(`${portal}/governors`);
  await shows(governor.page, 'and not ended: The supplier');
  await page.goto(entry);
  await page.fill('#why', 'the provider has taken that test page away');
  await page.click('main button:has-text("Ask it no longer")');
  await shows(page, 'Not asked any more');
  await ask(page, 'filter refused its test names again');
  await shows(page, 'Applied', 'Ended');
  await page.goto(`${portal}/tasks`);
  must(!(await text(page)).includes('The protected lists are not applied'), 'the task is still open');
  await governor.page.goto(`${portal}/governors`);
  await shows(governor.page, /From \d+ \w+ \d{4} at .* to \d+ \w+ \d{4} at .*refused its test names again/);
  await fine(governor.page, 'sealed-governors');
  await governor.page.goto(`${portal}/status/sealed`);
  await shows(governor.page, 'Protected lists', 'Applied');
  await governor.context.close();
  await context.close();
});
