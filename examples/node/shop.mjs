// A shop's webhook handler for Calypso Pay, with Node's built-in modules alone.
import { createHmac, timingSafeEqual } from 'node:crypto'
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

/** Handles one delivery. `orders` maps an order's number to what was agreed. */
function handle({ eventType, data }, { orders, ship, review }) {
  // Accept all other events too, or Calypso repeats them for days.
  if (eventType !== 'INVOICE_PAID') return
  // The shop's own number of the invoice. With a real database: check and set the state in one transaction.
  const order = orders.get(data.externalId)
  // Once per order, not per delivery: a delivery can be repeated, also with a new id.
  if (order && order.state !== 'open') return
  // The event's name is not enough: an accepted underpayment is also called paid. Calypso requires 99.5 %.
  // Floats are fine for comparing, not for accounting.
  const isPaid = data.amount > 0 && data.realAmount >= data.amount * 0.995
  const isAgreed = data.fiatAmount === order?.price && (data.fiatCurrency ?? data.fiatcurrency) === order?.currency
  if (!order || !isPaid || !isAgreed) return review(data)
  order.state = 'paid'
  ship(order)
}

async function read(request) {
  const chunks = []
  let bytes = 0
  for await (const chunk of request) {
    if ((bytes += chunk.length) > MOST_BYTES) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export function shop({ secret, ...rest }) {
  // Anyone can sign with an empty secret.
  if (!secret) throw new Error('the secret of the webhook subscription is missing')
  return createServer(async (request, response) => {
    const answer = (status) => response.writeHead(status).end()
    try {
      const raw = await read(request)
      if (!isSigned(raw, request.headers.sign, secret)) return answer(401)
      handle(JSON.parse(raw), rest)
      // Answered last, since an answered delivery is not repeated; and with 200, the only status that Calypso accepts.
      answer(200)
    } catch (error) {
      console.error(error)
      answer(500)
    }
  })
}
