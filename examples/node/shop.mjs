// A shop's webhook handler for Calypso Pay, with Node's built-in modules alone. server.mjs starts it.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { appendFileSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'

// Webhooks are far smaller; without a limit a large body could fill the memory.
const MOST_BYTES = 1024 * 1024

/** Verifies the raw bytes: a body that was parsed and re-serialised has another signature. */
function isSigned(raw, sign, secret) {
  const expected = Buffer.from(createHmac('sha512', secret).update(raw).digest('hex'))
  const received = Buffer.from(sign ?? '')
  // In constant time, so that the signature cannot be guessed digit by digit.
  return received.length === expected.length && timingSafeEqual(received, expected)
}

/** The orders, in a file with a line for every change. With a real database, a line is a transaction. */
class Orders {
  #orders = new Map()

  constructor(path) {
    this.file = openSync(path, 'a+')
    for (const line of readFileSync(this.file, 'utf8').split('\n').filter(Boolean)) {
      try {
        const order = JSON.parse(line)
        this.#orders.set(order.order, order)
      } catch {
        // The process ended while it wrote this line. Nothing was answered, so the delivery is repeated.
      }
    }
  }

  get(number) {
    return this.#orders.get(number)
  }

  /** On return the change is on the disk. The line feed comes first, so that an unfinished line stays apart. */
  save(order) {
    appendFileSync(this.file, '\n' + JSON.stringify(order))
    fsyncSync(this.file)
    this.#orders.set(order.order, order)
    return order
  }
}

/** Handles one delivery. Without `await`, no other delivery comes between the check and the change. */
function handle({ eventType, data }, orders) {
  // Accept all other events too, or Calypso repeats them for days.
  if (eventType !== 'INVOICE_PAID') return
  // The shop's own number of the invoice.
  const order = orders.get(data.externalId)
  if (!order) return console.error('paid, but unknown:', JSON.stringify(data.externalId))
  // Once per order, not per delivery: a delivery can be repeated, also with a new id.
  if (order.status === 'paid') return
  // The event's name is not enough: an accepted underpayment is also called paid. Calypso requires 99.5 %.
  // Floats are fine for comparing, not for accounting.
  const isPaid = data.amount > 0 && data.realAmount >= data.amount * 0.995
  const isAgreed = data.fiatAmount === order.amount && (data.fiatCurrency ?? data.fiatcurrency) === order.currency
  if (!isPaid || !isAgreed) return orders.save({ ...order, status: 'review' })
  // The mark and the parcel are one change: a crash leaves both or neither.
  orders.save({ ...order, status: 'paid', parcels: order.parcels + 1 })
}

async function read(request) {
  const chunks = []
  let bytes = 0
  // A body that is too large is still answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if ((bytes += chunk.length) > MOST_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function webhook(request, orders, secret) {
  const raw = await read(request)
  if (!raw) return [413]
  if (!isSigned(raw, request.headers.sign, secret)) return [401]
  handle(JSON.parse(raw), orders)
  // Answered last, since an answered delivery is not repeated; and with 200, the only status that Calypso accepts.
  return [200]
}

/** A server, not yet started. `file` keeps the orders. */
export function shop({ secret, file }) {
  // Anyone can sign with an empty secret.
  if (!secret) throw new Error('the secret of the webhook subscription is missing')
  const orders = new Orders(file)
  const route = (request) => {
    const [, first, number] = request.url.split('/')
    if (request.method === 'POST' && request.url === '/webhooks') return webhook(request, orders, secret)
    if (request.method === 'POST' && request.url === '/orders') {
      return [201, orders.save({ order: randomUUID(), amount: 249.95, currency: 'EUR', status: 'open', parcels: 0 })]
    }
    const order = request.method === 'GET' && first === 'orders' && orders.get(decodeURIComponent(number))
    return order ? [200, order] : [404]
  }
  return createServer({ requestTimeout: 10_000 }, async (request, response) => {
    try {
      const [status, body] = await route(request)
      response.writeHead(status, body && { 'content-type': 'application/json' }).end(body && JSON.stringify(body))
    } catch (error) {
      console.error(error)
      response.writeHead(500).end()
    }
  })
}
