// `go test` in this folder runs it, with inqud-hook on the PATH. Nothing leaves this machine.
package main

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// Sends deliveries for order-1, with these flags, to a shop in which that order is open. Returns what was sent, and what
// became of the order.
func send(t *testing.T, secret, flags string) (Result, string) {
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
	flags = "--set /clientOrderId=order-1 " + flags + " --to " + server.URL + "/webhooks"
	sent := inqudHook(t, secret, "send", strings.Fields(flags)...)
	found := orders.Get("order-1")
	return sent, fmt.Sprintf("%s, %d sent", found.Status, found.Parcels)
}

func TestShipsOnlyWhatWasPaid(t *testing.T) {
	for _, test := range []struct {
		secret, flags string
		accepted      int
		order         string
	}{
		{"the-secret", "checkout.success", 1, "paid, 1 sent"},
		// The amount as a string, as Inqud's documentation also shows it.
		{"the-secret", "checkout.success --set /fixedAmount/amount=\"64.90\"", 1, "paid, 1 sent"},
		{"the-secret", "checkout.success --set /fixedAmount/amount=6.49", 1, "review, 0 sent"},
		{"the-secret", "checkout.success --set /fixedAmount/currency=TRY", 1, "review, 0 sent"},
		{"the-secret", "checkout.success --set /clientOrderId=order-2", 1, "open, 0 sent"},
		{"the-secret", "checkout.success --set /request/paidAmount=6.4", 1, "review, 0 sent"},
		{"the-secret", "checkout.conflict", 1, "review, 0 sent"},
		{"the-secret", "checkout.payment_detected --set /request/paidAmount=64.9", 1, "open, 0 sent"},
		{"the-secret", "checkout.expired", 1, "open, 0 sent"},
		{"another", "checkout.success", 0, "open, 0 sent"},
		{"the-secret", "checkout.success --scheme none", 0, "open, 0 sent"},
		// A whole scenario, each step twice and the last one first; then many at once, over ten connections.
		{"the-secret", "--scenario checkout-paid --order reversed --duplicates 1", 8, "paid, 1 sent"},
		{"the-secret", "checkout.success --count 50", 50, "paid, 1 sent"},
	} {
		sent, order := send(t, test.secret, test.flags)
		accepted := sent.Of("summary")[0]["accepted"]
		if accepted != float64(test.accepted) || order != test.order || sent.Refused() != (test.accepted == 0) {
			t.Errorf("%s: order-1 is %s\n%s", test.flags, order, sent)
		}
	}
}
