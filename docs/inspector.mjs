// Makes the pictures of the inspector from real output: a handler that sometimes fails gets real deliveries, and Chromium
// opens the page.
//
//   node docs/inspector.mjs [FOLDER]
//
// FOLDER defaults to docs. INQUD_HOOK names the binary, INSPECTOR_MODULES the folder in which npm installed what
// tests/inspector/package.json lists, CHROMIUM the browser.

import { readFileSync } from 'node:fs';
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

const folder = process.argv[2] ?? import.meta.dirname;
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

/** Takes a picture in a window of its own. */
async function picture(name, { width = 1280, height = 800, scheme = 'light', hash = '', act = async () => {} }) {
  const page = await openPage(browser, listener.inspector, {
    hash,
    colorScheme: scheme,
    viewport: { width, height },
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  });
  await page.locator('#rows .row').first().waitFor();
  await act(page);
  await page.evaluate(() => document.activeElement?.blur());
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `inspector-${name}.png`) });
  await closePage(page);
}

await picture('list', {});
await picture('detail', {
  width: 1440,
  height: 1060,
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
await picture('dark', { scheme: 'dark', hash: 'group=order', act: (page) => row(page, 'order-10407').waitFor() });
await picture('narrow', { width: 390, height: 780 });
await browser.close();
await listener.stop();
