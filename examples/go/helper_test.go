// The functions of inqudhook_test.go.
package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAListenerReachesItsGoal(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "journal.ndjson")
	listener := inqudHookListen(t, "the-secret", "--until", "INVOICE_PAID", "--journal", journal)
	sent := inqudHook(t, "the-secret", "send", "INVOICE_PAID", "--to", listener.URL)
	if !sent.Accepted() || sent.Refused() {
		t.Error(sent)
	}
	if heard := listener.Done(); heard.Code != 0 || len(heard.Of("delivery")) != 1 {
		t.Error(heard)
	}
	if verified := inqudHook(t, "another", "verify", journal); verified.Code != 1 {
		t.Error(verified)
	}
}

func TestAListenerIsStopped(t *testing.T) {
	listener := inqudHookListen(t, "the-secret", "--strict")
	sent := inqudHook(t, "another", "send", "INVOICE_PAID", "--to", listener.URL)
	if sent.Accepted() || !sent.Refused() || !strings.Contains(sent.String(), "Calypso Pay accepts only 200") {
		t.Error(sent)
	}
	if heard := listener.Stop(); heard.Code != 130 || !strings.Contains(heard.String(), "Sign does not match") {
		t.Error(heard)
	}
}

func TestAMissedGoalIsNamed(t *testing.T) {
	heard := inqudHookListen(t, "", "--until", "INVOICE_PAID", "--deadline", "50ms").Done()
	if heard.Code != 1 || !strings.Contains(heard.String(), "[calypso/INVOICE_PAID]") {
		t.Error(heard)
	}
}

func TestABodyIsValidated(t *testing.T) {
	body := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(body, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if found := inqudHook(t, "", "validate", body); found.Code != 1 || found.Of("finding")[0]["rule"] != "unrecognised" {
		t.Error(found)
	}
}
