package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"sync"
)

// Order is what was agreed with a customer, and what became of it.
type Order struct {
	Order    string  `json:"order"`
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
	Status   string  `json:"status"`
	Parcels  int     `json:"parcels"`
}

// Orders are kept in a file with a line for every change. With a real database, a line is a transaction.
type Orders struct {
	lock   sync.Mutex
	file   *os.File
	orders map[string]*Order
}

// Open reads the orders of a file, which need not exist.
func Open(path string) (*Orders, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(file)
	orders := make(map[string]*Order)
	for _, line := range bytes.Split(text, []byte("\n")) {
		var order Order
		// The process may have ended while it wrote a line. Nothing was answered, so the delivery is repeated.
		if json.Unmarshal(line, &order) == nil {
			orders[order.Order] = &order
		}
	}
	return &Orders{file: file, orders: orders}, err
}

// Get returns the order, or nil.
func (o *Orders) Get(number string) *Order {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.orders[number]
}

// Change shows the order (nil if it is unknown) and keeps what is returned. No other change comes between, and on return
// it is on the disk.
func (o *Orders) Change(number string, change func(*Order) *Order) error {
	o.lock.Lock()
	defer o.lock.Unlock()
	order := change(o.orders[number])
	if order == nil {
		return nil
	}
	line, err := json.Marshal(order)
	if err != nil {
		return err
	}
	// The line feed comes first, so that a line that was cut off stays apart.
	if _, err := o.file.Write(append([]byte("\n"), line...)); err != nil {
		return err
	}
	if err := o.file.Sync(); err != nil {
		return err
	}
	o.orders[number] = order
	return nil
}
