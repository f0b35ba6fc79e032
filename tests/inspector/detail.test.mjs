// The open delivery: its body with the findings at their places, bytes, headers, verdicts, answers, and what changed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { clipboardWith, openListener, openNext, openRow, PAID_SHORT, row } from './harness.mjs';

describe('the open delivery', () => {
  let listener;
  let page;
  let close;
  const tab = (name) => page.getByRole('tab', { name }).click();
  before(async () => {
    ({ listener, page, close } = await openListener());
    await listener.post(readFileSync(PAID_SHORT), { Sign: 'abcdef', 'X-Odd': 'A  b', 'x-odd': 'again' });
    await row(page, 'order-10417').waitFor();
    await openRow(page, 'order-10417');
  });
  after(() => close());

  test('explains a wrong signature, and says what to do', async () => {
    const callout = page.locator('.callout.signature');
    assert.match(
      await callout.textContent(),
      /Signature: the signature has 3 bytes.*Fix: set Sign to the HMAC-SHA-512 of the raw body/,
    );
  });

  test('marks findings at their places', async () => {
    const finding = page.locator('.json .line', { has: page.locator('[data-rule=paid-short]') });
    assert.match(
      await finding.textContent(),
      /^17"realAmount": 261\.42,.*\^{6} less than the 271\.42 of `amount`.*warning paid-short .*17:19.*help: less than 99\.5 %/,
    );
    const [value, marks] = await finding.evaluate((line) =>
      [line.querySelector('.number'), line.querySelector('.carets').children[1]].map((one) => {
        const { left, width } = one.getBoundingClientRect();
        return { left, width };
      }),
    );
    assert.ok(
      Math.abs(value.left - marks.left) < 1 && Math.abs(value.width - marks.width) < 1,
      JSON.stringify([value, marks]),
    );
  });

  test('opens the page of a rule beside the body', async () => {
    await page.getByRole('button', { name: 'paid-short' }).click();
    const panel = page.locator('#explain');
    await panel.getByText('Why it costs money').waitFor();
    assert.ok(await page.locator('.json').isVisible());
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'paid-short');
  });

  test('keeps the spelling of numbers, and copies pointers and values', async () => {
    await listener.send(
      'INVOICE_PAID',
      '--order-id',
      'order-spelling',
      '--set',
      'amount=271.420',
      '--set',
      'realAmount=271.420',
    );
    await openRow(page, 'order-spelling');
    await page.locator('.json .line', { hasText: '"realAmount": 271.420' }).click();
    await page.locator('.pointer', { hasText: '/data/realAmount' }).waitFor();
    await page.getByRole('button', { name: 'Copy value' }).click();
    assert.equal(await clipboardWith(page, /^271/), '271.420');
    await page.getByRole('button', { name: 'Copy pointer' }).click();
    assert.equal(await clipboardWith(page, /^\//), '/data/realAmount');
  });

  test('folds and unfolds', async () => {
    const data = page.locator('.json .line', { hasText: /"data": \{/ }).first();
    await data.locator('.fold').click();
    await page.getByText(/\{ \d+ fields \}/).waitFor();
    assert.equal(await page.locator('.json .line', { hasText: 'realAmount' }).count(), 0);
    await page.locator('.json').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.json .line', { hasText: 'realAmount' }).waitFor();
  });

  test('finds text in the body, in what is folded too', async () => {
    await page.getByRole('button', { name: 'Fold', exact: true }).click();
    await page.getByPlaceholder('Find in body').fill('amount');
    await page.locator('.body-panel .count', { hasText: /^1 of \d/ }).waitFor();
    assert.equal(await page.locator('.json .line.active mark').first().textContent(), 'amount');
    await page.keyboard.press('Enter');
    await page.locator('.body-panel .count', { hasText: /^2 of \d/ }).waitFor();
    await page.getByPlaceholder('Find in body').fill('no such text');
    await page.getByText('nothing found').waitFor();
    await page.getByPlaceholder('Find in body').fill('');
  });

  test('shows the text as it came, and the bytes', async () => {
    const body = '{"a" :\t1.50,\r\n "b":"\\u0041"}';
    await openNext(page, () => listener.post(body, { 'X-Case': 'raw' }, '/raw?q=1'));
    await page.getByRole('button', { name: 'Raw', exact: true }).click();
    const lines = await page.locator('.raw .line > .source').allTextContents();
    assert.deepEqual(lines, ['{"a" :\t1.50,\u240d', ' "b":"\\u0041"}']);
    await page.getByRole('button', { name: 'Hex' }).click();
    assert.match(
      await page.locator('.hex').textContent(),
      /^000000007b 22 61 22 20 3a 09 31 {2}2e 35 30 2c 0d 0a 20 22\{"a" :·1\.50,·· "/,
    );
    await openNext(page, () => listener.post(new Uint8Array([0xff, 0x00, 0xa6]), {}, '/binary'));
    await page.locator('.hex', { hasText: 'ff 00 a6' }).waitFor();
    await openRow(page, 'order-10417');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
  });

  test('shows the headers exactly as they came', async () => {
    await tab(/Headers/);
    const panel = page.locator('#tab-panel');
    assert.match(await panel.textContent(), /POST \/hooks.*x-odd.*A {2}b/i);
    assert.match(await panel.locator('tr', { hasText: 'Sign' }).textContent(), /abcdef/i);
    await page.getByRole('button', { name: 'Copy headers' }).click();
    assert.match(await clipboardWith(page, /^POST \/hooks/), /\nsign: abcdef\n/i);
  });

  test('shows what the sender got, and what the handler answered', async () => {
    listener.handler.answer = { status: 503, body: '{"error":"out of stock"}' };
    await listener.send('INVOICE_PAID', '--order-id', 'order-answered');
    listener.handler.answer = { status: 200, body: 'ok' };
    await openRow(page, 'order-answered');
    await tab('Answer');
    const [sender, handler] = await page.locator('.answers section').allTextContents();
    assert.match(sender, /^To the sender503 after [\d.]+ m?s/);
    assert.match(handler, /^From the handler http:\/\/127\.0\.0\.1:\d+\/hooks503 after .*\{"error":"out of stock"\}/);
  });

  test('shows what changed since the delivery before, field by field', async () => {
    await listener.send('--scenario', 'calypso/paid', '--order-id', 'order-changes');
    await openRow(page, 'order-changes', 'INVOICE_PAID');
    await tab(/Changes/);
    const table = page.locator('.changes table');
    assert.match(
      await table.locator('tr', { hasText: '/eventType' }).textContent(),
      /\/eventType"INVOICE_\w+""INVOICE_PAID"/,
    );
    await page.locator('.changes .link').click();
    await page.locator('#detail h2', { hasText: 'INVOICE_FUNDS_RECEIVED_FOR_INVOICE' }).waitFor();
    await listener.send('INVOICE_PAID', '--order-id', 'order-first');
    await openRow(page, 'order-first');
    await page.getByText('This is the first delivery about this order that is kept.').waitFor();
    await tab('Body');
  });

  test('leads from a duplicate to the first', async () => {
    await listener.send('INVOICE_PAID', '--order-id', 'order-again', '--duplicates', '1');
    await openRow(page, 'order-again', 'duplicate');
    const link = page
      .locator('.callout', { hasText: 'Duplicate: the same bytes were received before, as' })
      .getByRole('button');
    const number = (await link.textContent()).match(/#\d+/)[0];
    await link.click();
    await page.locator('#detail h2', { hasText: number }).waitFor();
  });

  test('is brought up to date by the address, and by Back', async () => {
    const { seq } = await row(page, 'order-10417').evaluate((line) => line.dataset);
    await page.evaluate((open) => {
      location.hash = `open=${open}`;
    }, seq);
    await page.locator('#detail .facts', { hasText: 'order-10417' }).waitFor();
    await page.reload();
    await page.locator('#detail .facts', { hasText: 'order-10417' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#detail').waitFor({ state: 'hidden' });
    await row(page, 'order-10417').click();
    await page.locator('#detail .facts').waitFor();
    await page.goBack();
    await page.locator('#detail').waitFor({ state: 'hidden' });
  });
});
