// The file of a case over the years: documents, links, a child's chronology, another school, a request for data, a court.
import { readFileSync } from 'node:fs';
import { atDesk, hides, holder, learners, must, picture, play, portal, shows, signIn, step, text } from './stage.mjs';
import { axed } from './every_page.mjs';
import { SCRIPT } from './look.mjs';

const corpus = (name) => `${play.root}/test/corpus/screen/${name}`;
const WORDS = 'She said that the others call her names in the game chat';
let desk, caseUrl, bundle, phrase;

async function uploaded(page, file, what) {
  await page.goto(`${caseUrl}/file`);
  await page.setInputFiles('#file', corpus(file));
  await page.fill('#what', what);
  await page.click('form[action$="/documents"] button');
}

// The newest case on the list about this child.
async function caseOf(page, name) {
  await page.goto(`${portal}/cases?state=all`);
  return portal + await page.locator('table tbody tr', { hasText: name }).first().locator('a[href^="/case/"]').getAttribute('href');
}

async function enterSheet(page, child, words) {
  await page.goto(`${portal}/paper/enter`);
  await page.fill('#child', child.name);
  await page.fill('#words', words);
  await page.fill('#day', '1 September 2025');
  await page.fill('#time', '2:30pm');
  await page.fill('#who', 'Mrs Paper, lunchtime supervisor');
  await page.click('main button[type=submit]');
  await shows(page, 'It is kept: reference');
}

step('e2e.casefile_a_sheet_of_paper_is_entered', async () => {
  ({ page: desk } = await atDesk(SCRIPT));
  await signIn(desk, holder('dsl'));
  await desk.goto(`${portal}/paper`);
  await shows(desk, '999', 'Signature');
  await axed(desk, 'paper');
  await picture(desk, 'casefile-paper');
  const child = learners('Damson')[2];
  await enterSheet(desk, child, WORDS);
  caseUrl = await caseOf(desk, child.name);
  await desk.goto(caseUrl);
  await shows(desk, WORDS, 'Entered from paper. Written 1 September 2025 at 2:30pm by Mrs Paper');
});

step('e2e.casefile_a_document_is_kept_and_a_picture_refused', async () => {
  await uploaded(desk, 'letter.docx', 'Letter from the clinic');
  await shows(desk, 'The document is kept', 'Letter from the clinic');
  await uploaded(desk, 'letter.pdf', 'Minutes of the meeting');
  await shows(desk, 'The document is kept');
  for (const file of ['picture-inside.docx', 'picture.pdf', 'picture.jpg.txt']) {
    await uploaded(desk, file, 'A screenshot');
    await shows(desk, /[Dd]o not look at it again/);
    if (file === 'picture.pdf') {
      await axed(desk, 'a picture refused');
      await picture(desk, 'casefile-refused');
    }
  }
  await desk.goto(`${caseUrl}/file`);
  await hides(desk, 'A screenshot');
  await axed(desk, 'the file of a case');
  await picture(desk, 'casefile-file');
  const href = await desk.locator('a[href*="/document/"]').first().getAttribute('href');
  const answer = await desk.request.get(portal + href);
  const headers = answer.headers();
  must(answer.status() === 200 && /^attachment/.test(headers['content-disposition']) && headers['x-content-type-options'] === 'nosniff', JSON.stringify(headers));
  await desk.goto(caseUrl);
  must((await desk.content()).includes('who opened a document of it'), 'the look is not kept');
}, ['e2e.casefile_a_sheet_of_paper_is_entered']);

step('e2e.casefile_cases_are_linked_and_stand_in_one_chronology', async () => {
  const child = learners('Damson')[2];
  await enterSheet(desk, child, 'A second worry about the same game');
  const other = await caseOf(desk, child.name);
  await desk.goto(`${caseUrl}/file`);
  await desk.fill('#other', other.split('/').at(-1));
  await desk.fill('#reason', 'The same game, the same children');
  await desk.click('form[action$="/link"] button');
  await shows(desk, 'The cases are linked', 'The same game, the same children');
  await desk.click('main a[href$="/chronology"]');
  await shows(desk, 'Chronology', child.name, WORDS, 'A second worry', 'Letter from the clinic');
  await axed(desk, 'chronology');
  await picture(desk, 'casefile-chronology');
  await desk.click('text=Print it');
  await shows(desk, WORDS);
  await axed(desk, 'chronology, printed');
  await picture(desk, 'casefile-chronology-print');
}, ['e2e.casefile_a_document_is_kept_and_a_picture_refused']);

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return readFileSync(await download.path());
}

step('e2e.casefile_a_file_goes_to_another_school_with_a_receipt', async () => {
  await desk.goto(`${caseUrl}/file`);
  await desk.click('main a[href$="/chronology"]');
  await desk.click('form[action$="/transfer"] button');
  await shows(desk, 'To be sent by', 'What goes');
  await axed(desk, 'a file for another school');
  await picture(desk, 'casefile-transfer');
  await desk.fill('#to', 'Marrow Hill School');
  await desk.fill('#contact', 'Ms Farrow, lead; rang the number on their website');
  await desk.click('form[action$="/make"] button');
  await shows(desk, 'The bundle is made', '7-Zip');
  phrase = await desk.locator('.govuk-inset-text code').first().innerText();
  await picture(desk, 'casefile-transfer-made');
  bundle = await saved(desk, 'form[action$="/bundle"] button');
  must(bundle.subarray(0, 2).toString() === 'PK' && !bundle.includes('game chat'), 'the bundle is not a locked zip');
  await desk.fill('#how', 'by hand, to Ms Farrow');
  await desk.click('form[action$="/sent"] button');
  await shows(desk, 'Ask for the receipt');
  await desk.fill('#who', 'Ms Farrow, by telephone');
  await desk.fill('#on', new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London' }));
  await desk.click('form[action$="/received"] button');
  await shows(desk, 'The receipt is kept', 'Ms Farrow, by telephone');
  await picture(desk, 'casefile-transfer-received');
}, ['e2e.casefile_cases_are_linked_and_stand_in_one_chronology']);

step('e2e.casefile_a_file_from_another_school_is_read_before_it_is_taken_in', async () => {
  const child = learners('Damson')[3];
  const file = { name: 'file.zip', mimeType: 'application/zip', buffer: bundle };
  await desk.goto(`${portal}/transfers`);
  await desk.setInputFiles('#file', file);
  await desk.fill('#phrase', 'wrong');
  await desk.click('form[action="/transfers/in"] button');
  await shows(desk, 'does not open with this passphrase');
  await axed(desk, 'files on their way');
  await picture(desk, 'casefile-transfers');
  await desk.setInputFiles('#file', file);
  await desk.fill('#phrase', phrase);
  await desk.click('form[action="/transfers/in"] button');
  await shows(desk, 'The bundle is whole', WORDS, 'Letter from the clinic');
  await axed(desk, 'a file from another school');
  await picture(desk, 'casefile-transfer-in');
  await desk.fill('#child', child.name);
  await desk.click('form[action$="/take"] button');
  await shows(desk, 'It stands in the chronology now');
}, ['e2e.casefile_a_file_goes_to_another_school_with_a_receipt']);

step('e2e.casefile_a_request_for_data_is_gone_through', async () => {
  const child = learners('Damson')[2], office = await atDesk();
  await signIn(office.page, holder('office'));
  await office.page.goto(`${portal}/families?q=${encodeURIComponent(child.name)}`);
  const file = await office.page.locator('a[href^="/families/child/"]').first().getAttribute('href');
  await office.page.goto(`${portal + file}/data`);
  await office.page.fill('#who', 'Her mother, by letter');
  await office.page.fill('#words', 'Everything that the school keeps');
  await office.page.click('main button[type=submit]');
  await office.context.close();
  await desk.goto(`${portal}/data-requests`);
  await desk.locator('main a[href^="/data-requests/"]').first().click();
  await desk.click('text=Go through what is kept');
  await shows(desk, 'not reviewed', 'The account');
  await axed(desk, 'what is kept');
  await picture(desk, 'casefile-pack');
  await desk.click('text=Review the next one');
  await axed(desk, 'review an entry');
  await picture(desk, 'casefile-pack-item');
  await desk.check('input[name=verdict][value=give]');
  await desk.click('main form button[type=submit]');
  await desk.goto(desk.url().replace(/\/pack.*/, '/pack'));
  await shows(desk, '1 reviewed');
}, ['e2e.casefile_a_document_is_kept_and_a_picture_refused']);

step('e2e.casefile_a_print_for_a_court_is_genuine', async () => {
  await desk.goto(`${caseUrl}/court`);
  await axed(desk, 'print for a court');
  await desk.fill('#whom', 'The family court, order 12');
  const html = (await saved(desk, 'form[action$="/court"] button')).toString();
  must(html.includes(WORDS) && html.includes('@page'), 'the print is not whole');
  const digest = html.match(/<code>([0-9a-f]{64})/)[1];
  const paper = await desk.context().newPage();
  await paper.setContent(html);
  await axed(paper, 'a print');
  await picture(paper, 'casefile-court-print');
  await paper.close();
  await desk.goto(`${portal}/verify-print`);
  await desk.fill('#digest', digest);
  await desk.click('main button[type=submit]');
  await shows(desk, 'This print is genuine', 'The family court, order 12');
  await axed(desk, 'verify a print');
  await picture(desk, 'casefile-verify');
}, ['e2e.casefile_a_document_is_kept_and_a_picture_refused']);

step('e2e.casefile_a_hold_stands_on_the_list', async () => {
  await desk.goto(`${caseUrl}/file`);
  await desk.fill('#hold_why', 'The police ask for it');
  await desk.click('form[action$="/hold"] button');
  await shows(desk, 'It is on hold');
  await desk.goto(`${portal}/retention`);
  must((await text(desk)).includes('Case number'), 'the held case is not on the list');
  await axed(desk, 'how long cases are kept');
  await picture(desk, 'casefile-retention');
  await desk.context().close();
}, ['e2e.casefile_a_print_for_a_court_is_genuine']);
