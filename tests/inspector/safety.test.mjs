// What came is never believed: markup, scripts and control characters stay text, and without the link's key nothing is shown.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closePage, openListener, openNext, openPage, row, run, startBrowser, startListener } from './harness.mjs';

const MARKUP = '<img src=x onerror="window.ran=1"><script>window.ran=1</script><svg onload="window.ran=1">{{7*7}}';
const TURNED = '\u202egpj.exe\u2066 \u0007\u001b[2J\u200b';

describe('hostile deliveries', () => {
  let listener;
  let page;
  let close;
  before(async () => {
    ({ listener, page, close } = await openListener());
  });
  after(() => close());

  test('markup stays text in every tab', async () => {
    listener.handler.answer = { status: 200, body: MARKUP };
    const body = JSON.stringify({
      eventType: 'INVOICE_PAID',
      [MARKUP]: MARKUP,
      data: { externalId: `order-evil${MARKUP}`, type: MARKUP },
    });
    await openNext(page, () =>
      listener.post(body, { 'X-Evil': MARKUP, Sign: MARKUP }, `/${encodeURIComponent(MARKUP)}`),
    );
    listener.handler.answer = { status: 200, body: 'ok' };
    await page.locator('.json').getByText('onerror').first().waitFor();
    for (const key of ['2', '3', '4', '1', 'g']) await page.keyboard.press(key);
    await page.locator('.row.group').first().waitFor();
    await page.keyboard.press('g');
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.equal(
      await page.evaluate(
        () => document.querySelectorAll('img, script:not([src]), [onerror], [onload], iframe').length,
      ),
      0,
    );
  });

  test('characters that steer or hide are shown', async () => {
    await openNext(page, () =>
      listener.post(`{"eventType":"INVOICE_PAID","data":{"externalId":"turned${TURNED}"},"bell":"${TURNED}"}`),
    );
    await page.locator('.json').getByText('<U+202E>gpj.exe<U+2066> \u2407\u241b[2J<U+200B>').first().waitFor();
    const text = await page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u0007\u001b]/);
  });

  test('a large body and a deep one do not stop the page', async () => {
    const large = JSON.stringify({
      items: Array.from({ length: 9000 }, (_, index) => ({ index, note: 'x'.repeat(60) })),
    });
    await openNext(page, () => listener.post(large));
    // The linter stops in the middle and says so there; that place is shown.
    await page.locator('.json .finding').first().waitFor();
    await page.getByPlaceholder('Find in body').fill('8999');
    await page.locator('.body-panel .count', { hasText: '1 of 1' }).waitFor();
    await page.locator('.json .line.active', { hasText: '"index": 8999' }).waitFor();
    await page.getByRole('button', { name: 'Fold', exact: true }).click();
    await page.locator('.json').getByText('9,000 items').waitFor();
    assert.ok((await page.locator('.json .line').count()) < 10);
    await openNext(page, () => listener.post('['.repeat(20_000) + ']'.repeat(20_000)));
    await page.getByRole('button', { name: 'Hex' }).click();
    await page.locator('.hex', { hasText: '5b 5b 5b' }).waitFor();
    await page.getByRole('button', { name: /^Show 128 lines more/ }).click();
    await page.getByRole('button', { name: 'Raw', exact: true }).click();
    await page.locator('.raw', { hasText: '40,000 characters in this line' }).waitFor();
  });

  test('the policy forbids inline scripts, other origins and markup from text', async () => {
    const refused = await page.evaluate(async () => {
      const found = [];
      addEventListener('securitypolicyviolation', (event) => found.push(event.effectiveDirective));
      const script = document.createElement('script');
      try {
        script.text = 'window.ran = 1';
      } catch {
        found.push('trusted types');
      }
      try {
        document.createElement('div').innerHTML = '<b>no</b>';
      } catch {
        found.push('trusted types');
      }
      await fetch('http://127.0.0.1:9/').catch(() => {});
      await new Promise((resume) => setTimeout(resume, 200));
      return { found, ran: window.ran };
    });
    assert.equal(refused.ran, undefined);
    assert.ok(refused.found.filter((one) => one === 'trusted types').length === 2, String(refused.found));
    assert.ok(refused.found.includes('connect-src'), String(refused.found));
    // These were asked for.
    page.problems = page.problems.filter(
      (problem) => !/Content Security Policy|TrustedHTML|TrustedScript|Refused to|ERR_/i.test(problem),
    );
  });
});

describe('the key in the link', () => {
  let browser;
  let listener;
  before(async () => {
    browser = await startBrowser();
    listener = await startListener();
  });
  after(async () => {
    await browser.close();
    await listener.stop();
  });

  test('leaves the address at once, and lasts as long as the tab', async () => {
    const page = await openPage(browser, listener.inspector, { hash: 'verdict=bad' });
    const token = new URL(listener.inspector).hash.slice(3);
    assert.match(token, /^[0-9a-f]{32}$/);
    assert.ok(!page.url().includes(token));
    assert.match(page.url(), /#verdict=bad$/);
    await page.reload();
    await page.locator('#connection', { hasText: 'live' }).waitFor();
    assert.equal(await page.evaluate(() => document.cookie + Object.values(localStorage).join()), '');
    await closePage(page);
  });

  test('is asked for where it is missing or wrong', async () => {
    const origin = new URL(listener.inspector).origin;
    for (const address of [`${origin}/`, `${origin}/#t=${'0'.repeat(32)}`]) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(address);
      await page.getByText('Open the link that the terminal prints').waitFor();
      assert.equal(await page.locator('#page').isVisible(), false);
      await context.close();
    }
  });

  test('of another run takes over in the same tab', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${new URL(listener.inspector).origin}/#t=${'0'.repeat(32)}`);
    await page.getByText('Open the link that the terminal prints').waitFor();
    await page.goto(listener.inspector);
    await page.locator('#connection', { hasText: 'live' }).waitFor();
    await context.close();
  });
});

test('the page says when inqud-hook has ended', async () => {
  const { listener, page, close } = await openListener();
  await listener.send('INVOICE_PAID', '--order-id', 'order-last');
  await row(page, 'order-last').waitFor();
  await listener.stop();
  await page.locator('#connection', { hasText: 'no answer' }).waitFor();
  // What is there can still be read.
  assert.ok(await row(page, 'order-last').isVisible());
  page.problems = page.problems.filter((problem) => !/ERR_/.test(problem));
  await close();
});
