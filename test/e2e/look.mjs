// At a desk's and at a telephone's width: a picture of each, nothing for axe to find, nothing that scrolls sideways.
// The page needs a browser made with SCRIPT: axe is put into it.
import { readFileSync } from 'node:fs';
import { must, picture, play } from './stage.mjs';

const AXE = readFileSync(`${play.root}/ui/node_modules/axe-core/axe.min.js`, 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const SCRIPT = { javaScriptEnabled: true, bypassCSP: true };

export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

// What is wrong with the page as it stands, in sentences; none when nothing is.
export async function faultsOf(page, name) {
  await page.evaluate(AXE);
  const found = await page.evaluate((tags) => axe.run({ runOnly: tags }), RULES);
  const faults = found.violations.map((v) => `${name}: ${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).join('; ').slice(0, 200)}`);
  if (await sideways(page)) faults.push(`${name}: scrolls sideways`);
  return faults;
}

// The same at each width (the height stays).
export async function faultsAt(page, name, widths) {
  const faults = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: page.viewportSize().height });
    faults.push(...await faultsOf(page, `${name} at ${width}`));
  }
  return faults;
}

export const clean = (faults) => must(faults.length === 0, faults.join(' | '));

export async function look(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await picture(page, `${name}-${width}`);
    clean(await faultsOf(page, `${name} at ${width}`));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
