// A hostile page in the same browser: whatever it tries, it reads nothing, changes nothing and has nothing sent.

import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { closePage, openPage, PAID_SHORT, startBrowser, startInspect, startListener, temporary } from './harness.mjs';

const OWN = /order-secret|"targets"|Bearer/;

describe('a hostile page', () => {
  let browser;
  let listener;
  let hostile;
  /** Where the inspector is, and its token, which no hostile page knows; even with it nothing is to be had. */
  let origin;
  let token;
  before(async () => {
    listener = await startListener();
    await listener.send('INVOICE_PAID', '--order-id', 'order-secret');
    const link = new URL(listener.inspector);
    [origin, token] = [link.origin, link.hash.slice(3)];
    hostile = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<!doctype html><title>hostile</title><body>');
    });
    await new Promise((started) => hostile.listen(0, '127.0.0.1', started));
    browser = await startBrowser(['--host-resolver-rules=MAP *.test 127.0.0.1']);
  });
  after(async () => {
    await browser.close();
    hostile.closeAllConnections();
    hostile.close();
    await listener.stop();
  });

  /** How many deliveries are kept, and how many the handler got. */
  async function counts() {
    const answered = await fetch(`${origin}/api/deliveries?after=0`, { headers: { Authorization: `Bearer ${token}` } });
    return { kept: (await answered.json()).kept, received: listener.handler.received.length };
  }

  /**
   * Does something on a page of that host, and gives what it returned, how often the inspector was asked, and the statuses
   * of those answers that the browser took.
   */
  async function attack(host, act, argument) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const answers = [];
    let asked = 0;
    context.on('request', (request) => (asked += request.url().startsWith(origin) ? 1 : 0));
    context.on('response', (response) => response.url().startsWith(origin) && answers.push(response));
    await page.goto(`http://${host}:${hostile.address().port}/`);
    const before = await counts();
    const got = await page.evaluate(act, { origin, token, ...argument });
    await page.waitForTimeout(200);
    assert.deepEqual(await counts(), before, 'something was changed or sent');
    const statuses = answers.map((answer) => answer.status());
    await context.close();
    return { got, asked, statuses };
  }

  test('under a name of its own for this machine (DNS rebinding) gets nothing', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const rebound = `http://rebound.test:${new URL(origin).port}`;
    const answer = await page.goto(`${rebound}/#t=${token}`);
    assert.equal(answer.status(), 421);
    const got = await page.evaluate(async (token) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const ask = async (path, init) => {
        const answered = await fetch(path, { headers, ...init });
        return [answered.status, await answered.text()];
      };
      return [
        await ask('/api/state'),
        await ask('/api/deliveries?after=0'),
        await ask('/app.js'),
        await ask('/api/clear', { method: 'POST', body: '{}' }),
        await ask('/api/send', { method: 'POST', body: '{"target":0,"what":"sample","event":"INVOICE_PAID"}' }),
      ];
    }, token);
    for (const [status, text] of got) {
      assert.equal(status, 421);
      assert.doesNotMatch(text, OWN);
    }
    await context.close();
  });

  // A page of another site, and one of another port of this machine, which is the same site.
  for (const host of ['evil.test', '127.0.0.1', 'localhost']) {
    test(`on ${host} reads nothing by fetch, and changes nothing`, async () => {
      const { got, asked, statuses } = await attack(host, async ({ origin, token }) => {
        const authorized = { Authorization: `Bearer ${token}` };
        const body = '{"target":0,"what":"sample","event":"calypso/INVOICE_PAID"}';
        const found = [];
        const tries = [];
        for (const path of ['/', '/app.js', '/api/state', '/api/deliveries?after=0', '/api/deliveries/1', '/api/st%61te'])
          for (const init of [
            {},
            { credentials: 'include' },
            { mode: 'no-cors' },
            { mode: 'no-cors', credentials: 'include' },
            { headers: authorized },
          ])
            tries.push([path, init]);
        for (const path of ['/api/clear', '/api/send', '/api/journal'])
          for (const init of [
            { mode: 'no-cors', body },
            { mode: 'no-cors', body, credentials: 'include' },
            { mode: 'no-cors', body: new URLSearchParams({ target: '0' }) },
            { body, headers: { ...authorized, 'Content-Type': 'application/json' } },
          ])
            tries.push([path, { method: 'POST', ...init }]);
        for (const [path, init] of tries) {
          try {
            const answered = await fetch(origin + path, init);
            found.push([path, answered.status, await answered.text()]);
          } catch {
            // The browser does not hand it over.
          }
        }
        navigator.sendBeacon(`${origin}/api/clear`, '{}');
        return { tries: tries.length, found };
      });
      assert.ok(got.tries > 40 && asked >= got.tries, `${asked} requests`);
      assert.deepEqual(
        got.found.filter(([, status, text]) => status !== 0 || text !== ''),
        [],
      );
      assert.ok(statuses.every((status) => status >= 400), String(statuses));
    });

    test(`on ${host} gets nothing by elements, forms and windows`, async () => {
      const { got, statuses } = await attack(host, async ({ origin, token }) => {
        const tried = {};
        const loaded = (name, element, attribute, address) =>
          new Promise((done) => {
            element.onload = () => done((tried[name] = 'loaded'));
            element.onerror = () => done((tried[name] = 'refused'));
            element[attribute] = address;
            document.body.append(element);
            setTimeout(done, 3000);
          });
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        await Promise.all([
          loaded('img', new Image(), 'src', `${origin}/api/state`),
          loaded('script', document.createElement('script'), 'src', `${origin}/app.js`),
          loaded('style', link, 'href', `${origin}/style.css`),
        ]);
        const frame = document.createElement('iframe');
        frame.name = 'target';
        frame.src = `${origin}/#t=${token}`;
        document.body.append(frame);
        const opened = window.open(`${origin}/#t=${token}`);
        for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
          const form = document.createElement('form');
          Object.assign(form, { method: 'POST', action: `${origin}/api/clear`, enctype, target: 'target' });
          const input = document.createElement('input');
          Object.assign(input, { name: '{"a":"', value: '"}' });
          form.append(input);
          document.body.append(form);
          form.submit();
          await new Promise((resume) => setTimeout(resume, 150));
        }
        const read = (other) => {
          try {
            return other?.document.body.innerText ?? 'nothing';
          } catch {
            return 'nothing';
          }
        };
        return { ...tried, frame: read(frame.contentWindow), opened: read(opened) };
      });
      const { img, script, style } = got;
      assert.deepEqual([img, script, style], ['refused', 'refused', 'refused']);
      assert.doesNotMatch(got.frame + got.opened, OWN);
      assert.ok(statuses.length > 0 && statuses.every((status) => status >= 400), String(statuses));
    });
  }

  test('without an origin (a sandboxed frame) gets nothing', async () => {
    const { got } = await attack('evil.test', async ({ origin, token }) => {
      const script = `(async () => {
        const found = [];
        for (const init of [{}, { method: 'POST', mode: 'no-cors', body: '{}' }, { headers: { Authorization: 'Bearer ${token}' } }]) {
          try { found.push(await (await fetch('${origin}/api/clear', init)).text()); } catch { found.push(''); }
        }
        parent.postMessage({ origin, found }, '*');
      })()`;
      const frame = document.createElement('iframe');
      frame.sandbox = 'allow-scripts';
      frame.srcdoc = `<script>${script}</script>`;
      const told = new Promise((done) => addEventListener('message', (event) => done(event.data)));
      document.body.append(frame);
      return told;
    });
    assert.deepEqual(got, { origin: 'null', found: ['', '', ''] });
  });
});

test('the name of a file is text too', async () => {
  const folder = temporary();
  const name = '<img src=x onerror="window.ran=1">\u202e\u001b[2J.json';
  copyFileSync(PAID_SHORT, join(folder.path, name));
  const browser = await startBrowser();
  const inspect = await startInspect(join(folder.path, name));
  const page = await openPage(browser, inspect.inspector);
  await page.locator('#rows .row').first().click();
  await page.locator('#detail h2').waitFor();
  const { ran, images, text } = await page.evaluate(() => ({
    ran: window.ran,
    images: document.querySelectorAll('img').length,
    text: document.body.innerText,
  }));
  assert.deepEqual([ran, images], [undefined, 0]);
  assert.match(text, /<img src=x/);
  assert.doesNotMatch(text, /[\u202e\u001b]/);
  await closePage(page);
  await browser.close();
  await inspect.stop();
  folder.remove();
});
