// The filters: each field, their reset, and the address that keeps them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { openListener, PAID_SHORT, row } from './harness.mjs';

describe('filters', () => {
  let listener;
  let page;
  let close;
  const shown = () => page.locator('#rows .row').count();
  const count = (text) => page.locator('#filters .count', { hasText: text }).waitFor();
  before(async () => {
    ({ listener, page, close } = await openListener());
    await listener.send('--scenario', 'calypso/paid', '--order-id', 'order-a');
    await listener.send('checkout.success');
    await listener.post(readFileSync(PAID_SHORT), { 'X-Trace': 'Needle-77' });
    await row(page, 'order-10417').waitFor();
    await count('7 deliveries');
  });
  after(() => close());

  test('by event, as a part of the name or a pattern', async () => {
    const field = page.getByRole('combobox', { name: 'Event, as INVOICE_*' });
    await field.fill('*_PAID');
    await count('2 of 7');
    await field.fill('mempool');
    await count('1 of 7');
    await field.fill('');
    await count('7 deliveries');
  });

  test('by verdict', async () => {
    const field = page.getByRole('combobox', { name: 'Any verdict' });
    await field.selectOption({ label: 'Signature wrong or missing' });
    await count('1 of 7');
    await field.selectOption({ label: 'Warnings' });
    await count('1 of 7');
    await field.selectOption({ label: 'All right' });
    await count('6 of 7');
    await field.selectOption('');
  });

  test('by provider, and by order', async () => {
    await page.getByRole('combobox', { name: 'Any provider' }).selectOption('inqud');
    await count('1 of 7');
    await page.getByRole('combobox', { name: 'Any provider' }).selectOption('');
    await page.getByRole('searchbox', { name: 'Order' }).fill('order-10');
    await count('1 of 7');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await count('7 deliveries');
    await row(page, 'order-10417').click();
    await page.locator('#detail').getByRole('button', { name: 'order-10417' }).click();
    await count('1 of 7');
    assert.match(page.url(), /order=order-10417/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear filters' }).click();
  });

  test('by text in bodies, paths and headers, in any case', async () => {
    const field = page.getByRole('searchbox', { name: 'Search bodies, paths and headers' });
    await field.fill('needle-77');
    await count('1 of 7');
    await field.fill('TRAIL RUNNING SHOES, 2');
    await count('1 of 7');
    assert.equal(await shown(), 1);
    // What comes later is sought too.
    await listener.post('{"later":"trail running shoes, 2"}');
    await count('2 of 8');
  });

  test('are one click away in a narrow window', async () => {
    await page.getByRole('searchbox', { name: 'Search bodies, paths and headers' }).fill('');
    await page.setViewportSize({ width: 360, height: 740 });
    const field = page.getByRole('combobox', { name: 'Any verdict' });
    await field.waitFor({ state: 'hidden' });
    await page.locator('.more-filters summary').click();
    await field.selectOption({ label: 'Warnings' });
    await count('1 of 8');
    await page.locator('.more-filters summary', { hasText: 'Filters (1)' }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('searchbox', { name: 'Search bodies, paths and headers' }).fill('TRAIL RUNNING SHOES, 2');
    await count('2 of 8');
  });

  test('stay in the address', async () => {
    assert.match(page.url(), /#text=TRAIL/);
    assert.doesNotMatch(page.url(), /t=[0-9a-f]{32}/);
    await page.reload();
    await count('2 of 8');
    await page.getByRole('searchbox', { name: 'Search bodies, paths and headers' }).fill('nothing has this');
    await page.getByText('No delivery matches the filter').waitFor();
    await page.locator('#empty').getByRole('button', { name: 'Clear filters' }).click();
    await count('8 deliveries');
  });
});
