package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"firebreak/detect/rules"
	"firebreak/detect/sigma"
)

// detectBacktestCmd runs two sets of rules over the same events.
type detectBacktestCmd struct {
	Rules            []string `sep:"none" help:"The rules as they are to be: a file, or a folder; may be repeated." placeholder:"PATH"`
	Against          []string `sep:"none" help:"The rules as they are; may be repeated. Without it, everything is new." placeholder:"PATH"`
	Detectors        string   `help:"Detectors as they are to be, as in FIREBREAK_DETECTORS." placeholder:"FILE"`
	AgainstDetectors string   `help:"Detectors as they are; builtin, or nothing: the shipped ones." placeholder:"FILE"`
	Places           string   `help:"Where networks are, as in FIREBREAK_PLACES." placeholder:"FILE"`
	Events           []string `sep:"none" help:"Events: JSON Lines or one JSON array, also gzip; a folder; - for standard input. May be repeated." placeholder:"PATH"`
	Stored           bool     `help:"The alerts in the database that FIREBREAK_DATABASE_URL names, and what people said about detections."`
	Since            string   `help:"With --stored: only what happened within that time, such as 30d or 12h." placeholder:"TIME"`
	Format           string   `enum:"text,jsonl" default:"text" help:"text or jsonl." placeholder:"FORMAT"`
	All              bool     `help:"Show every detection that is new or gone, not only the first ten of a rule."`
	Strict           bool     `help:"Exit with 1 when a confirmed detection would be lost, or a new rule was refused."`
	ruleFlags
	Jobs      int    `short:"j" help:"How many events are examined at once; 0: as many as there are cores." placeholder:"N"`
	Logsource string `help:"Where events are from that do not tell it, such as product=linux,service=sshd." placeholder:"KEY=NAME"`
}

// check says what is wrong with the options.
func (c *detectBacktestCmd) check() error {
	switch {
	case len(c.Rules) == 0 && c.Detectors == "":
		return errors.New("give --rules or --detectors: what is to be tried")
	case len(c.Events) == 0 && !c.Stored:
		return errors.New("give --events PATH, --stored, or both: what to try it on")
	case len(c.Against) > 0 && len(c.Rules) == 0:
		return errors.New("--against is for --rules; detectors have --against-detectors")
	case c.AgainstDetectors != "" && c.Detectors == "":
		return errors.New("--against-detectors is for --detectors")
	case c.Since != "" && !c.Stored:
		return errors.New("--since is for --stored")
	}
	return nil
}

// Run prints what the new rules would find that the old do not, and the
// reverse.
func (c *detectBacktestCmd) Run(p *program) error {
	if err := c.check(); err != nil {
		return usageError{err}
	}
	collect := collecting()
	collect(200)
	b, err := c.prepare(p)
	collect(70)
	if b != nil {
		defer b.end()
	}
	if err != nil {
		return err
	}
	if err := b.files(c.Events); err != nil {
		return err
	}
	b.compare.finish()
	b.judged.tally(b.compare.rows)
	rows := b.compare.sorted()
	if err := b.report(rows, c.Format, c.All); err != nil {
		return err
	}
	b.summary(rows)
	lost := slices.ContainsFunc(rows, func(r *row) bool { return r.confirmed.lost > 0 })
	if b.failed || c.Strict && (lost || len(b.sides[after].rules.Refused) > 0) {
		return exitError(exitFailed)
	}
	return nil
}

// prepare loads and opens what is needed.
func (c *detectBacktestCmd) prepare(p *program) (*backtest, error) {
	b := &backtest{program: p, compare: newComparison(c.All), started: time.Now(), jobs: jobsOf(c.Jobs)}
	var since time.Time
	if c.Since != "" {
		age, err := parseAge(c.Since)
		if err != nil {
			return nil, usageError{err}
		}
		since = b.started.Add(-age)
	}
	var err error
	if c.Events, err = eventFiles(c.Events); err != nil {
		return nil, usageError{err}
	}
	total, err := sizes(c.Events)
	if err != nil {
		return nil, usageError{err}
	}
	if err := c.load(b); err != nil {
		return b, err
	}
	if c.Stored {
		if b.stored, err = p.openStored(since, b.started); err != nil {
			return b, err
		}
		if b.judged, err = b.stored.judged(p); err != nil {
			return b, err
		}
		n, err := b.stored.size(p)
		if err != nil {
			return b, err
		}
		if total += n; slices.Contains(c.Events, stdin) {
			total = 0
		}
	}
	b.progress = newProgress(p.stderr, total)
	return b, nil
}

// load loads the rules of both sides.
func (c *detectBacktestCmd) load(b *backtest) error {
	var given sigma.Logsource
	if c.Logsource != "" {
		var err error
		if given, err = sigma.ParseLogsource(c.Logsource); err != nil {
			return usageError{fmt.Errorf("--logsource: %w", err)}
		}
	}
	for n, paths := range [][]string{c.Against, c.Rules} {
		loaded, err := b.readRules(paths, c.ruleFlags)
		if err != nil {
			return err
		}
		s := &side{program: b.program, rules: loaded, run: loaded.Sigma.NewRun(given), troubles: map[string]int{}}
		b.sides[n] = s
		if err := s.register(n, b.compare, paths); err != nil {
			return err
		}
	}
	return c.loadDetectors(b)
}

func (c *detectBacktestCmd) loadDetectors(b *backtest) error {
	if c.Detectors == "" {
		return nil
	}
	places, err := readPlaces(c.Places)
	if err != nil {
		return usageError{fmt.Errorf("--places: %w", err)}
	}
	for n, file := range []string{c.AgainstDetectors, c.Detectors} {
		if file == rules.Builtin {
			file = ""
		}
		watched, err := behaviourRules(file)
		if err != nil {
			return usageError{fmt.Errorf("detectors %s: %w", file, err)}
		}
		if err := b.sides[n].watch(n, b.compare, watched, places); err != nil {
			return err
		}
	}
	return nil
}

// parseAge reads a duration of Go, or so many days.
func parseAge(text string) (time.Duration, error) {
	wrong := fmt.Errorf("--since %s: write a time such as 30d or 12h", text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, wrong
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, wrong
	}
	return d, nil
}
