// The list: what a line says, live arrival, grouping, following, pausing, clearing, and its length.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  clipboardWith,
  openInspect,
  openListener,
  PAID_SHORT,
  row,
  run,
  startListener,
  temporary,
} from './harness.mjs';

describe('the list', () => {
  let listener;
  let page;
  let close;
  before(async () => {
    ({ listener, page, close } = await openListener());
  });
  after(() => close());

  test('tells what to do while nothing has come', async () => {
    const empty = page.locator('#empty');
    await empty.getByText('Waiting for the first delivery').waitFor();
    const address = listener.url.replace('http://', '').replace(/\/$/, '');
    assert.match(await empty.textContent(), new RegExp(`inqud-hook send INVOICE_PAID --to ${address}`));
    await empty.getByRole('button', { name: 'Copy' }).first().click();
    await clipboardWith(page, /^inqud-hook send INVOICE_PAID/);
  });

  test('shows a delivery when it comes, with its verdicts', async () => {
    await listener.send('INVOICE_PAID', '--order-id', 'order-1');
    // It may be there before it is answered.
    const line = row(page, 'order-1', '✓200');
    await line.waitFor();
    assert.match(
      await line.textContent(),
      /\d\d:\d\d:\d\d\.\d{3}calypso\/INVOICE_PAIDorder-1249\.95 EUR✓signed✓valid✓200[\d.]+ ms/,
    );
  });

  test('says what is wrong in words', async () => {
    await listener.post(readFileSync(PAID_SHORT), { Sign: 'abcdef' });
    const line = row(page, 'order-10417', '✓200');
    await line.waitFor();
    assert.match(await line.textContent(), /261\.42 of 271\.42 USDT_TRX✕invalid!2 warnings/);
    listener.handler.answer = { status: 500, body: '{"error":"locked"}' };
    await listener.send('INVOICE_PAID', '--order-id', 'order-refused');
    listener.handler.answer = { status: 200, body: 'ok' };
    await row(page, 'order-refused', '✕500').waitFor();
  });

  test('marks duplicates and what is out of order', async () => {
    await listener.send('INVOICE_PAID', '--duplicates', '1', '--order-id', 'order-twice');
    await row(page, 'order-twice', 'duplicate').waitFor();
    await listener.send('--scenario', 'calypso/underpaid', '--order', 'reversed');
    await row(page, 'INVOICE_CREATE_INVOICE', 'out of order').waitFor();
  });

  test('groups by order, as a line of steps', async () => {
    await listener.send('--scenario', 'calypso/paid', '--order-id', 'order-steps');
    await row(page, 'INVOICE_PAID', 'order-steps').waitFor();
    await page.getByRole('button', { name: 'Group' }).click();
    const group = page.locator('.row.group', { hasText: 'order-steps' });
    const steps = group.locator('.step');
    assert.deepEqual((await steps.allTextContents()).map((text) => text.replace(/[^A-Z_]/g, '')).slice(0, 4), [
      'CREATE_INVOICE',
      'MEMPOOL_FOUND',
      'FUNDS_RECEIVED_FOR_INVOICE',
      'PAID',
    ]);
    // One step is shortened like several.
    const alone = page.locator('.row.group', { hasText: 'order-twice' }).locator('.step');
    assert.match(await alone.first().textContent(), /^.PAID/);
    assert.match(page.url(), /group=order/);
    await group.locator('.title').click();
    await page.locator('.row.delivery.nested', { hasText: 'INVOICE_MEMPOOL_FOUND' }).first().waitFor();
    await steps.nth(3).click();
    await page.locator('#detail h2', { hasText: 'INVOICE_PAID' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Group' }).click();
  });

  test('stands still while it is paused', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('#connection', { hasText: 'paused' }).waitFor();
    await listener.send('INVOICE_PAID', '--order-id', 'order-meanwhile');
    await page.waitForTimeout(300);
    assert.equal(await row(page, 'order-meanwhile').count(), 0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await row(page, 'order-meanwhile').waitFor();
  });

  test('asks for nothing while its tab is hidden', async () => {
    const hide = (hidden) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    let requests = 0;
    const count = () => (requests += 1);
    await hide(true);
    page.on('request', count);
    await listener.send('INVOICE_PAID', '--order-id', 'order-hidden');
    await page.waitForTimeout(300);
    page.off('request', count);
    assert.equal(requests, 0);
    await hide(false);
    await row(page, 'order-hidden').waitFor();
  });

  test('keeps its place when one has scrolled, and leads to what is new', async () => {
    const count = page.locator('#filters .count');
    const before = parseInt(await count.textContent(), 10);
    await Promise.all(Array.from({ length: 60 }, (_, index) => listener.post(`{"many":${index}}`)));
    await count.getByText(`${before + 60} deliveries`).waitFor();
    await page.waitForFunction(() => document.querySelector('#list').scrollHeight > 2000);
    await page.locator('#list').evaluate((list) => list.scrollTo(0, 640));
    const follow = page.getByRole('button', { name: 'Follow' });
    await page.waitForFunction(
      () => document.querySelector('#tools [aria-keyshortcuts=f]').getAttribute('aria-pressed') === 'false',
    );
    const top = () =>
      page.locator('#list').evaluate((list) => {
        const edge = list.getBoundingClientRect().top + 40;
        const line = [...list.querySelectorAll('.row')].find((one) => one.getBoundingClientRect().top >= edge);
        return line && `${line.dataset.seq} at ${Math.round(line.getBoundingClientRect().top)}`;
      });
    const stood = await top();
    await listener.send('INVOICE_PAID', '--order-id', 'order-new');
    const fresh = page.locator('#fresh', { hasText: '1 new delivery' });
    await fresh.waitFor();
    assert.equal(await top(), stood);
    await fresh.click();
    await row(page, 'order-new').waitFor();
    assert.equal(await follow.getAttribute('aria-pressed'), 'true');
  });

  test('draws deliveries over time, and leads to one of them', async () => {
    const picture = page.getByRole('img', { name: /deliveries from .* to .* right, .* to look at, .* wrong; slowest/ });
    await picture.waitFor();
    const box = await picture.boundingBox();
    await page.mouse.move(box.x + 3, box.y + 70);
    await page.locator('.tip', { hasText: /deliver/ }).waitFor();
    await page.mouse.click(box.x + 3, box.y + 70);
    await page.locator('#detail h2').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Timeline' }).click();
    await picture.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Timeline' }).click();
  });

  test('forgets when it is told, after asking', async () => {
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    const dialog = page.locator('#confirm');
    assert.match(await dialog.textContent(), /They are not recorded anywhere/);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    assert.ok(await page.locator('#rows .row').count());
    await page.keyboard.press('x');
    await page.locator('#clear-now').click();
    await page.getByText('Waiting for the first delivery').waitFor();
  });
});

test('ten thousand deliveries stay smooth', async (context) => {
  const folder = temporary();
  const sent = await startListener({ args: ['--journal', join(folder.path, 'few.ndjson')], forward: false });
  await sent.send('--scenario', 'calypso/paid');
  await sent.stop();
  const lines = readFileSync(join(folder.path, 'few.ndjson'), 'utf8').trim().split('\n');
  const many = join(folder.path, 'many.ndjson');
  writeFileSync(
    many,
    Array.from(
      { length: 10_000 },
      (_, index) => `${lines[index % lines.length].replace(/order-\d+/, `order-${index}`)}\n`,
    ).join(''),
  );
  const { page, close } = await openInspect(many, ['--inspect-keep', '10000']);
  try {
    await page.getByText('10,000 deliveries').waitFor({ timeout: 60_000 });
    // The page's own processor time: how long a frame takes beside other work says nothing.
    const client = await page.context().newCDPSession(page);
    await client.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async () => {
      const { metrics } = await client.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
    };
    const from = await busy();
    const drawn = await page.evaluate(async () => {
      const list = document.querySelector('#list');
      for (let step = 0; step < 60; step++) {
        list.scrollTop = (list.scrollHeight * step) / 60;
        await new Promise(requestAnimationFrame);
      }
      return document.querySelectorAll('#rows .row').length;
    });
    const frame = ((await busy()) - from) / 60;
    assert.ok(drawn < 100, `${drawn} lines exist as elements`);
    assert.ok(frame < 50, `a frame took ${frame} ms`);
    context.diagnostic(`a frame while scrolling takes ${frame.toFixed(1)} ms of processor time`);
  } finally {
    await close();
    folder.remove();
  }
});

test('a file that does not grow is complete', async () => {
  const { page, close } = await openInspect(PAID_SHORT);
  await page.locator('#connection', { hasText: 'complete' }).waitFor();
  await page.locator('#rows .row').first().waitFor();
  assert.equal(await page.locator('#rows .c-answer .words').textContent(), 'not recorded');
  await page.keyboard.press('x');
  await page.getByText(`Only this page is emptied: it stays in ${PAID_SHORT}.`).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await page.locator('#compose').getByText('start with --to URL: targets').waitFor();
  await close();
  assert.equal((await run(['--version'])).code, 0);
});

test('the timeline shows milliseconds where seconds do not tell, and no scale without latencies', async () => {
  const folder = temporary();
  const file = join(folder.path, 'close.har');
  const body = readFileSync(PAID_SHORT, 'utf8');
  const entries = ['10:00:00.100Z', '10:00:00.300Z'].map((time) => ({
    startedDateTime: `2026-11-03T${time}`,
    request: { method: 'POST', url: 'http://localhost/hooks', headers: [], postData: { mimeType: 'application/json', text: body } },
  }));
  writeFileSync(file, JSON.stringify({ log: { version: '1.2', entries } }));
  const { page, close } = await openInspect(file);
  await page.locator('#timeline .scale').first().waitFor();
  assert.deepEqual(await page.locator('#timeline .scale').allTextContents(), ['10:00:00.100', '10:00:00.300']);
  await close();
  folder.remove();
});

test('older deliveries come from the journal', async () => {
  const folder = temporary();
  const journal = join(folder.path, 'hooks.ndjson');
  const before = await startListener({ args: ['--journal', journal], forward: false });
  await before.send('--scenario', 'calypso/paid', '--order-id', 'order-before');
  await before.stop();
  const { listener, page, close } = await openListener({
    args: ['--journal', journal, '--inspect-keep', '2'],
    forward: false,
  });
  try {
    await listener.send('--scenario', 'calypso/paid', '--order-id', 'order-now');
    const rows = page.locator('#rows .row');
    await row(page, 'order-now', 'INVOICE_PAID').waitFor();
    assert.equal(await rows.count(), 2);
    // As many as are kept of them too, the next ones back.
    await page.getByRole('button', { name: 'Show older' }).click();
    await rows.nth(3).waitFor();
    assert.equal(await row(page, 'order-before').count(), 0);
    await rows.last().click();
    await page.locator('.json').getByText('order-now').first().waitFor();
    // What is forgotten in memory makes no older one go.
    await listener.send('INVOICE_PAID', '--order-id', 'order-next');
    await row(page, 'order-next').waitFor();
    assert.equal(await rows.count(), 4);
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByText(`Only this page is emptied: they stay in ${journal}.`).waitFor();
    await page.locator('#clear-now').click();
    await page.getByText('Waiting for the first delivery').waitFor();
    await page.getByRole('button', { name: 'Show older' }).click();
    await row(page, 'order-next').waitFor();
  } finally {
    await close();
    folder.remove();
  }
});
