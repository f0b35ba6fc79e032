// A shop for Calypso Pay on Express, with its orders in memory: judged by inqud-hook test.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createRequire } from 'node:module'

// FRAMEWORKS is the folder in which npm installed it; NODE_PATH is not for modules that are imported.
const express = createRequire(`${process.env.FRAMEWORKS}/`)('express')

const orders = new Map()

function webhook(request, response) {
  const digest = createHmac('sha512', process.env.CALYPSO_SECRET).update(request.body).digest('hex')
  const [expected, received] = [Buffer.from(digest), Buffer.from(request.get('Sign') ?? '')]
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return response.sendStatus(401)
  const { eventType, data } = JSON.parse(request.body)
  const order = orders.get(data?.externalId)
  const isPaid = data?.amount > 0 && data.realAmount >= data.amount * 0.995
  const isAgreed = data?.fiatAmount === order?.amount && data?.fiatCurrency === order?.currency
  if (eventType === 'INVOICE_PAID' && order?.status === 'open' && isPaid && isAgreed) {
    Object.assign(order, { status: 'paid', parcels: order.parcels + 1 })
  }
  response.sendStatus(200)
}

const app = express()
app.post('/webhooks', express.raw({ type: () => true, limit: '1mb' }), webhook)
app.post('/orders', (_, response) => {
  const order = { order: randomUUID(), amount: 249.95, currency: 'EUR', status: 'open', parcels: 0 }
  orders.set(order.order, order)
  response.json(order)
})
app.get('/orders/:order', (request, response) => response.json(orders.get(request.params.order)))
app.listen(Number(process.env.PORT), '127.0.0.1')
