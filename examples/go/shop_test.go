// `go test` in this folder runs it, with inqud-hook on the PATH. Nothing leaves this machine.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Sends deliveries for order-1, with these flags, to a shop in which that order is open. Returns the exit code, the number
// of accepted deliveries, and what became of the order.
func send(t *testing.T, secret, flags string) (exit, accepted int, order string) {
	orders, err := Open(filepath.Join(t.TempDir(), "orders"))
	if err != nil {
		t.Fatal(err)
	}
	open := &Order{"order-1", 64.9, "USD", "open", 0}
	if err := orders.Change("order-1", func(*Order) *Order { return open }); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&Shop{"the-secret", orders})
	defer server.Close()

	patience, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	flags = "send --set /clientOrderId=order-1 " + flags + " --format json --to " + server.URL + "/webhooks"
	command := exec.CommandContext(patience, "inqud-hook", strings.Fields(flags)...)
	command.Env = append(os.Environ(), "INQUD_HOOK_SECRET_INQUD="+secret)
	command.Stderr = os.Stderr
	output, err := command.Output()
	// 1 means that a delivery was rejected; any other code, that it could not be sent.
	if exit = command.ProcessState.ExitCode(); exit != 0 && exit != 1 {
		t.Fatal(err)
	}
	// The last line is the summary.
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	var summary struct{ Accepted int }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &summary); err != nil {
		t.Fatal(err)
	}
	found := orders.Get("order-1")
	return exit, summary.Accepted, fmt.Sprintf("%s, %d sent", found.Status, found.Parcels)
}

func TestShipsOnlyWhatWasPaid(t *testing.T) {
	for _, test := range []struct {
		secret, flags  string
		exit, accepted int
		order          string
	}{
		{"the-secret", "checkout.success", 0, 1, "paid, 1 sent"},
		// The amount as a string, as Inqud's documentation also shows it.
		{"the-secret", "checkout.success --set /fixedAmount/amount=\"64.90\"", 0, 1, "paid, 1 sent"},
		{"the-secret", "checkout.success --set /fixedAmount/amount=6.49", 0, 1, "review, 0 sent"},
		{"the-secret", "checkout.success --set /fixedAmount/currency=TRY", 0, 1, "review, 0 sent"},
		{"the-secret", "checkout.success --set /clientOrderId=order-2", 0, 1, "open, 0 sent"},
		{"the-secret", "checkout.success --set /request/paidAmount=6.4", 0, 1, "review, 0 sent"},
		{"the-secret", "checkout.conflict", 0, 1, "review, 0 sent"},
		{"the-secret", "checkout.payment_detected --set /request/paidAmount=64.9", 0, 1, "open, 0 sent"},
		{"the-secret", "checkout.expired", 0, 1, "open, 0 sent"},
		{"another", "checkout.success", 1, 0, "open, 0 sent"},
		{"the-secret", "checkout.success --scheme none", 1, 0, "open, 0 sent"},
		// A whole scenario, each step twice and the last one first; then many at once, over ten connections.
		{"the-secret", "--scenario checkout-paid --order reversed --duplicates 1", 0, 8, "paid, 1 sent"},
		{"the-secret", "checkout.success --count 50", 0, 50, "paid, 1 sent"},
	} {
		exit, accepted, order := send(t, test.secret, test.flags)
		if exit != test.exit || accepted != test.accepted || order != test.order {
			t.Errorf("%s: exit code %d, %d accepted, order-1 is %s", test.flags, exit, accepted, order)
		}
	}
}
