<?php
// The class of InqudHook.php.
declare(strict_types=1);

require_once __DIR__ . '/InqudHook.php';

use PHPUnit\Framework\TestCase;

final class HelperTest extends TestCase
{
    private const SECRET = ['secret' => 'the-secret-of-this-test'];

    public function testAListenerReachesItsGoal(): void
    {
        $journal = tempnam(sys_get_temp_dir(), 'journal');
        unlink($journal);
        $listener = InqudHook::listen(['until' => 'INVOICE_PAID', 'journal' => $journal], self::SECRET);
        $sent = InqudHook::run('send', 'INVOICE_PAID', ['to' => $listener->url], self::SECRET);
        $this->assertTrue($sent->ok && $sent->accepted && !$sent->refused, $sent->text);
        $heard = $listener->done();
        $this->assertTrue($heard->ok, $heard->text);
        $this->assertCount(1, $heard->of('delivery'));
        $this->assertFalse(InqudHook::run('verify', $journal, ['secret' => 'another'])->ok);
        unlink($journal);
    }

    public function testAListenerIsStopped(): void
    {
        $listener = InqudHook::listen(['strict' => true], self::SECRET);
        $sent = InqudHook::run('send', 'INVOICE_PAID', ['to' => $listener->url, 'secret' => 'another']);
        $this->assertTrue($sent->refused && !$sent->accepted, $sent->text);
        $this->assertStringContainsString('Calypso Pay accepts only 200', $sent->text);
        $heard = $listener->stop();
        $this->assertSame(130, $heard->code);
        $this->assertStringContainsString('Sign does not match', $heard->text);
    }

    public function testAMissedGoalIsNamed(): void
    {
        $heard = InqudHook::listen(['until' => 'INVOICE_PAID', 'deadline' => '50ms'])->done();
        $this->assertStringContainsString('exit code 1', $heard->text);
        $this->assertStringContainsString(': calypso/INVOICE_PAID', $heard->text);
    }

    public function testWhatCannotWorkIsAnException(): void
    {
        $this->expectExceptionMessage('unknown event "INVOICE_PAI"');
        InqudHook::run('send', 'INVOICE_PAI');
    }
}
