// Starts the shop: PORT=3000 CALYPSO_SECRET=… ORDERS=orders.ndjson node server.mjs
import { shop } from './shop.mjs'

const { PORT = '3000', CALYPSO_SECRET, ORDERS = 'orders.ndjson' } = process.env
const server = shop({ secret: CALYPSO_SECRET, file: ORDERS })
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on port ${PORT}`))

process.on('SIGTERM', () => {
  // Requests in hand are finished first; a slow sender does not delay the end.
  server.close()
  setTimeout(() => server.closeAllConnections(), 5000).unref()
})
