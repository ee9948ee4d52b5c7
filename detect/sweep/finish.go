package sweep

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"firebreak/detect"
	"firebreak/detect/event"
	"firebreak/incident"
)

// Limits on what is told.
const (
	maxFindings = 25
	maxLines    = 5       // of one finding
	maxText     = 2 << 10 // bytes of one event
	maxNamed    = 300     // bytes of a title
	maxWhy      = 1 << 10
)

// finding is a detection and the numbers of its first events.
type finding struct {
	incident.Detection
	lines []int64
}

// finish brings together what all have found, the worst first.
func (s *sweep) finish() {
	all := s.rules.finish(s)
	all = append(all, s.merged(append(s.logins.finish(), s.behave.finish()...))...)
	slices.SortStableFunc(all, func(a, b finding) int {
		return cmp.Or(strings.Compare(string(a.Handling), string(b.Handling)), cmp.Compare(weight(b.Level), weight(a.Level)), cmp.Compare(b.Count, a.Count), strings.Compare(a.ID, b.ID))
	})
	for i, f := range all {
		if i < maxFindings {
			s.found.Findings = append(s.found.Findings, s.shaped(f))
		} else if f.Handling == incident.HandlingTold {
			s.found.Left++
		}
	}
	s.found.Notes = slices.Concat(s.rules.notes(), s.logins.notes(), s.behave.notes())
	if s.timeless > 0 {
		s.found.Notes = append(s.found.Notes, fmt.Sprintf("%d events tell no time: only rules on single events were tried on them", s.timeless))
	}
}

// merged makes one of what the same detector has found about the same thing,
// however often: the worst.
func (s *sweep) merged(found []incident.Detection) []finding {
	var all []finding
	index := map[string]int{}
	for _, d := range found {
		key := strings.Join([]string{d.Rule, string(d.Group.Type), d.Group.Value}, "\x00")
		f := finding{d, s.numbers(d.Evidence)}
		f.ID = s.detectionID(key)
		if i, twice := index[key]; !twice {
			index[key] = len(all)
			all = append(all, f)
		} else if weight(f.Level) > weight(all[i].Level) || weight(f.Level) == weight(all[i].Level) && f.Count > all[i].Count {
			all[i] = f
		}
	}
	return all
}

// shaped is a finding as it is told: bounded, its lines still empty.
func (s *sweep) shaped(f finding) Finding {
	d := f.Detection
	d.Title, d.Why, d.Rule = cut(d.Title, maxNamed), cut(d.Why, maxWhy), cut(d.Rule, maxNamed)
	if d.At.IsZero() {
		d.At = s.file.Received
	}
	d.DedupKey, d.Evidence = "", nil
	told := Finding{Detection: d}
	for _, n := range f.lines[:min(len(f.lines), maxLines)] {
		told.Evidence = append(told.Evidence, s.alertID(n))
		told.Lines = append(told.Lines, Line{Place: n})
	}
	return told
}

func weight(level string) int {
	return slices.Index([]string{"low", "medium", "high", "critical"}, level)
}

func (s *sweep) alertID(n int64) string { return s.file.ID + ":" + strconv.FormatInt(n, 10) }

// numbers reads the numbers of events out of the ids of their alerts.
func (s *sweep) numbers(ids []string) (lines []int64) {
	for _, id := range ids {
		number, _, _ := strings.Cut(strings.TrimPrefix(id, s.file.ID+":"), "#")
		n, err := strconv.ParseInt(number, 10, 64)
		if err == nil && !slices.Contains(lines, n) && len(lines) < maxLines {
			lines = append(lines, n)
		}
	}
	return lines
}

func (s *sweep) detectionID(what string) string {
	sum := sha256.Sum256([]byte(s.file.ID + "\x00" + what))
	return "file-" + hex.EncodeToString(sum[:8])
}

// quote reads the file again, as far as there is evidence, for what those
// events say.
func (s *sweep) quote(ctx context.Context) error {
	wanted := map[int64][]*Line{}
	last := int64(0)
	for i := range s.found.Findings {
		for j := range s.found.Findings[i].Lines {
			line := &s.found.Findings[i].Lines[j]
			wanted[line.Place] = append(wanted[line.Place], line)
			last = max(last, line.Place)
		}
	}
	if last == 0 {
		return nil
	}
	r, err := s.open()
	if err != nil {
		return fmt.Errorf("read the evidence: %w", err)
	}
	for s.seq = 1; s.seq <= last; s.seq++ {
		record, err := r.Next()
		if err != nil {
			return fmt.Errorf("read the evidence: %w", err)
		}
		if s.seq%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, line := range wanted[s.seq] {
			*line = s.line(record)
		}
	}
	return nil
}

// line is a record as evidence.
func (s *sweep) line(record event.Record) Line {
	text := string(record.Data)
	if len(record.Raw) > 0 {
		text = string(record.Raw)
	}
	line := Line{Place: record.Line, Alert: incident.Alert{At: s.file.Received}}
	if alerts := detect.Alerts(s.input(s.seq, record)); len(alerts) > 0 {
		line.Alert = alerts[0]
	}
	if ev, err := event.Decode(record.Data); err == nil && line.Alert.At.Equal(s.file.Received) {
		s.rules.set.Prepare(ev)
		if at, ok := s.rules.set.Time(ev); ok {
			line.Alert.At = at
		}
	}
	line.Alert.ID, line.Alert.Raw, line.Alert.SeenAt = s.alertID(s.seq), cut(text, maxText), s.file.Received
	line.Alert.Title = cut(cmp.Or(line.Alert.Title, text), maxNamed)
	return line
}

// cut shortens s to at most n bytes between two characters.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
