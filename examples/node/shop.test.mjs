// `npm install && node --test` in this folder runs it. Nothing leaves this machine.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { send } from 'inqud-hook/test'
import { shop } from './shop.mjs'

const SECRET = 'the-secret-of-this-test'
let folder, server, url, order

/** The shop's own pages: makes an order, or shows one. */
async function page(path, method) {
  const response = await fetch(url + path, { method })
  return response.json()
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-'))
  server = shop({ secret: SECRET, file: join(folder, 'orders') })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${server.address().port}`
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

/** Sends a delivery or a scenario about the order. */
const deliver = (...what) => send({ orderId: order, to: `${url}/webhooks`, secret: SECRET }, ...what)

test('an order that was paid is shipped', async () => {
  // The trailing zero is sent as written, and is lost if the body is parsed before it is verified.
  const sent = await deliver('INVOICE_PAID', { set: ['realAmount=271.420'] })
  sent.assert('accepted')
  assert.equal(await now(), 'paid, 1 sent')
})

test('what Calypso did not sign is refused', async () => {
  const forgeries = [{ secret: 'another-secret' }, { scheme: 'none' }]
  for (const forgery of forgeries) (await deliver('INVOICE_PAID', forgery)).assert('refused')
  assert.equal(await now(), 'open, 0 sent')
  assert.throws(() => shop({ secret: '', file: join(folder, 'orders') }), /secret/)
})

for (const set of [{ realAmount: 250 }, { fiatAmount: 1 }, { fiatCurrency: 'USD' }]) {
  test(`a person looks at ${JSON.stringify(set)} before it is shipped`, async () => {
    // Still answered with 200: repeating the delivery would not help.
    const sent = await deliver('INVOICE_PAID', { set })
    sent.assert('accepted')
    assert.equal(await now(), 'review, 0 sent')
  })
}

test('what comes twice, and in any order, is shipped once', async () => {
  const sent = await deliver({ scenario: 'calypso/paid', order: 'reversed', duplicates: 1 })
  sent.assert('accepted')
  assert.deepEqual([sent.deliveries.length, await now()], [10, 'paid, 1 sent'])
})

test('no other way in which an invoice ends ships anything', async () => {
  for (const scenario of ['calypso/underpaid', 'calypso/declined', 'calypso/expired']) {
    const sent = await deliver({ scenario })
    sent.assert('accepted')
  }
  assert.equal(await now(), 'open, 0 sent')
})
