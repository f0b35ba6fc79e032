// Makes the pictures of the inspector from real output: a handler that sometimes fails gets real deliveries, and Chromium
// opens the page. Beside each of the two that README.md shows goes its text, without times and random ids: tests compare it.
//
//   node docs/inspector.mjs [FOLDER]
//
// FOLDER defaults to docs/images, which gets only the two; another one gets all. INQUD_HOOK names the binary, INSPECTOR_MODULES the folder in which npm installed what
// tests/inspector/package.json lists, CHROMIUM the browser.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  closePage,
  openPage,
  openRow,
  PAID_SHORT,
  row,
  startBrowser,
  startListener,
} from '../tests/inspector/harness.mjs';
import { withPalette } from './palette.mjs';

const folder = process.argv[2] ?? join(import.meta.dirname, 'images');
const IN_README = ['detail', 'dark'];
mkdirSync(folder, { recursive: true });
const listener = await startListener();
const browser = await startBrowser();

/** Sends a scenario; the handler fails on the events that `failing` matches. */
async function scenario(name, order, failing = null) {
  listener.handler.answer = (body) =>
    failing?.test(body) ? { status: 500, body: '{"error":"database is locked"}' } : { status: 200, body: 'ok' };
  await listener.send('--scenario', name, '--order-id', order);
}
await scenario('calypso/paid', 'order-10401');
await scenario('calypso/overpaid', 'order-10402');
await scenario('inqud/checkout-paid', 'order-10403');
await scenario('calypso/expired', 'order-10404');
await scenario('calypso/paid-with-review', 'order-10405', /"INVOICE_PAID"/);
await listener.send('INVOICE_PAID', '--order-id', 'order-10406', '--duplicates', '1');
await scenario('calypso/underpaid-paid', 'order-10407');
await listener.send('--scenario', 'calypso/declined', '--order-id', 'order-10408', '--order', 'reversed');
await listener.post(readFileSync(PAID_SHORT), { Sign: 'c0ffee' });

/** What the page says, without what differs from run to run. */
async function said(page) {
  const text = await page.evaluate(() =>
    ['#rows', '#detail'].map((part) => document.querySelector(part).innerText).join('\n'),
  );
  return `${text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d(?= \d\d:)/g, 'DAY')
    .replace(/\d\d:\d\d:\d\d(\.\d+)?/g, 'TIME')
    .replace(/[\d.,]+ m?s\b/g, 'LATENCY')
    .replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/\s*\n\s*/g, '\n')
    .trim()}\n`;
}

/** Takes a picture in a window of its own. */
async function picture(name, { width = 1280, height = 800, scheme = 'light', hash = '', act = async () => {} }) {
  if (!process.argv[2] && !IN_README.includes(name)) return;
  const page = await openPage(browser, listener.inspector, {
    hash,
    colorScheme: scheme,
    viewport: { width, height },
    deviceScaleFactor: IN_README.includes(name) ? 1 : 2,
    reducedMotion: 'reduce',
  });
  await page.locator('#rows .row').first().waitFor();
  await act(page);
  await page.evaluate(() => document.activeElement?.blur());
  await page.mouse.move(0, 0);
  writeFileSync(join(folder, `inspector-${name}.png`), withPalette(await page.screenshot()));
  if (IN_README.includes(name)) writeFileSync(join(folder, `inspector-${name}.txt`), await said(page));
  await closePage(page);
}

await picture('list', {});
await picture('detail', {
  width: 1440,
  height: 900,
  act: async (page) => {
    await openRow(page, 'order-10417');
    await page.locator('.finding').first().waitFor();
  },
});
await picture('diff', {
  width: 1440,
  height: 900,
  act: async (page) => {
    await openRow(page, 'order-10407', 'INVOICE_PAID');
    await page.getByRole('tab', { name: /Changes/ }).click();
    await page.locator('.changes table').waitFor();
  },
});
await picture('dark', { height: 620, scheme: 'dark', hash: 'group=order', act: (page) => row(page, 'order-10407').waitFor() });
await picture('narrow', { width: 390, height: 780 });
await browser.close();
await listener.stop();
