package main

import (
	"fmt"
	"os"

	"firebreak/detect/behaviour"
)

// newWatch makes the rules of behaviour: the shipped ones, changed by the
// operator's file, with the operator's table of places.
func newWatch(cfg Config) (*behaviour.Watch, error) {
	rules, err := behaviour.Shipped()
	if err != nil {
		return nil, err
	}
	if cfg.Detectors != "" {
		b, err := os.ReadFile(cfg.Detectors)
		if err == nil {
			rules, err = behaviour.ParseRules(rules, b)
		}
		if err != nil {
			return nil, fmt.Errorf("read FIREBREAK_DETECTORS: %w", err)
		}
	}
	var places behaviour.Places
	if cfg.Places != "" {
		b, err := os.ReadFile(cfg.Places)
		if err == nil {
			places, err = behaviour.ParsePlaces(b)
		}
		if err != nil {
			return nil, fmt.Errorf("read FIREBREAK_PLACES: %w", err)
		}
	}
	return behaviour.NewWatch(rules, places), nil
}
