// One browser, one visit after the other, through the proxy: browser.mjs PROXY URL... prints one line of JSON for each address.
// The words "ws URL" visit the address and open a WebSocket there.  HOME holds the browser's certificates (.pki/nssdb).
import { createRequire } from 'node:module';

const [root, proxy, pictures, ...visits] = process.argv.slice(2);
const { chromium } = createRequire(`${root}/ui/package.json`)('playwright-core');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-dev-shm-usage', '--proxy-bypass-list=<-loopback>'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS, env: process.env, proxy: { server: proxy } });
const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();

function socket() {
  return new Promise((done) => {
    const heard = [];
    const ws = new WebSocket(`wss://${location.host}/ws`);
    ws.onmessage = (m) => { heard.push(m.data); if (heard.length === 1) ws.send('and back'); else done(heard.join(' ')); };
    ws.onerror = () => done('error');
  });
}

for (const visit of visits) {
  const [url, what] = visit.split(' ').reverse();
  const seen = { url };
  try {
    const r = await page.goto(url, { timeout: 30000 });
    const tls = await r.securityDetails();
    Object.assign(seen, { status: r.status(), issuer: tls?.issuer, protocol: tls?.protocol, title: await page.title(), text: await page.innerText('body') });
    seen.frames = await Promise.all(page.frames().slice(1).map((f) => f.locator('body').innerText()));
    if (what === 'ws') seen.heard = await page.evaluate(socket);
    seen.next = await page.evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol);
    await page.screenshot({ path: `${pictures}/inspect-${new URL(url).hostname}${new URL(url).pathname === '/film' ? '-film' : ''}.png` });
  } catch (e) {
    seen.error = String(e.message).split('\n')[0];
  }
  console.log(JSON.stringify(seen));
}
await browser.close();
