package web_test

import (
	"errors"
	"sync"
)

// puppet is a bot of which only being alive is shown.
type puppet struct {
	mu       sync.Mutex
	alive    bool
	restarts int
}

func (p *puppet) Alive() bool   { p.mu.Lock(); defer p.mu.Unlock(); return p.alive }
func (p *puppet) Restarts() int { p.mu.Lock(); defer p.mu.Unlock(); return p.restarts }

func (p *puppet) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.alive {
		return errors.New("the bot is dead already")
	}
	p.alive = false
	return nil
}

func (p *puppet) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alive {
		return errors.New("the bot is running already")
	}
	p.alive = true
	p.restarts++
	return nil
}

const puppetManifest = `{"features":{"slash_commands":[{"command":"/inc","description":"Respond to an incident","usage_hint":"help"}],
"shortcuts":[{"name":"Open an incident","type":"global","callback_id":"open","description":"Open an incident"},
{"name":"Add to timeline","type":"message","callback_id":"pin","description":"Pin this message"}]}}`
