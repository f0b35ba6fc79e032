// Package shop takes Inqud's checkout webhooks. The standard library is all it needs.
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
	USD  float64 // the price as agreed; good enough to compare with, not to book
	Paid bool
}

type Shop struct {
	Secret       string
	Orders       map[string]*Order
	Ship, Review func(number string)
	lock         sync.Mutex // with a real database: look at the order and mark it in one transaction
}

func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A body does not name its event: let each kind of webhook come to an address of its own.
	var checkout struct {
		Status, ClientOrderID string
		FixedAmount           struct {
			Currency string
			Amount   json.Number // which Inqud also writes in quotes
		}
	}
	// No webhook comes near a MiB. What is larger is cut off here, so that its signature is wrong.
	raw, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	mac := hmac.New(sha1.New, []byte(s.Secret))
	mac.Write(raw)
	came, _ := hex.DecodeString(r.Header.Get("X-Payload-Digest"))
	// Over the bytes that came, and in constant time. Inqud signs only where a secret was configured: insist on one.
	if s.Secret == "" || !hmac.Equal(mac.Sum(nil), came) || json.Unmarshal(raw, &checkout) != nil {
		http.Error(w, "not a signed checkout", http.StatusUnauthorized)
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	order := s.Orders[checkout.ClientOrderID]
	amount, err := checkout.FixedAmount.Amount.Float64()
	isAgreed := order != nil && err == nil && amount == order.USD && checkout.FixedAmount.Currency == "USD"
	switch {
	case order != nil && order.Paid: // once for each order, since deliveries come twice, late, and in any order
	case checkout.Status == "SUCCESS" && isAgreed:
		order.Paid = true
		s.Ship(checkout.ClientOrderID)
	case checkout.Status == "SUCCESS", checkout.Status == "CONFLICT": // too little came, or for another price
		s.Review(checkout.ClientOrderID)
	} // all of them answered with 200, since Inqud counts nothing else as success
}
