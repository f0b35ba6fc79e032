// A shop's handler for Inqud's checkout webhooks, with the standard library alone. main.go starts it.
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"strings"
)

// Shop answers the provider and the shop's own pages.
type Shop struct {
	Secret string
	Orders *Orders
}

func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := strings.TrimPrefix(r.URL.Path, "/orders/")
	switch {
	case r.Method == "POST" && r.URL.Path == "/webhooks":
		s.webhook(w, r)
	case r.Method == "POST" && r.URL.Path == "/orders":
		name := make([]byte, 16)
		rand.Read(name)
		order := Order{Order: hex.EncodeToString(name), Amount: 64.9, Currency: "USD", Status: "open"}
		answer(w, order, s.Orders.Change(order.Order, func(*Order) *Order { return &order }))
	case r.Method == "GET" && number != r.URL.Path && s.Orders.Get(number) != nil:
		answer(w, s.Orders.Get(number), nil)
	default:
		http.NotFound(w, r)
	}
}

func answer(w http.ResponseWriter, body any, err error) {
	if err != nil {
		log.Print(err)
		http.Error(w, "not saved", http.StatusInternalServerError)
		return
	}
	json.NewEncoder(w).Encode(body)
}

func (s *Shop) webhook(w http.ResponseWriter, r *http.Request) {
	// Webhooks are far smaller; without a limit a large body could fill the memory.
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	mac := hmac.New(sha1.New, []byte(s.Secret))
	mac.Write(raw)
	expected := hex.EncodeToString(mac.Sum(nil))
	// Over the raw bytes, and in constant time: a body that was parsed and re-serialised has another signature.
	if err != nil || !hmac.Equal([]byte(expected), []byte(r.Header.Get("X-Payload-Digest"))) {
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	// A body does not contain its event's name: use a separate URL for each kind of webhook.
	var checkout Checkout
	if err := json.Unmarshal(raw, &checkout); err != nil {
		http.Error(w, "not a checkout", http.StatusBadRequest)
		return
	}
	// Answered last, since an answered delivery is not repeated; and with 200, the only status that Inqud accepts.
	if err := s.Orders.Change(checkout.ClientOrderID, checkout.handle); err != nil {
		log.Print(err)
		http.Error(w, "not saved", http.StatusInternalServerError)
	}
}

// Checkout is what the shop needs of a body.
type Checkout struct {
	Status, ClientOrderID string
	FixedAmount           struct {
		Currency string
		Amount   json.Number // which Inqud sometimes sends as a string
	}
	Request struct {
		PayAmount, PaidAmount json.Number // in the payer's currency
	}
}

// What becomes of an order, or nil where it stays.
func (c Checkout) handle(order *Order) *Order {
	if order == nil {
		log.Printf("%s, but unknown: %q", c.Status, c.ClientOrderID)
		return nil
	}
	next := *order
	switch {
	case order.Status == "paid": // once per order: deliveries can be repeated, late and out of order
		return nil
	case c.Status == "SUCCESS" && c.pays(order):
		// The mark and the parcel are one change: a crash leaves both or neither.
		next.Status, next.Parcels = "paid", order.Parcels+1
	case c.Status == "SUCCESS", c.Status == "CONFLICT": // another price, or underpaid
		next.Status = "review"
	default:
		return nil
	}
	return &next
}

// Whether the order's own price was paid in full. Floats are fine for comparing, not for accounting.
func (c Checkout) pays(order *Order) bool {
	amount, err := c.FixedAmount.Amount.Float64()
	due, _ := c.Request.PayAmount.Float64()
	paid, _ := c.Request.PaidAmount.Float64()
	return err == nil && amount == order.Amount && c.FixedAmount.Currency == order.Currency && paid >= due
}
