// Package shop handles Inqud's checkout webhooks, with the standard library alone.
package shop

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"sync"
)

type Order struct {
	USD  float64 // the agreed price; a float is fine for comparing, not for accounting
	Paid bool
}

type Shop struct {
	Secret       string
	Orders       map[string]*Order
	Ship, Review func(number string)
	lock         sync.Mutex // with a real database: check and mark the order in one transaction
}

func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A body does not contain its event's name: use a separate URL for each kind of webhook.
	var checkout struct {
		Status, ClientOrderID string
		FixedAmount           struct {
			Currency string
			Amount   json.Number // which Inqud sometimes sends as a string
		}
	}
	// Webhooks are far smaller than 1 MiB. A larger body is cut off here, so its signature is wrong.
	raw, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	mac := hmac.New(sha1.New, []byte(s.Secret))
	mac.Write(raw)
	received, _ := hex.DecodeString(r.Header.Get("X-Payload-Digest"))
	// Over the raw bytes, and in constant time. Inqud signs only if a secret is configured, so require one.
	if s.Secret == "" || !hmac.Equal(mac.Sum(nil), received) || json.Unmarshal(raw, &checkout) != nil {
		http.Error(w, "not a signed checkout", http.StatusUnauthorized)
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	order := s.Orders[checkout.ClientOrderID]
	amount, err := checkout.FixedAmount.Amount.Float64()
	isAgreed := order != nil && err == nil && amount == order.USD && checkout.FixedAmount.Currency == "USD"
	switch {
	case order != nil && order.Paid: // once per order: deliveries can be repeated, late and out of order
	case checkout.Status == "SUCCESS" && isAgreed:
		order.Paid = true
		s.Ship(checkout.ClientOrderID)
	case checkout.Status == "SUCCESS", checkout.Status == "CONFLICT": // underpaid, or another price
		s.Review(checkout.ClientOrderID)
	} // all answered with 200, the only status that Inqud accepts
}
