package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"firebreak/detect/correlate"
)

// report prints the rows on standard output.
func (b *backtest) report(rows []*row, format string, everything bool) error {
	return b.print(func(w io.Writer) error {
		if format == formatText {
			return reportText(w, rows, everything)
		}
		for _, r := range rows {
			if err := writeBacktestLine(w, r, b.judged != nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// reportText prints what differs. Of rules that were changed and find the
// same, only some are named: whole sets may have been replaced.
func reportText(w io.Writer, rows []*row, everything bool) error {
	quiet := map[string]int{}
	for _, r := range rows {
		if !r.differs() {
			continue
		}
		if r.quiet() {
			if quiet[r.change()]++; quiet[r.change()] > maxQuiet && !everything {
				continue
			}
		}
		if _, err := io.WriteString(w, r.text()); err != nil {
			return err
		}
	}
	for _, change := range []string{ruleAdded, ruleChanged, ruleRemoved} {
		if more := quiet[change] - maxQuiet; more > 0 && !everything {
			if _, err := fmt.Fprintf(w, "%-7s  … and %s without a difference; --all names them\n", change, plural(more, "rule")); err != nil {
				return err
			}
		}
	}
	return nil
}

// text writes a row for people.
func (r *row) text() string {
	var s strings.Builder
	info := r.info()
	name := oneLine(info.title)
	if info.id != "" {
		name += " (" + oneLine(info.id) + ")"
	} else {
		name += " (" + oneLine(info.file) + ")"
	}
	fmt.Fprintf(&s, "%-7s  %s: %d → %s", r.change(), name, r.found[before], plural(r.found[after], "detection"))
	if r.fresh.count+r.gone.count > 0 {
		fmt.Fprintf(&s, ", %d new, %d gone", r.fresh.count, r.gone.count)
	}
	s.WriteString("\n")
	for _, v := range []struct {
		tallied
		what string
	}{{r.confirmed, "confirmed detection"}, {r.wrong, "false positive"}} {
		if v.lost > 0 {
			fmt.Fprintf(&s, "  would lose %d of %s\n", v.lost, plural(v.had, v.what))
		}
	}
	r.fresh.write(&s, "+")
	r.gone.write(&s, "-")
	return s.String()
}

func (d difference) write(s *strings.Builder, sign string) {
	for _, f := range d.shown {
		fmt.Fprintf(s, "  %s %s\n", sign, f.text())
	}
	if more := d.count - len(d.shown); more > 0 {
		fmt.Fprintf(s, "  %s … and %d more; --all shows them\n", sign, more)
	}
}

// text says when, about what, and where it stands.
func (f finding) text() string {
	parts := []string{"no time"}
	if !f.at.IsZero() {
		parts[0] = f.at.UTC().Format(time.DateTime)
	}
	if f.group != "" {
		parts = append(parts, f.group)
	}
	var places []string
	for _, p := range f.places {
		places = append(places, placeText(p))
	}
	where := strings.Join(places, ", ")
	if len(f.places) == maxPlaces && f.count > maxPlaces {
		where += ", …"
	}
	if f.count > 1 {
		where = fmt.Sprintf("%d × %s", f.count, where)
	}
	return oneLine(strings.Join(append(parts, where), " · "))
}

func placeText(p correlate.Place) string {
	if p.Line == 0 {
		return "alert " + p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// backtestLine is a row as JSON.
type backtestLine struct {
	V        int               `json:"v"`
	Rule     backtestRule      `json:"rule"`
	Change   string            `json:"change"`
	Before   int               `json:"before"`
	After    int               `json:"after"`
	New      backtestPart      `json:"new"`
	Gone     backtestPart      `json:"gone"`
	Verdicts *backtestVerdicts `json:"verdicts,omitempty"`
}

type backtestRule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Level string `json:"level"`
	File  string `json:"file"`
}

type backtestPart struct {
	Count      int                 `json:"count"`
	Detections []backtestDetection `json:"detections"` // the first of them
}

type backtestDetection struct {
	At       *string           `json:"at"`
	Group    map[string]string `json:"group"`
	Count    int               `json:"count"`
	Evidence []any             `json:"evidence"` // the first of it: file and line, or alert
}

type backtestVerdicts struct {
	Confirmed          int `json:"confirmed"`
	ConfirmedLost      int `json:"confirmed_lost"`
	FalsePositives     int `json:"false_positives"`
	FalsePositivesLost int `json:"false_positives_lost"`
}

func writeBacktestLine(w io.Writer, r *row, judged bool) error {
	info := r.info()
	line := backtestLine{
		V: 1, Rule: backtestRule{info.id, info.title, info.level, info.file}, Change: r.change(),
		Before: r.found[before], After: r.found[after], New: r.fresh.part(), Gone: r.gone.part(),
	}
	if judged {
		line.Verdicts = &backtestVerdicts{r.confirmed.had, r.confirmed.lost, r.wrong.had, r.wrong.lost}
	}
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	return writeLine(w, text)
}

func (d difference) part() backtestPart {
	part := backtestPart{Count: d.count, Detections: []backtestDetection{}}
	for _, f := range d.shown {
		one := backtestDetection{Group: map[string]string{}, Count: f.count, Evidence: []any{}}
		if f.about != nil {
			one.Group = f.about
		}
		if !f.at.IsZero() {
			at := f.at.UTC().Format(timeStamp)
			one.At = &at
		}
		for _, p := range f.places {
			if p.Line == 0 {
				one.Evidence = append(one.Evidence, map[string]string{"alert": p.File})
				continue
			}
			one.Evidence = append(one.Evidence, p)
		}
		part.Detections = append(part.Detections, one)
	}
	return part
}

// summary says on stderr what was compared, and what could not be.
func (b *backtest) summary(rows []*row) {
	changes, found, fresh, gone := map[string]int{}, [2]int{}, 0, 0
	for _, r := range rows {
		changes[r.change()]++
		found[before], found[after] = found[before]+r.found[before], found[after]+r.found[after]
		fresh, gone = fresh+r.fresh.count, gone+r.gone.count
	}
	seen := fmt.Sprintf("%s (%d skipped)", plural(b.events, "event"), b.skipped)
	if b.stored != nil {
		seen += fmt.Sprintf(" and %s", plural(b.alerts, "stored alert"))
	}
	b.say("%d added, %d removed, %d changed, %d unchanged rules; %s; %d → %s, %d new, %d gone, in %s",
		changes[ruleAdded], changes[ruleRemoved], changes[ruleChanged], changes[ruleSame], seen,
		found[before], plural(found[after], "detection"), fresh, gone, time.Since(b.started).Round(10*time.Millisecond))
	late := b.sides[before].run.Tally.Late + b.sides[after].run.Tally.Late
	timeless := max(b.sides[before].run.Tally.Timeless, b.sides[after].run.Tally.Timeless)
	forgotten := b.sides[before].run.Tally.Forgotten + b.sides[after].run.Tally.Forgotten
	for _, s := range b.sides {
		if s.memory != nil {
			forgotten += s.memory.forgotten
		}
	}
	for _, line := range []struct {
		n    int
		text string
	}{
		{max(timeless, b.timeless), "%s left out of correlations and detectors: they tell no time"},
		{late + b.queue.late, "%s left out of correlations and detectors: too many came before that happened later"},
		{b.sides[before].missed + b.sides[after].missed, "%s not examined by rules in own code"},
	} {
		if line.n > 0 {
			b.say(line.text, plural(line.n, "event"))
		}
	}
	if forgotten > 0 {
		b.say("%s given up for want of room", plural(forgotten, "group"))
	}
}
