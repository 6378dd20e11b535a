// Opens pages as a browser does, at a telephone's and a desk's width, and asks axe about each.
//   node ui/look.mjs https://127.0.0.7:18443 OUT-FOLDER [SIGN-IN-NAME PASSWORD [pupil]] PATH...
import { chromium } from 'playwright-core';
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [base, out, ...rest] = process.argv.slice(2);
const paths = rest.filter((a) => a.startsWith('/'));
const [name, password, kind] = rest.filter((a) => !a.startsWith('/'));
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(out, { recursive: true });

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
let faults = 0;
for (const width of [390, 1280]) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: true, bypassCSP: true, viewport: { width, height: 900 } });
  const page = await context.newPage();
  if (name) {
    await page.goto(base + (kind ? '/sign-in/pupil' : '/sign-in'));
    await page.fill('#username', name);
    await page.fill('#password', password);
    await page.click('main button[type=submit]');
  }
  for (const path of paths) {
    await page.goto(base + path);
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    for (const v of found.violations) {
      faults++;
      console.log(`${path} at ${width}: ${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).join('; ').slice(0, 200)}`);
    }
    if (wide) { faults++; console.log(`${path} at ${width}: scrolls sideways`); }
    await page.screenshot({ path: `${out}/${(name ? name + '-' : '') + path.replace(/[^a-z0-9]+/gi, '_')}-${width}.png`, fullPage: true });
  }
  await context.close();
}
await browser.close();
console.log(`${paths.length} pages at 2 widths, ${faults} faults`);
process.exit(faults ? 1 : 0);
