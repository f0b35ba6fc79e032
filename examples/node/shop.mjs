// A shop's webhook handler for Calypso Pay. Node's own modules are all it needs.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

// No webhook comes near it; without a limit anybody could fill the memory.
const MOST_BYTES = 1024 * 1024

/** Over the bytes that came: a body that was parsed and printed again has another signature. */
function isSigned(raw, sign, secret) {
  const expected = Buffer.from(createHmac('sha512', secret).update(raw).digest('hex'))
  const came = Buffer.from(sign ?? '')
  // In constant time, so that nobody can guess the signature digit by digit.
  return came.length === expected.length && timingSafeEqual(came, expected)
}

/** What one delivery leads to. `orders` is the shop's own book, from an order's number to what was agreed. */
function handle({ eventType, data }, { orders, ship, review }) {
  // The others are good to know: take them, or Calypso repeats them for days.
  if (eventType !== 'INVOICE_PAID') return
  // The number that the shop gave its invoice. With a real database: check and set the state in one transaction.
  const order = orders.get(data.externalId)
  // Once for each order, not for each delivery: the same may come again, under an id of its own, too.
  if (order && order.state !== 'open') return
  // The name says too little: an underpayment that somebody accepted is called paid as well. Calypso asks for 99.5 %.
  // Doubles are good enough to compare, not to book.
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
  // Anybody can sign with an empty one.
  if (!secret) throw new Error('the secret of the webhook subscription is missing')
  return createServer(async (request, response) => {
    const answer = (status) => response.writeHead(status).end()
    try {
      const raw = await read(request)
      if (!isSigned(raw, request.headers.sign, secret)) return answer(401)
      handle(JSON.parse(raw), rest)
      // Only now, since what was answered does not come again; and 200, since nothing else counts as success.
      answer(200)
    } catch (error) {
      console.error(error)
      answer(500)
    }
  })
}
