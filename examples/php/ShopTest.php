<?php
// `phpunit .` in this folder runs it, with inqud-hook on the PATH. Nothing leaves this machine.
declare(strict_types=1);

require_once __DIR__ . '/InqudHook.php';

use PHPUnit\Framework\TestCase;

final class ShopTest extends TestCase
{
    private const SECRET = 'the-secret-of-this-test';
    private string $orders;
    private string $url;
    private mixed $server;

    protected function setUp(): void
    {
        $this->orders = tempnam(sys_get_temp_dir(), 'orders');
        // A free port.
        $probe = stream_socket_server('tcp://127.0.0.1:0');
        $address = stream_socket_get_name($probe, false);
        fclose($probe);
        $this->url = "http://$address";
        $environment = getenv() + ['CALYPSO_SECRET' => self::SECRET, 'ORDERS' => $this->orders];
        $silent = ['file', '/dev/null', 'w'];
        $command = [PHP_BINARY, '-S', $address, __DIR__ . '/shop.php'];
        $this->server = proc_open($command, [1 => $silent, 2 => $silent], $pipes, null, $environment);
        for ($tries = 0; $tries < 500 && !@stream_socket_client("tcp://$address"); $tries++) {
            usleep(20_000);
        }
    }

    protected function tearDown(): void
    {
        proc_terminate($this->server);
        proc_close($this->server);
        unlink($this->orders);
    }

    /** The shop's own pages: makes an order, or shows one. */
    private function page(string $path, string $method): array
    {
        $context = stream_context_create(['http' => ['method' => $method]]);
        return json_decode(file_get_contents($this->url . $path, context: $context), true);
    }

    /** Sends a delivery or a scenario about the order. */
    private function deliver(array $order, array $options, string ...$event): InqudHookResult
    {
        $about = ['order-id' => $order['order'], 'to' => "$this->url/webhooks", 'secret' => self::SECRET];
        return InqudHook::run('send', [...$about, ...$options], ...$event);
    }

    public function testAnOrderThatWasPaidIsShippedOnce(): void
    {
        $order = $this->page('/orders', 'POST');
        $options = ['scenario' => 'calypso/paid', 'order' => 'reversed', 'duplicates' => 1];
        $sent = $this->deliver($order, $options);
        $this->assertTrue($sent->accepted, $sent->text);
        $expected = ['order' => $order['order'], 'status' => 'paid', 'parcels' => 1];
        $this->assertSame($expected, $this->page("/orders/{$order['order']}", 'GET'));
    }

    public function testWhatIsForgedOrTooLittleIsNotShipped(): void
    {
        $order = $this->page('/orders', 'POST');
        foreach ([['secret' => 'another'], ['scheme' => 'none']] as $forgery) {
            $sent = $this->deliver($order, $forgery, 'INVOICE_PAID');
            $this->assertTrue($sent->refused, $sent->text);
        }
        $this->assertSame('open', $this->page("/orders/{$order['order']}", 'GET')['status']);
        foreach (['realAmount=250', 'fiatAmount=1', 'fiatCurrency=USD'] as $change) {
            $sent = $this->deliver($order, ['set' => $change], 'INVOICE_PAID');
            $this->assertTrue($sent->accepted, $sent->text);
            $this->assertSame('review', $this->page("/orders/{$order['order']}", 'GET')['status'], $change);
        }
    }

    public function testNoOtherWayInWhichAnInvoiceEndsShipsAnything(): void
    {
        $order = $this->page('/orders', 'POST');
        foreach (['underpaid', 'declined', 'expired'] as $end) {
            $sent = $this->deliver($order, ['scenario' => "calypso/$end"]);
            $this->assertTrue($sent->accepted, $sent->text);
            $this->assertSame('open', $this->page("/orders/{$order['order']}", 'GET')['status'], $end);
        }
    }
}
