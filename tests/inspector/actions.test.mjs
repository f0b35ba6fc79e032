// What can be sent, copied and saved from the page.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { clipboardWith, openListener, openRow, PAID_SHORT, row } from './harness.mjs';

describe('actions', () => {
  let listener;
  let page;
  let close;
  const body = readFileSync(PAID_SHORT, 'utf8');
  const compose = () => page.locator('#compose');
  const saved = async (button) => {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  };
  before(async () => {
    ({ listener, page, close } = await openListener());
    await listener.post(body, { Sign: 'abcdef', 'X-Case': 'kept' });
    await openRow(page, 'order-10417');
  });
  after(() => close());

  test('send the delivery again, freshly signed', async () => {
    const before = listener.handler.received.length;
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.locator('.results', { hasText: 'INVOICE_PAID' }).getByText('200 accepted').waitFor();
    await page.locator('.results').getByText('not added to the list').waitFor();
    const again = listener.handler.received.at(-1);
    assert.equal(listener.handler.received.length, before + 1);
    assert.equal(again.body, body);
    assert.match(again.headers.sign, /^[0-9a-f]{128}$/);
  });

  test('send it with one key, and say that it was refused', async () => {
    listener.handler.answer = { status: 500, body: '{}' };
    await page.locator('#list').focus();
    await page.keyboard.press('r');
    await page.locator('.results').getByText('500 not accepted').waitFor();
    listener.handler.answer = { status: 200, body: 'ok' };
  });

  test('send it as it was captured', async () => {
    await page.getByRole('button', { name: 'As captured' }).click();
    await page.locator('.results').getByText('200 accepted').waitFor();
    const again = listener.handler.received.at(-1);
    assert.equal(again.body, body);
    assert.equal(again.headers['x-case'], 'kept');
  });

  test('copy it as curl, hurl and http', async () => {
    await page.getByRole('button', { name: 'curl' }).click();
    assert.match(await clipboardWith(page, /^(# .*\n)?curl /), /--data-raw|--data-binary/);
    await page.getByRole('button', { name: 'hurl' }).click();
    await clipboardWith(page, /^(# .*\n)?POST http:\/\/127\.0\.0\.1/);
    await page.getByRole('button', { name: 'http', exact: true }).click();
    await clipboardWith(page, /POST \/hooks HTTP\/1\.1/);
  });

  test('save its body, byte for byte', async () => {
    const { name, text } = await saved(page.getByRole('button', { name: 'Save body' }));
    assert.match(name, /^calypso-INVOICE_PAID-\d+\.json$/);
    assert.equal(text, body);
  });

  test('download a journal, and a HAR of what the filter shows', async () => {
    await listener.send('checkout.success');
    await row(page, 'checkout.success').waitFor();
    const menu = page.locator('.menu summary');
    await menu.click();
    const journal = await saved(page.getByRole('button', { name: 'Journal (NDJSON)' }));
    assert.equal(journal.name, 'deliveries.ndjson');
    assert.equal(
      journal.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)).length,
      await page.locator('#rows .row').count(),
    );
    await page.keyboard.press('Escape');
    await page.locator('.more-filters summary, #filter-provider').first().waitFor({ state: 'attached' });
    await page.getByRole('combobox', { name: 'Any provider' }).selectOption('inqud');
    await page.locator('#filters .count', { hasText: '1 of' }).waitFor();
    await menu.click();
    await page.getByText('What the filter shows').waitFor();
    const har = JSON.parse((await saved(page.getByRole('button', { name: 'HAR' }))).text);
    assert.equal(har.log.entries.length, 1);
    await page.getByRole('button', { name: 'Clear filters' }).click();
  });

  test('send a sample', async () => {
    await page.getByRole('button', { name: 'Send\u2026' }).click();
    await compose().getByLabel('Event').selectOption('rehive/user.create');
    await compose().getByRole('button', { name: 'Send', exact: true }).click();
    await compose().locator('.results', { hasText: 'user.create' }).getByText('200 accepted').waitFor();
    assert.match(listener.handler.received.at(-1).body, /"user\.create"/);
  });

  test('send a scenario', async () => {
    await compose().getByRole('button', { name: 'Scenario' }).click();
    await compose().getByLabel('Scenario').selectOption('calypso/expired');
    await compose().getByText('2 deliveries.').waitFor();
    const before = listener.handler.received.length;
    await compose().getByRole('button', { name: 'Send', exact: true }).click();
    await compose().locator('.result-list li').nth(1).getByText('INVOICE_EXPIRED').waitFor();
    assert.equal(listener.handler.received.length, before + 2);
  });

  test('send an edited body, with its findings while one types', async () => {
    await compose().getByRole('button', { name: 'Edited body' }).click();
    await compose().getByLabel('Event').selectOption('calypso/INVOICE_PAID');
    await compose().getByRole('button', { name: 'Start from the sample' }).click();
    await compose().getByText('no findings').waitFor();
    const area = compose().getByRole('textbox', { name: 'Body' });
    await area.fill((await area.inputValue()).replace(/"realAmount":[\d.]+/, '"realAmount":1.00'));
    const finding = compose().locator('[data-rule=paid-short]');
    await finding.waitFor();
    assert.match(await finding.textContent(), /\^{4} less than the/);
    await finding.getByRole('button', { name: 'paid-short' }).click();
    await page.getByText('Why it costs money').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#explain').waitFor({ state: 'hidden' });
    await compose().getByRole('button', { name: 'Send', exact: true }).click();
    await compose().locator('.results').getByText('200 accepted').waitFor();
    assert.match(listener.handler.received.at(-1).body, /"realAmount":1\.00/);
    await area.fill('{"broken');
    await compose().locator('.finding.error').first().waitFor();
    await page.keyboard.press('Escape');
    await compose().waitFor({ state: 'hidden' });
  });
});

test('without a target nothing can be sent, and the page says how', async () => {
  const { listener, page, close } = await openListener({ forward: false });
  await listener.send('INVOICE_PAID', '--order-id', 'order-1');
  await openRow(page, 'order-1');
  await page.locator('.actions').getByText('targets come from the command line alone').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Send again' }).count(), 0);
  await page.keyboard.press('s');
  await page.locator('#compose').getByText('start with --forward URL: targets').waitFor();
  assert.equal(await page.locator('#compose-send').count(), 0);
  await close();
});
