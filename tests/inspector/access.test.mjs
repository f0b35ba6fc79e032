// Readable for everyone: axe-core in every state, dark and light, from 360 px to a wide screen. And small, and typed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { closePage, modules, openPage, openRow, PAID_SHORT, row, startBrowser, startListener } from './harness.mjs';

const PAGE = new URL('../../src/inspector/page/', import.meta.url);
const AXE = readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds, in short. */
async function violations(page) {
  // The page's policy forbids scripts of others; the browser's own channel does not care.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return found.map(
    (one) =>
      `${one.id}: ${one.help}: ${one.nodes
        .slice(0, 3)
        .map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`)
        .join(' | ')}`,
  );
}

describe('the page', () => {
  let browser;
  let listener;
  before(async () => {
    browser = await startBrowser();
    listener = await startListener();
    await listener.send('--scenario', 'calypso/paid');
    await listener.send('--scenario', 'calypso/underpaid', '--order', 'reversed');
    listener.handler.answer = { status: 500, body: '{}' };
    await listener.post(readFileSync(PAID_SHORT), { Sign: 'abcdef' });
  });
  after(async () => {
    await browser.close();
    await listener.stop();
  });

  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 800],
    ['light', 360],
  ]) {
    test(`has no barrier, ${colorScheme}, ${width} px wide`, async () => {
      const page = await openPage(browser, listener.inspector, { colorScheme, viewport: { width, height: 900 } });
      const states = {
        list: () => row(page, 'order-10417').waitFor(),
        groups: async () => {
          await page.keyboard.press('g');
          await page.locator('.row.group .title').first().click();
          await page.locator('.row.nested').first().waitFor();
        },
        body: async () => {
          await page.keyboard.press('g');
          await openRow(page, 'order-10417');
        },
        raw: () => page.getByRole('button', { name: 'Raw', exact: true }).click(),
        hex: () => page.getByRole('button', { name: 'Hex' }).click(),
        changes: () => page.keyboard.press('2'),
        headers: () => page.keyboard.press('3'),
        answer: () => page.keyboard.press('4'),
        rule: async () => {
          await page.keyboard.press('1');
          await page.getByRole('button', { name: 'JSON', exact: true }).click();
          await page.getByRole('button', { name: 'paid-short' }).click();
          await page.getByText('Why it costs money').waitFor();
        },
        sample: () => page.keyboard.press('Escape').then(() => page.keyboard.press('s')),
        edited: async () => {
          await page.getByRole('button', { name: 'Edited body' }).click();
          await page.locator('#compose .findings p, #compose .finding').first().waitFor();
        },
        keys: () => page.keyboard.press('Escape').then(() => page.keyboard.press('?')),
      };
      const found = [];
      for (const [state, enter] of Object.entries(states)) {
        await enter();
        found.push(...(await violations(page)).map((one) => `${state}: ${one}`));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) found.push(`${state}: ${overflow} px wider than the window`);
      }
      assert.deepEqual(found, []);
      await closePage(page);
    });
  }

  test('does not move for those who do not want it', async () => {
    const page = await openPage(browser, listener.inspector, { reducedMotion: 'reduce' });
    await row(page, 'order-10417').waitFor();
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((one) => {
          const style = getComputedStyle(one);
          return style.animationName !== 'none' || Number.parseFloat(style.transitionDuration) > 0;
        }).length,
    );
    assert.equal(moving, 0);
    await closePage(page);
  });

  test('loads nothing but its own files, at most 40 KiB of them, gzipped', async (context) => {
    const page = await openPage(browser, listener.inspector);
    const addresses = await page.evaluate(() => performance.getEntriesByType('resource').map((one) => one.name));
    const { origin } = new URL(listener.inspector);
    const foreign = addresses.filter((address) => new URL(address).origin !== origin && !address.startsWith('data:'));
    assert.deepEqual(foreign, []);
    const files = [`${origin}/`, ...addresses.filter((address) => /\.(js|css)$/.test(address))];
    const texts = await Promise.all(files.map(async (address) => (await fetch(address)).text()));
    const size = gzipSync(texts.join(''), { level: 9 }).length;
    context.diagnostic(`${files.length} files, ${size} bytes gzipped`);
    assert.ok(files.length > 20 && size <= 40 * 1024, `${size} bytes`);
    await closePage(page);
  });
});

const assets = readdirSync(PAGE).filter((name) => /\.(js|css|html)$/.test(name));

test('no file makes markup from text', () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|srcdoc|setHTML/;
  for (const name of assets) assert.doesNotMatch(readFileSync(new URL(name, PAGE), 'utf8'), forbidden, name);
});

test('the types are right', () => {
  const tsc = modules.resolve('typescript/package.json').replace('package.json', 'bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', fileURLToPath(PAGE)], { stdio: 'pipe' });
});
