// Starts what the tests of the inspector's page need: the built binary, a handler behind it, and a browser.
//
//   INQUD_HOOK         the binary
//   INSPECTOR_MODULES  the folder in which npm installed package.json's packages; this one by default
//   CHROMIUM           the browser; chromium by default

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const modules = createRequire(`${process.env.INSPECTOR_MODULES ?? import.meta.dirname}/`);
const { chromium } = modules('playwright-core');
const BINARY = process.env.INQUD_HOOK ?? fileURLToPath(new URL('../../target/debug/inqud-hook', import.meta.url));
const ENVIRONMENT = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', TZ: 'UTC' };

/** A handler that answers as it is told, or as a function of the body says, and remembers what it got. */
export async function startHandler() {
  const handler = { answer: { status: 200, body: 'ok' }, received: [] };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      handler.received.push({ headers: request.headers, body });
      const answer = typeof handler.answer === 'function' ? handler.answer(body) : handler.answer;
      response.writeHead(answer.status, { 'Content-Type': 'application/json', 'X-Handler': 'shop' });
      response.end(answer.body);
    });
  });
  await new Promise((started) => server.listen(0, '127.0.0.1', started));
  handler.url = `http://127.0.0.1:${server.address().port}/hooks`;
  handler.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return handler;
}

/** Runs a command to its end. */
export function run(args, input = '') {
  return new Promise((ended) => {
    const child = execFile(
      BINARY,
      args,
      { env: ENVIRONMENT, maxBuffer: 1 << 28, timeout: 60_000 },
      (error, stdout, stderr) => ended({ code: error?.code ?? 0, stdout, stderr }),
    );
    // A command that reads no input may have ended by now.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Starts a command that shows the page, and waits until it is ready. */
async function startPage(args) {
  const child = spawn(BINARY, args, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ready = await new Promise((found, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value = JSON.parse(line);
      if (value.type === 'ready') found(value);
    });
    child.on('exit', () => failed(new Error(`${args.join(' ')} ended: ${errors}`)));
  });
  const ended = new Promise((done) => child.on('exit', done));
  return {
    ...ready,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

/** `listen` with its page, and a handler that gets the deliveries. */
export async function startListener({ args = [], forward = true } = {}) {
  const handler = await startHandler();
  const page = await startPage([
    'listen',
    '0',
    '--inspect',
    '--format',
    'json',
    ...(forward ? ['--forward', handler.url] : []),
    ...args,
  ]);
  return {
    ...page,
    handler,
    send: async (...what) => {
      const { stdout, stderr } = await run(['send', ...what, '--to', page.url, '--format', 'json']);
      const results = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .filter((line) => line.type === 'delivery');
      assert.ok(results.length, stderr);
      return results;
    },
    post: (body, headers = {}, path = '/hooks') =>
      fetch(page.url + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } }),
    stop: async () => {
      await page.stop();
      handler.stop();
    },
  };
}

/** The page on a file. */
export const startInspect = (file, args = []) => startPage(['inspect', file, '--format', 'json', ...args]);

/** A folder that is gone after the tests. */
export function temporary() {
  const path = mkdtempSync(join(tmpdir(), 'inspector-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const startBrowser = (args = []) =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', ...args] });

/**
 * Opens the page, and fails the test on an error in it: an exception, or something that its policy forbids.
 * `hash` is added to the link.
 */
export async function openPage(browser, inspector, { hash = '', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(inspector).origin });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(error.stack));
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()));
  await page.goto(inspector + (hash && `&${hash}`));
  await page.waitForFunction(() => /live|complete/.test(document.querySelector('#connection').textContent));
  return page;
}

/** Closes a page and says what went wrong in it. */
export async function closePage(page) {
  await page.context().close();
  assert.deepEqual(page.problems, []);
}

/** A browser with one page, and what ends them and what they look at. */
async function shown(started) {
  const browser = await startBrowser();
  const page = await openPage(browser, started.inspector);
  const close = async () => {
    await closePage(page);
    await browser.close();
    await started.stop();
  };
  return { page, close };
}

/** `listen` with its handler, and its page in a browser. */
export async function openListener(options) {
  const listener = await startListener(options);
  return { listener, ...(await shown(listener)) };
}

/** The page on a file, in a browser. */
export const openInspect = async (file, args) => shown(await startInspect(file, args));

/** The row of the list that has all these texts. */
export function row(page, ...texts) {
  return texts.reduce((found, hasText) => found.filter({ hasText }), page.locator('#rows .row')).first();
}

/** Waits for one more delivery than there were, and opens it. */
export async function openNext(page, post) {
  const rows = page.locator('#rows .row');
  const before = await rows.count();
  await post();
  await rows.nth(before).waitFor();
  await rows.first().click();
  await page.waitForFunction(
    () => document.querySelector('#detail h2') && !document.querySelector('#detail').hasAttribute('aria-busy'),
  );
}

/** Opens the delivery in that row, and waits until it is shown. */
export async function openRow(page, ...texts) {
  await row(page, ...texts).click();
  await page.waitForFunction(
    () => document.querySelector('#detail h2') && !document.querySelector('#detail').hasAttribute('aria-busy'),
  );
}

/** What the clipboard contains, once it contains this. */
export async function clipboardWith(page, pattern) {
  for (let tries = 0; tries < 100; tries++) {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    if (pattern.test(text)) return text;
    await page.waitForTimeout(50);
  }
  return assert.fail(`the clipboard contains ${await page.evaluate(() => navigator.clipboard.readText())}`);
}

/** A body as the shop's handler must not take it: paid too little, and a misspelt field. */
export const PAID_SHORT = fileURLToPath(new URL('../../examples/captured.json', import.meta.url));
