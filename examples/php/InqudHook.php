<?php
// For tests of webhook endpoints, with PHPUnit or without, on PHP 8.1 and later: runs inqud-hook and reads its JSON lines.
// Copy this file.
//
//     $sent = InqudHook::run('send', 'INVOICE_PAID', ['to' => $url, 'secret' => 'the-secret']);
//     $this->assertTrue($sent->accepted, $sent->text);
declare(strict_types=1);

/** What a finished run found. */
final class InqudHookResult
{
    /** The exit code is 0: all was as expected. */
    public bool $ok;
    /** There were deliveries, and all were accepted. */
    public bool $accepted;
    /** There were deliveries, and all were answered and refused. */
    public bool $refused;
    /** What was found, for messages of assertions. */
    public string $text;

    /** docs/json.md has the fields of each line; 130 is the exit code of a run that was stopped. */
    public function __construct(string $command, public int $code, public array $lines)
    {
        $summary = $this->of('summary')[0] ?? [];
        $sent = $summary['sent'] ?? 0;
        $this->ok = $code === 0;
        $this->accepted = $sent > 0 && $summary['accepted'] === $sent;
        $this->refused = $sent > 0 && $summary['refused'] === $sent;
        $this->text = "inqud-hook $command: exit code $code" . implode('', array_map(self::describe(...), $lines));
    }

    /** The lines of a type: delivery, finding, signature, case, summary. */
    public function of(string $type): array
    {
        return array_values(array_filter($this->lines, fn (array $line): bool => $line['type'] === $type));
    }

    private static function describe(array $line): string
    {
        $facts = $line['signature'] ?? $line;
        $said = [$line['status'] ?? '', $facts['verdict'] ?? '', $facts['explanation'] ?? $line['reason'] ?? ''];
        array_push($said, $line['hint'] ?? '', $line['message'] ?? '', $line['got'] ?? '', ...$line['missing'] ?? []);
        $name = $line['event'] ?? $line['type'];
        return "\n  $name: " . implode(' ', array_filter($said, fn (mixed $one): bool => is_scalar($one) && $one !== ''));
    }
}

/** A running inqud-hook; `listen` receives at $url. */
final class InqudHook
{
    public string $url = '';
    private array $lines = [];
    private mixed $process;
    private mixed $output;
    private mixed $errors;

    /**
     * Strings and numbers become arguments, and what is in arrays becomes options: ['to' => $url, 'order-id' => 'A-1'] is
     * --to URL --order-id A-1. A secret goes to standard input, so that no list of processes shows it.
     */
    private function __construct(private string $command, private array $arguments, string $secret)
    {
        $pipes = [1 => ['pipe', 'w'], 0 => ['pipe', 'r'], 2 => $this->errors = tmpfile()];
        $this->process = proc_open(['inqud-hook', $command, '--format=json', ...$arguments], $pipes, $open);
        $this->output = $open[1];
        fwrite($open[0], $secret);
        fclose($open[0]);
    }

    /** Runs a command, such as send, validate, verify or test, until it ends. */
    public static function run(string $command, string|int|array ...$words): InqudHookResult
    {
        return self::start($command, $words)->done();
    }

    /** Receives on a free port, for 30 seconds unless there is another deadline. */
    public static function listen(string|int|array ...$words): self
    {
        $started = self::start('listen', [0, ['deadline' => '30s'], ...$words]);
        $ready = $started->next() ?? throw new RuntimeException($started->done()->text);
        $started->url = $ready['url'];
        return $started;
    }

    /** Waits for the goal (until, count) or the deadline. */
    public function done(): InqudHookResult
    {
        while ($this->next()) {
        }
        $code = proc_close($this->process);
        // It could not do its work.
        if ($code === 2) {
            rewind($this->errors);
            throw new RuntimeException("inqud-hook $this->command: " . stream_get_contents($this->errors));
        }
        return new InqudHookResult($this->command, $code, $this->lines);
    }

    /** Stops it; the result is not ok where a goal was not reached. */
    public function stop(): InqudHookResult
    {
        proc_terminate($this->process);
        return $this->done();
    }

    private function next(): ?array
    {
        $line = fgets($this->output);
        return $line === false ? null : $this->lines[] = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
    }

    private static function start(string $command, array $words): self
    {
        $options = array_merge(...array_filter($words, is_array(...)), ...[[]]);
        $secret = $options['secret'] ?? null;
        unset($options['secret']);
        $arguments = $secret === null ? [] : ['--secret-file=-'];
        foreach ($options as $name => $values) {
            foreach (is_array($values) ? $values : [$values] as $value) {
                $arguments[] = $value === true ? "--$name" : "--$name=$value";
            }
        }
        array_push($arguments, ...array_map(strval(...), array_filter($words, is_scalar(...))));
        return new self($command, $arguments, $secret ?? '');
    }
}
