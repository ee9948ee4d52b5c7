package main

import (
	"context"
	"fmt"
	"os"

	"firebreak/detect/behaviour"
	"firebreak/detect/pack"
	"firebreak/detect/rules"
)

// newWatch makes the rules of behaviour: the shipped ones, changed by the
// operator's file, with the operator's table of places.
func newWatch(cfg Config) (*behaviour.Watch, error) {
	rules, err := behaviourRules(cfg.Detectors)
	if err != nil {
		return nil, fmt.Errorf("read FIREBREAK_DETECTORS: %w", err)
	}
	places, err := readPlaces(cfg.Places)
	if err != nil {
		return nil, fmt.Errorf("read FIREBREAK_PLACES: %w", err)
	}
	return behaviour.NewWatch(rules, places), nil
}

// behaviourRules are the rules the bot applies: the shipped ones, changed by a
// file, or as they are for none.
func behaviourRules(file string) ([]behaviour.Rule, error) {
	rules, err := behaviour.Shipped()
	if err == nil && file != "" {
		var b []byte
		if b, err = os.ReadFile(file); err == nil {
			rules, err = behaviour.ParseRules(rules, b)
		}
	}
	return rules, err
}

// readPlaces reads a table of places, an empty one for no file.
func readPlaces(file string) (behaviour.Places, error) {
	if file == "" {
		return behaviour.Places{}, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return behaviour.Places{}, err
	}
	return behaviour.ParsePlaces(b)
}

// newBook loads the operator's rules. One that is refused is told by the bot
// and keeps nothing from starting.
func newBook(ctx context.Context, cfg Config, self string) (*rules.Book, error) {
	book, err := rules.Open(ctx, rules.Shelf{
		Folders: cfg.Rules, Shadow: cfg.ShadowRules,
		Options: rules.Options{
			Shipped: pack.FS(),
			Script:  scriptProgram(self),
			Exec:    cfg.RulesExec, Consent: "FIREBREAK_RULES_EXEC=true lets it run", Environ: os.Environ(),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("load FIREBREAK_RULES: %w", err)
	}
	return book, nil
}
