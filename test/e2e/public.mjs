// The public page: written, refused for a name, mended, approved by somebody else, read by a family on a telephone, taken down.
// The security check: looked at by the technician, a risk accepted by the headteacher.  The self-audit: a level and a plan.
import { look, SCRIPT } from './look.mjs';
import { atDesk, hides, holder, must, portal, shows, signIn, step, text, until } from './stage.mjs';

const dmy = (d) => d.toLocaleDateString('en-GB');

async function ask(page, button, why = 'As we talked over') {
  await page.fill('#why', why);
  await page.click(`main form button:has-text("${button}")`);
}

step('e2e.the_public_page_is_written_refused_for_a_name_mended_approved_and_taken_down', async () => {
  const office = await atDesk(SCRIPT), lead = await atDesk(SCRIPT), family = await atDesk(SCRIPT);
  await signIn(office.page, holder('office'));
  await office.page.goto(`${portal}/website`);
  await shows(office.page, 'No text yet', 'Games', 'The school\'s details');
  await look(office.page, '90-website-empty');
  await office.page.click('button:has-text("Use this"):has-text("Games")');
  await shows(office.page, 'It is a draft now', 'Being written');
  const draft = office.page.url();
  await office.page.click('text=Correct');
  await office.page.fill('#text', `Play together once.\n\nAsk ${holder('dsl').name} if you are unsure.`);
  await office.page.fill('#why', 'Our own words');
  await office.page.click('main form button[type=submit]');
  await ask(office.page, 'Ask for approval');
  await shows(office.page, 'must not go on the public website', holder('dsl').name, 'line 3', 'Write the office');
  await look(office.page, '91-website-refused');
  await office.page.goto(draft);
  await office.page.click('text=Correct');
  await office.page.fill('#text', 'Play together once.\n\n- Agree when it ends, before it begins.\n- Ask us if you are unsure.');
  await office.page.fill('#why', 'Without the name');
  await office.page.click('main form button[type=submit]');
  await ask(office.page, 'Ask for approval');
  await shows(office.page, 'Waits for approval');
  await hides(office.page, 'value="published"');
  await office.page.goto(`${portal}/website/preview/${draft.split('/').pop()}`);
  await shows(office.page, 'Nothing was found', 'Agree when it ends');
  await look(office.page, '92-website-preview');

  await signIn(lead.page, holder('head'));
  await lead.page.goto(draft);
  await ask(lead.page, 'Approve, and publish');
  await shows(lead.page, 'On the public page');

  await family.page.goto(`${portal}/online-safety`);
  await shows(family.page, 'Staying safe online', 'ring 999', 'safeguarding lead', 'Agree when it ends', 'Last checked on', '0800 1111', 'Read the policy');
  await hides(family.page, holder('dsl').name, holder('head').name);
  await look(family.page, '93-online-safety');
  await family.page.click('text=Years 3 to 6');
  await look(family.page, '94-online-safety-promises');

  await office.page.goto(`${portal}/website`);
  await look(office.page, '95-website');
  await office.page.click('button:has-text("Take it down now")');
  await shows(office.page, 'It is off the public page.');
  await family.page.goto(`${portal}/online-safety?again`);
  await hides(family.page, 'Agree when it ends');
  for (const x of [office, lead, family]) await x.context.close();
});

step('e2e.the_security_check_is_read_a_risk_accepted_and_the_self_audit_has_a_level', async () => {
  const { page, context } = await atDesk(SCRIPT);
  await signIn(page, holder('head'));
  await page.goto(`${portal}/security`);
  await shows(page, 'Security check', 'Every measure of the policy', 'Working from elsewhere');
  await page.click('text=Look now');
  await until(90, 'the keeper looks', async () => { await page.goto(`${portal}/security`); return (await text(page)).includes('Looked at on'); });
  await shows(page, 'Only their owner can read them.', 'What to do:');
  await look(page, '96-security');
  await page.goto(`${portal}/registers/security-risk/new?item=certificate`);
  await page.fill('#reason', 'The certificate is made in December.');
  await page.fill('#meanwhile', 'Only the office uses it.');
  await page.fill('#until', dmy(new Date(Date.now() + 20 * 86400e3)));
  await page.click('main form button[type=submit]');
  await shows(page, 'Accepted for now');
  await page.goto(`${portal}/self-audit`);
  await shows(page, 'No level yet', 'What the levels mean');
  await page.click('a:has-text("Write this year"):has-text("The policy") >> nth=0');
  await page.check('#level >> xpath=../..//input[@value="3"]').catch(() => page.selectOption('#level', '3'));
  await page.fill('#evidence', 'The minutes of the governors, and the page of the policy.');
  await page.click('main form button[type=submit]');
  await page.goto(`${portal}/self-audit`);
  await shows(page, 'Level 3', 'It is the school\'s own, approved, and reviewed each year.');
  await look(page, '97-self-audit');
  must(await page.locator('h3').count() === 16, 'sixteen aspects');
  await context.close();
});
