package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Starts the shop: PORT=3000 INQUD_SECRET=… ORDERS=orders.ndjson go run .
func main() {
	secret := os.Getenv("INQUD_SECRET")
	// Anyone can sign with an empty secret, and Inqud signs only if one is configured.
	if secret == "" {
		log.Fatal("INQUD_SECRET is missing")
	}
	orders, err := Open(os.Getenv("ORDERS"))
	if err != nil {
		log.Fatal(err)
	}
	address := "127.0.0.1:" + os.Getenv("PORT")
	server := &http.Server{Addr: address, Handler: &Shop{secret, orders}, ReadTimeout: 10 * time.Second}
	terminated, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	finished := make(chan struct{})
	go func() {
		<-terminated.Done()
		// Requests in hand are finished first; a slow sender does not delay the end.
		patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		server.Shutdown(patience)
		close(finished)
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-finished
}
