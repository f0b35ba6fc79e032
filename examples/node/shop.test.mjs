// `node --test` in this folder runs it, with inqud-hook on the PATH. Nothing leaves this machine.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { shop } from './shop.mjs'

const SECRET = 'the-secret-of-this-test'
let folder, server, order

/** The shop's own pages: makes an order, or shows one. */
async function page(path, method) {
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { method })
  return response.json()
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-'))
  server = shop({ secret: SECRET, file: join(folder, 'orders') })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // Its price is that of Calypso's samples.
  order = (await page('/orders', 'POST')).order
})

afterEach(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

/** What became of the order. */
async function now() {
  const { status, parcels } = await page(`/orders/${order}`, 'GET')
  return `${status}, ${parcels} sent`
}

/** Sends what the flags say about the order; the exit code, and the status of each answer. */
function send(flags, secret = SECRET) {
  const target = `http://127.0.0.1:${server.address().port}/webhooks`
  const args = ['send', '--set', `externalId=${order}`, ...flags.split(' '), '--to', target, '--format', 'json']
  const env = { ...process.env, INQUD_HOOK_SECRET_CALYPSO: secret }
  return new Promise((resolve, reject) => {
    execFile('inqud-hook', args, { env, timeout: 10_000 }, (error, stdout) => {
      // 1 means that a delivery was rejected; any other code, that it could not be sent.
      if (error && error.code !== 1) return reject(error)
      const lines = stdout.trim().split('\n').map((line) => JSON.parse(line))
      const statuses = lines.filter(({ type }) => type === 'delivery').map(({ status }) => status)
      resolve({ code: error ? error.code : 0, statuses })
    })
  })
}

test('an order that was paid is shipped', async () => {
  // The trailing zero is sent as written, and is lost if the body is parsed before it is verified.
  assert.deepEqual(await send('INVOICE_PAID --set realAmount=271.420'), { code: 0, statuses: [200] })
  assert.equal(await now(), 'paid, 1 sent')
})

test('what Calypso did not sign is refused', async () => {
  assert.deepEqual(await send('INVOICE_PAID', 'another-secret'), { code: 1, statuses: [401] })
  assert.deepEqual(await send('INVOICE_PAID --scheme none'), { code: 1, statuses: [401] })
  assert.equal(await now(), 'open, 0 sent')
  assert.throws(() => shop({ secret: '', file: join(folder, 'orders') }), /secret/)
})

for (const change of ['realAmount=250', 'fiatAmount=1', 'fiatCurrency=USD']) {
  test(`a person looks at ${change} before it is shipped`, async () => {
    // Still answered with 200: repeating the delivery would not help.
    assert.deepEqual(await send(`INVOICE_PAID --set ${change}`), { code: 0, statuses: [200] })
    assert.equal(await now(), 'review, 0 sent')
  })
}

test('what comes twice, and in any order, is shipped once', async () => {
  const { code, statuses } = await send('--scenario calypso/paid --order reversed --duplicates 1')
  assert.deepEqual([code, statuses, await now()], [0, Array(10).fill(200), 'paid, 1 sent'])
})

test('no other way in which an invoice ends ships anything', async () => {
  for (const name of ['calypso/underpaid', 'calypso/declined', 'calypso/expired']) {
    assert.equal((await send(`--scenario ${name}`)).code, 0, name)
  }
  assert.equal(await now(), 'open, 0 sent')
})
