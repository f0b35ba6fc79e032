// The test helper, where the package is installed: `node --test` in this folder, vitest or jest. All three share these
// tests; vitest and jest have `test` as a global.
'use strict'

const assert = require('node:assert/strict')
const { mkdtempSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const hook = require('inqud-hook/test')

const test = globalThis.test ?? require('node:test')
const SECRET = 'the-secret-of-this-test'
const file = (name) => join(mkdtempSync(join(tmpdir(), 'inqud-hook-')), name)

test('a delivery that is accepted', async () => {
  const listener = await hook.listen({ until: 'INVOICE_PAID', secret: SECRET })
  const set = { amount: 10, currency: 'BTC' }
  const sent = await hook.send('INVOICE_PAID', { to: listener.url, secret: SECRET, set })
  assert.deepEqual([sent.ok, sent.accepted, sent.refused], [true, true, false])
  const { deliveries } = (await listener.done()).assert()
  assert.equal(deliveries[0].signature.verdict, 'valid')
  assert.ok(deliveries[0].body.includes('"amount":10,"currency":"BTC"'))
  assert.deepEqual(listener.deliveries(), deliveries)
})

test('a delivery that is refused', async () => {
  const listener = await hook.listen({ strict: true, secret: SECRET })
  const sent = await hook.send('INVOICE_PAID', { to: listener.port, secret: 'another', expect: '401' })
  assert.deepEqual([sent.ok, sent.accepted, sent.refused], [true, false, true])
  sent.assert('refused')
  assert.throws(() => sent.assert('accepted'), { name: 'AssertionError', message: /not accepted: .*\n.*401/ })
  await listener.stop()
})

test('a goal that is not reached says what is missing', async () => {
  const listener = await hook.listen({ until: 'INVOICE_PAID', deadline: '50ms' })
  const heard = await listener.done()
  assert.throws(() => heard.assert(), /not ok: inqud-hook listen: exit code 1\n {2}missing: calypso\/INVOICE_PAID/)
})

test('a forgery does not reach the goal', async () => {
  const listener = await hook.listen({ until: 'INVOICE_PAID', secret: SECRET })
  await hook.send('INVOICE_PAID', { to: listener.url, secret: 'another' })
  assert.match(String(await listener.done()), /INVOICE_PAID: invalid, Sign does not match/)
})

test('a listener that is stopped', async () => {
  const listener = await hook.listen()
  const { code } = await listener.stop()
  // Windows has no signals: there it is ended at once.
  if (process.platform !== 'win32') assert.equal(code, 130)
})

test('what cannot work is an error', async () => {
  await assert.rejects(hook.send('INVOICE_PAI'), /unknown event "INVOICE_PAI"/)
  await assert.rejects(hook.listen({ noSuch: true }), /--no-such/)
})

test('bodies are validated', async () => {
  const body = file('body.json')
  writeFileSync(body, '{"id": 1}')
  const result = await hook.validate(body)
  assert.equal(result.ok, false)
  assert.deepEqual(result.lines.filter(({ type }) => type === 'finding').map(({ rule }) => rule), ['unrecognised'])
})

test('signatures are verified', async () => {
  const journal = file('journal.ndjson')
  const listener = await hook.listen({ count: 1, journal, secret: SECRET })
  await hook.send('INVOICE_PAID', { to: listener.url, secret: SECRET })
  await listener.done()
  assert.equal((await hook.verify(journal, { secret: SECRET })).ok, true)
  assert.equal((await hook.verify(journal, { secret: 'another' })).ok, false)
})

test('an endpoint is judged', async () => {
  // It accepts everything.
  const listener = await hook.listen()
  const result = await hook.test('forge/no-signature', { to: listener.url, provider: 'calypso' })
  await listener.stop()
  assert.equal(result.ok, false)
  assert.match(String(result), /forge\/no-signature: fail/)
})
