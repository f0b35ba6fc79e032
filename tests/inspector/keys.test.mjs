// The whole page by keyboard alone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clipboardWith, openListener, row } from './harness.mjs';

describe('the keyboard', () => {
  let listener;
  let page;
  let close;
  const press = (...keys) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const heading = (text) => page.locator('#detail h2', { hasText: text }).waitFor();
  before(async () => {
    ({ listener, page, close } = await openListener());
    await listener.send('--scenario', 'calypso/paid', '--order-id', 'order-k');
    await row(page, 'INVOICE_PAID').waitFor();
    await row(page, 'INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED').waitFor();
  });
  after(() => close());

  test('j, k and Enter move and open; moving on shows the next', async () => {
    await press('j', 'j');
    assert.match(await page.locator('.row.active').textContent(), /INVOICE_PAID/);
    await press('Enter');
    await heading('INVOICE_PAID');
    await page.waitForFunction(() => document.activeElement.matches('#detail h2'));
    await press('j');
    await heading('INVOICE_FUNDS_RECEIVED_FOR_INVOICE');
    await press('k');
    await heading('INVOICE_PAID');
  });

  test('1 to 4 choose a tab, and arrows go on from there', async () => {
    await press('3');
    await page.getByRole('tab', { name: /Headers/, selected: true }).waitFor();
    await press('ArrowRight');
    await page.getByRole('tab', { name: 'Answer', selected: true }).waitFor();
    await press('1');
    await page.getByRole('tab', { name: 'Body', selected: true }).waitFor();
  });

  test('c copies as curl, o keeps the order, Escape closes one thing after the other', async () => {
    await press('c');
    await clipboardWith(page, /curl /);
    await press('o');
    await page.waitForFunction(() => location.hash.includes('order=order-k'));
    await press('?');
    await page.locator('#help').getByText('Send the open delivery again').waitFor();
    await press('Escape');
    await page.locator('#help').waitFor({ state: 'hidden' });
    assert.ok(await page.locator('#detail').isVisible());
    await press('Escape');
    await page.locator('#detail').waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.id), 'list');
  });

  test('/ leads to the search, and letters are text there', async () => {
    await press('/');
    await page.keyboard.type('gp');
    assert.equal(await page.locator('#filter-text').inputValue(), 'gp');
    await page.locator('#connection', { hasText: 'live' }).waitFor();
    await page.locator('#filter-text').fill('');
    // A list that shows nothing takes no focus.
    await page.locator('#rows .row').first().waitFor();
    await press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'list');
  });

  test('g, f, p and t switch', async () => {
    for (const [key, name] of [
      ['g', 'Group'],
      ['f', 'Follow'],
      ['p', 'Pause'],
      ['t', 'Timeline'],
    ]) {
      const state = () => page.getByRole('button', { name }).getAttribute('aria-pressed');
      const before = await state();
      await press(key);
      await page.waitForFunction(
        ([shortcut, old]) =>
          document.querySelector(`#tools [aria-keyshortcuts=${shortcut}]`).getAttribute('aria-pressed') !== old,
        [key, before],
      );
      await press(key);
      await page.waitForFunction(
        ([shortcut, old]) =>
          document.querySelector(`#tools [aria-keyshortcuts=${shortcut}]`).getAttribute('aria-pressed') === old,
        [key, before],
      );
      assert.equal(await state(), before);
    }
  });

  test('an order unfolds with the arrows', async () => {
    await press('g');
    await page.locator('.row.group').first().waitFor();
    await page.locator('#list').focus();
    await press('Home', 'ArrowRight');
    await page.locator('.row.delivery.nested').first().waitFor();
    await press('ArrowLeft');
    await page.waitForFunction(() => !document.querySelector('.row.delivery'));
    await press('g');
  });

  test('Enter and Space press what has the focus', async () => {
    await page.getByRole('button', { name: 'Keys' }).focus();
    await press('Enter');
    await page.locator('#help').waitFor();
    await press('Escape');
    await row(page, 'INVOICE_PAID').click();
    await page.locator('.json').waitFor();
    for (const key of ['Enter', ' ']) {
      await page.getByRole('button', { name: key === ' ' ? 'JSON' : 'Hex', exact: true }).focus();
      await press(key === ' ' ? 'Space' : key);
      await page.locator(key === ' ' ? '.json' : '.hex').waitFor();
    }
    // A search in the body ends with Escape; the delivery stays open.
    await page.getByPlaceholder('Find in body').fill('amount');
    await page.locator('.body-panel .count', { hasText: '1 of' }).waitFor();
    await press('Escape');
    assert.equal(await page.getByPlaceholder('Find in body').inputValue(), '');
    await press('Escape');
    await page.locator('#detail').waitFor({ state: 'hidden' });
  });

  test('in a narrow window it goes into the delivery, and back', async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    await row(page, 'INVOICE_PAID').click();
    await page.waitForFunction(() => document.activeElement.matches('#detail h2'));
    assert.equal(await page.locator('#list').isVisible(), false);
    await press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'list');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('Tab reaches every part, and what has the focus shows it', async () => {
    await page.locator('#filter-text').focus();
    const seen = new Set();
    for (let step = 0; step < 30; step++) {
      await press('Tab');
      const { place, outline } = await page.evaluate(() => {
        const { activeElement: now } = document;
        const style = getComputedStyle(now.id === 'list' ? (now.querySelector('.active') ?? now) : now);
        return {
          place: now.closest('#filters, #list, #tools, #detail')?.id ?? now.tagName,
          outline: style.outlineStyle,
        };
      });
      if (place !== 'BODY') assert.notEqual(outline, 'none', place);
      seen.add(place);
    }
    for (const part of ['filters', 'list', 'tools']) assert.ok(seen.has(part), `${part} was not reached: ${[...seen]}`);
  });

  test('letters can be switched off', async () => {
    await press('?');
    await page.getByLabel('Keys of one letter are on').uncheck();
    await press('Escape', 'p');
    assert.equal(await page.getByRole('button', { name: 'Pause' }).getAttribute('aria-pressed'), 'false');
    await press('?');
    await page.getByLabel('Keys of one letter are on').check();
    await press('Escape');
  });
});
