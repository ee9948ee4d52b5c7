package behaviour

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

var ruleID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// check says what keeps a rule from being honoured.
func (r Rule) check() error {
	for _, check := range []func() error{r.checkNames, r.checkPatterns, r.checkTimes, r.checkKind} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (r Rule) checkNames() error {
	aspects := []string{"address", "account", "host", "source", "action"}
	switch {
	case !ruleID.MatchString(r.ID):
		return errors.New("id: want 1 to 64 of a-z, 0-9 and -")
	case strings.TrimSpace(r.Title) == "":
		return errors.New("title: is missing")
	case !slices.Contains([]string{"low", "medium", "high", "critical"}, r.Level):
		return fmt.Errorf("level: %q is none of low, medium, high, critical", r.Level)
	case len(r.By) < 1 || len(r.By) > 2:
		return errors.New("by: want one or two")
	case r.Of != "" && r.Of != "country" && !slices.Contains(aspects, r.Of):
		return fmt.Errorf("of: %q is none of country, %s", r.Of, strings.Join(aspects, ", "))
	}
	for _, what := range slices.Concat(r.By, slices.Sorted(maps.Keys(r.Except))) {
		if !slices.Contains(aspects, what) {
			return fmt.Errorf("by or except: %q is none of %s", what, strings.Join(aspects, ", "))
		}
	}
	return nil
}

func (r Rule) checkPatterns() error {
	all := slices.Concat(r.Actions, r.Sources, r.Only, r.Then, r.Clear)
	for _, patterns := range r.Except {
		all = append(all, patterns...)
	}
	for _, p := range all {
		_, noNet := netip.ParsePrefix(p)
		if _, err := path.Match(p, ""); err != nil && noNet != nil {
			return fmt.Errorf("%q is no pattern: %w", p, err)
		}
	}
	return nil
}

func (r Rule) checkTimes() error {
	for name, d := range map[string]time.Duration{
		"within": r.Within, "new": r.New, "forget": r.Forget, "learn-for": r.LearnFor, "stands": r.Stands, "lateness": r.Lateness,
	} {
		if d < 0 || d > 400*24*time.Hour {
			return fmt.Errorf("%s: want 0 to 400d", name)
		}
	}
	switch {
	case r.Lateness > maxLateness:
		return fmt.Errorf("lateness: want at most %s", maxLateness)
	case r.New > 0 && r.New <= r.Lateness:
		return errors.New("new: want more than the lateness, else what is known depends on the order")
	case r.AtOnce && !slices.Contains([]string{"count", "distinct", "sequence", "travel"}, r.Kind) || r.AtOnce && len(r.Clear) > 0:
		return errors.New("at-once: what this rule finds may be taken back by an alert that comes late")
	case r.AtOnce && r.Stands < r.Lateness+1:
		return errors.New("at-once: stands must be longer than the lateness, else it is told twice")
	case r.Groups < 1 || r.Groups > maxGroups:
		return fmt.Errorf("groups: want 1 to %d", maxGroups)
	}
	return nil
}

// checkKind says what a rule's kind lacks.
func (r Rule) checkKind() error {
	needs := map[string][]string{
		"count":    {"at-least", "within"},
		"distinct": {"at-least", "within", "of"},
		"sequence": {"at-least", "within", "then", "of"},
		"travel":   {"within", "speed", "distance"},
		"first":    {"of", "forget"},
		"volume":   {"at-least", "times"},
		"beacon":   {"at-least", "of", "within", "jitter", "regular"},
	}
	want, known := needs[r.Kind]
	if !known {
		return fmt.Errorf("kind: %q is none of %s", r.Kind, strings.Join(slices.Sorted(maps.Keys(needs)), ", "))
	}
	has := map[string]bool{
		"at-least": r.AtLeast > 0 && r.AtLeast <= maxHits, "within": r.Within > 0, "of": r.Of != "", "then": len(r.Then) > 0,
		"speed": above(r.Speed, 0), "distance": r.Distance >= 0 && r.Distance <= 20_000, "forget": r.Forget > 0,
		"times": above(r.Times, 1), "jitter": above(r.Jitter, 0) && r.Jitter < 1, "regular": above(r.Regular, 0) && r.Regular <= 1,
	}
	for _, name := range want {
		if !has[name] {
			return fmt.Errorf("%s: is missing, or not what kind %s can do with (docs/guide/detectors.md)", name, r.Kind)
		}
	}
	return nil
}

func above(f, least float64) bool { return f > least && !math.IsInf(f, 0) }
