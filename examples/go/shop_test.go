// `go test` in this folder runs it, with inqud-hook on the PATH. Nothing leaves this machine.
package shop

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Sends deliveries for order-1, with these flags, to a shop in which that order is open. Returns the exit code, the number
// of accepted deliveries, and what the shop did.
func send(t *testing.T, secret, flags string) (exit, accepted int, done string) {
	shop := &Shop{Secret: "the-secret", Orders: map[string]*Order{"order-1": {USD: 64.9}}}
	shop.Ship = func(number string) { done += "ship " + number + " " }
	shop.Review = func(number string) { done += "review " + number + " " }
	server := httptest.NewServer(shop)
	defer server.Close()

	patience, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	flags = "send --set /clientOrderId=order-1 " + flags + " --format json --to " + server.URL
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
	return exit, summary.Accepted, done
}

func TestShipsOnlyWhatWasPaid(t *testing.T) {
	for _, test := range []struct {
		secret, flags  string
		exit, accepted int
		done           string
	}{
		{"the-secret", "checkout.success", 0, 1, "ship order-1 "},
		// The amount as a string, as Inqud's documentation also shows it.
		{"the-secret", "checkout.success --set /fixedAmount/amount=\"64.90\"", 0, 1, "ship order-1 "},
		{"the-secret", "checkout.success --set /fixedAmount/amount=6.49", 0, 1, "review order-1 "},
		{"the-secret", "checkout.success --set /fixedAmount/currency=TRY", 0, 1, "review order-1 "},
		{"the-secret", "checkout.success --set /clientOrderId=order-2", 0, 1, "review order-2 "},
		{"the-secret", "checkout.conflict", 0, 1, "review order-1 "},
		{"the-secret", "checkout.expired", 0, 1, ""},
		{"another", "checkout.success", 1, 0, ""},
		{"the-secret", "checkout.success --scheme none", 1, 0, ""},
		// A whole scenario, each step twice and the last one first; then many at once, over ten connections.
		{"the-secret", "--scenario checkout-paid --order reversed --duplicates 1", 0, 8, "ship order-1 "},
		{"the-secret", "checkout.success --count 50", 0, 50, "ship order-1 "},
	} {
		exit, accepted, done := send(t, test.secret, test.flags)
		if exit != test.exit || accepted != test.accepted || done != test.done {
			t.Errorf("%s: exit code %d, %d accepted, %q was done", test.flags, exit, accepted, done)
		}
	}
}
