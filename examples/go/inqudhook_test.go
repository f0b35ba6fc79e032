// For tests of webhook endpoints: runs inqud-hook and reads its JSON lines. Copy this file beside your tests, and change
// the name of the package.
//
//	sent := inqudHook(t, "the-secret", "send", "INVOICE_PAID", "--to", server.URL)
//	if !sent.Accepted() {
//		t.Error(sent)
//	}
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Line is a line that inqud-hook printed; docs/json.md has the fields of each type.
type Line map[string]any

// Result is what a finished run found.
type Result struct {
	Command string
	// 0 if all was as expected, otherwise 1; 130 if it was stopped.
	Code  int
	Lines []Line
}

// Of returns the lines of a type: delivery, finding, signature, case, summary.
func (r Result) Of(name string) (lines []Line) {
	for _, line := range r.Lines {
		if line["type"] == name {
			lines = append(lines, line)
		}
	}
	return lines
}

// Accepted says that there were deliveries, and that all were accepted.
func (r Result) Accepted() bool { return r.all("accepted") }

// Refused says that there were deliveries, and that all were answered and refused.
func (r Result) Refused() bool { return r.all("refused") }

func (r Result) all(field string) bool {
	for _, summary := range r.Of("summary") {
		return summary["sent"] != 0.0 && summary["sent"] == summary[field]
	}
	return false
}

// String is what was found, for messages of failed tests.
func (r Result) String() string {
	text := fmt.Sprintf("inqud-hook %s: exit code %d", r.Command, r.Code)
	for _, line := range r.Lines {
		facts := line
		if signature, ok := line["signature"].(map[string]any); ok {
			facts = signature
		}
		said := []any{line["status"], facts["verdict"], facts["explanation"], line["reason"], line["hint"],
			line["message"], line["got"], line["missing"]}
		text += fmt.Sprintf("\n  %v %v:", line["type"], line["event"])
		for _, fact := range said {
			if fact != nil {
				text += fmt.Sprintf(" %v", fact)
			}
		}
	}
	return text
}

// Listener receives at URL.
type Listener struct {
	URL    string
	t      testing.TB
	cmd    *exec.Cmd
	stdout *bufio.Scanner
	stderr *bytes.Buffer
	result Result
}

// Starts a command with this secret, or where it is empty with the one of the environment.
func startInqudHook(t testing.TB, secret, command string, arguments []string) *Listener {
	// First, since everything after `--` starts the endpoint that `test` judges.
	all := []string{command, "--format=json"}
	if secret != "" {
		// On standard input, so that no list of processes shows it.
		all = append(all, "--secret-file=-")
	}
	l := &Listener{t: t, cmd: exec.Command("inqud-hook", append(all, arguments...)...), stderr: new(bytes.Buffer)}
	l.cmd.Stdin, l.cmd.Stderr = strings.NewReader(secret), l.stderr
	output, _ := l.cmd.StdoutPipe()
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	l.stdout, l.result.Command = bufio.NewScanner(output), command
	l.stdout.Buffer(nil, 64<<20) // a line holds a whole body
	return l
}

// Reads a line; nil at the end.
func (l *Listener) next() Line {
	var line Line
	if !l.stdout.Scan() || json.Unmarshal(l.stdout.Bytes(), &line) != nil {
		return nil
	}
	l.result.Lines = append(l.result.Lines, line)
	return line
}

// Done waits for the goal (--until, --count) or the deadline.
func (l *Listener) Done() Result {
	l.t.Helper()
	for l.next() != nil {
	}
	l.cmd.Wait()
	if l.result.Code = l.cmd.ProcessState.ExitCode(); l.result.Code == 2 { // it could not do its work
		l.t.Fatalf("%s\n%s", l.cmd, l.stderr)
	}
	return l.result
}

// Stop ends it; the exit code is not 0 where a goal was not reached.
func (l *Listener) Stop() Result {
	l.cmd.Process.Signal(syscall.SIGTERM)
	return l.Done()
}

// Receives on a free port, for 30 seconds unless there is another --deadline.
func inqudHookListen(t testing.TB, secret string, arguments ...string) *Listener {
	t.Helper()
	if !strings.Contains(strings.Join(arguments, " "), "--deadline") {
		arguments = append(arguments, "--deadline=30s")
	}
	l := startInqudHook(t, secret, "listen", append([]string{"0"}, arguments...))
	ready := l.next()
	if ready == nil {
		l.t.Fatal(l.Done())
	}
	l.URL, _ = ready["url"].(string)
	return l
}

// Runs a command, such as send, validate, verify or test, until it ends.
func inqudHook(t testing.TB, secret, command string, arguments ...string) Result {
	return startInqudHook(t, secret, command, arguments).Done()
}
