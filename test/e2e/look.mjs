// At a desk's and at a telephone's width: a picture of each, nothing for axe to find, nothing that scrolls sideways.
// The page needs a browser made with SCRIPT: axe is put into it.
import { readFileSync } from 'node:fs';
import { must, picture, play } from './stage.mjs';

const AXE = readFileSync(`${play.root}/ui/node_modules/axe-core/axe.min.js`, 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const SCRIPT = { javaScriptEnabled: true, bypassCSP: true };

export async function look(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await picture(page, `${name}-${width}`);
    await page.evaluate(AXE);
    const found = await page.evaluate((tags) => axe.run({ runOnly: tags }), RULES);
    must(found.violations.length === 0, `${name} at ${width}: ${found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`).join(' | ')}`);
    must(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} at ${width} scrolls sideways`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
