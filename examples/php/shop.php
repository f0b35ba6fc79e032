<?php
// A shop's webhook handler for Calypso Pay, with PHP's own extensions alone. Started with
// CALYPSO_SECRET=… PHP_CLI_SERVER_WORKERS=4 php -S 127.0.0.1:3000 shop.php
declare(strict_types=1);

// Webhooks are far smaller; a larger body is not even parsed.
const MOST_BYTES = 1024 * 1024;

/** Verifies the raw bytes, in constant time: a body that was parsed and re-serialised has another signature. */
function is_signed(string $raw, string $sign, string $secret): bool
{
    return hash_equals(hash_hmac('sha512', $raw, $secret), $sign);
}

function database(): PDO
{
    // Waits up to five seconds while another worker writes.
    $database = new PDO('sqlite:' . (getenv('ORDERS') ?: 'orders.db'), options: [PDO::ATTR_TIMEOUT => 5]);
    $database->exec('CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, cents INT, currency TEXT, status TEXT)');
    $database->exec('CREATE TABLE IF NOT EXISTS parcels (number TEXT REFERENCES orders)');
    return $database;
}

/** Runs a statement with these values. */
function query(PDO $database, string $sql, mixed ...$values): PDOStatement
{
    $statement = $database->prepare($sql);
    $statement->execute($values);
    return $statement;
}

/** Handles one delivery. */
function handle(array $event, PDO $database): void
{
    // Accept all other events too, or Calypso repeats them for days.
    if (($event['eventType'] ?? '') !== 'INVOICE_PAID') {
        return;
    }
    $data = $event['data'];
    // The shop's own number of the invoice.
    $number = $data['externalId'] ?? '';
    $order = query($database, 'SELECT cents, currency FROM orders WHERE number = ?', $number)->fetch();
    if (!$order) {
        error_log('paid, but unknown: ' . json_encode($number));
        return;
    }
    // The event's name is not enough: an accepted underpayment is also called paid. Calypso requires 99.5 %.
    $isPaid = $data['amount'] > 0 && $data['realAmount'] >= $data['amount'] * 0.995;
    // Whole cents, since a float cannot hold most amounts.
    $cents = round((float) ($data['fiatAmount'] ?? 0) * 100);
    $currency = $data['fiatCurrency'] ?? $data['fiatcurrency'] ?? '';
    $isAgreed = $cents == $order['cents'] && $currency === $order['currency'];
    if (!$isPaid || !$isAgreed) {
        query($database, "UPDATE orders SET status = 'review' WHERE number = ? AND status = 'open'", $number);
        return;
    }
    // One transaction: a crash leaves both the mark and the parcel, or neither.
    $database->beginTransaction();
    // Once per order, not per delivery: a delivery can be repeated, also with a new id, and at the same time.
    $mark = "UPDATE orders SET status = 'paid' WHERE number = ? AND status <> 'paid'";
    if (query($database, $mark, $number)->rowCount() === 1) {
        query($database, 'INSERT INTO parcels VALUES (?)', $number);
    }
    $database->commit();
}

/** The status that answers a delivery. */
function webhook(): int
{
    // Anyone can sign with an empty secret.
    $secret = getenv('CALYPSO_SECRET') ?: throw new RuntimeException('CALYPSO_SECRET is missing');
    $raw = file_get_contents('php://input', length: MOST_BYTES + 1);
    if (strlen($raw) > MOST_BYTES || !is_signed($raw, $_SERVER['HTTP_SIGN'] ?? '', $secret)) {
        return 401;
    }
    handle(json_decode($raw, true, flags: JSON_THROW_ON_ERROR), database());
    // Answered last, since an answered delivery is not repeated; and with 200, the only status that Calypso accepts.
    return 200;
}

/** The status and the body that answer a request. */
function route(string $method, string $path): array
{
    if ($method === 'POST' && $path === '/webhooks') {
        return [webhook(), null];
    }
    if ($method === 'POST' && $path === '/orders') {
        $number = bin2hex(random_bytes(16));
        query(database(), "INSERT INTO orders VALUES (?, 24995, 'EUR', 'open')", $number);
        return [201, ['order' => $number, 'amount' => '249.95', 'currency' => 'EUR']];
    }
    if ($method !== 'GET' || !str_starts_with($path, '/orders/')) {
        return [404, null];
    }
    $number = rawurldecode(substr($path, strlen('/orders/')));
    $parcels = 'SELECT count(*) FROM parcels p WHERE p.number = o.number';
    $order = query(database(), "SELECT number, status, ($parcels) FROM orders o WHERE number = ?", $number)->fetch(PDO::FETCH_NUM);
    return $order ? [200, array_combine(['order', 'status', 'parcels'], $order)] : [404, null];
}

try {
    [$status, $body] = route($_SERVER['REQUEST_METHOD'], parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
} catch (Throwable $error) {
    error_log((string) $error);
    [$status, $body] = [500, null];
}
http_response_code($status);
header('Content-Type: application/json');
echo $body ? json_encode($body) : '';
