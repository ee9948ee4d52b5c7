package main

import (
	"fmt"
	"net"
	"strconv"
	"sync"
)

// defaultWindow is where the window is when nobody says otherwise and nobody
// else is there.
const defaultWindow = "127.0.0.1:8090"

// openWindow takes the address of the window; nil when there is to be none.
func openWindow(c demoCmd) (*doorbell, error) {
	switch {
	case c.Listen != "":
		return listenLoopback(c.Listen)
	case c.Once:
		return nil, nil
	}
	if l, err := listenLoopback(defaultWindow); err == nil {
		return l, nil
	}
	return listenLoopback("127.0.0.1:0")
}

// listenLoopback listens on an address that only this machine can reach:
// whoever sees the window can be anybody in it.
func listenLoopback(address string) (*doorbell, error) {
	host, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("--listen %s is no HOST:PORT: give it one such as %s", address, defaultWindow)}
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usageError{fmt.Errorf("--listen %s is refused: the window has no sign-in, so it takes a loopback address only, such as %s", address, defaultWindow)}
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open the window (give --listen another address): %w", err)
	}
	return &doorbell{Listener: l, rung: make(chan struct{})}, nil
}

// doorbell is a listener that tells when the first visitor comes.
type doorbell struct {
	net.Listener
	rung chan struct{} // closed then
	once sync.Once
}

// Accept waits for the next visitor.
func (d *doorbell) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err == nil {
		d.once.Do(func() { close(d.rung) })
	}
	return c, err
}

// URL is what a browser is given.
func (d *doorbell) URL() string { return "http://" + d.Addr().String() + "/" }
