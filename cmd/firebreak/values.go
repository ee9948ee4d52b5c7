package main

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"firebreak/incident"
)

// masked is what anybody sees of a secret.
const masked = "***"

// Secret is a token or key. It prints, logs and marshals as stars; only
// Reveal gives it away.
type Secret string

// Reveal gives the secret itself, for the one place that sends it.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString hides it from %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// Format hides it from every verb, %x and %q too.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue hides it from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides it from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// List is a comma-separated list; blanks around items and empty items are
// dropped.
type List []string

// Decode reads the list for envconfig.
func (l *List) Decode(text string) error {
	*l = nil
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			*l = append(*l, item)
		}
	}
	return nil
}

func (l List) String() string { return strings.Join(l, ",") }

// Size is a number of bytes, written with its unit.
type Size int64

// sizeUnits are the units that a size may have, the longest first.
var sizeUnits = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"B", 1}}

// Decode reads 512MiB for envconfig.
func (s *Size) Decode(text string) error {
	text = strings.TrimSpace(text)
	for _, unit := range sizeUnits {
		number, ok := strings.CutSuffix(text, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil || n < 1 || n > 1<<50/unit.bytes {
			break
		}
		*s = Size(n * unit.bytes)
		return nil
	}
	return fmt.Errorf("%q is no size", text)
}

func (s Size) String() string { return strconv.FormatInt(int64(s), 10) + "B" }

// Severities maps a PagerDuty priority's name, or an urgency, to a severity.
type Severities map[string]incident.Severity

// Decode reads P1=1,high=2 for envconfig. The error says what is wrong with
// which item.
func (s *Severities) Decode(text string) error {
	m := Severities{}
	for item := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(item) == "" {
			continue
		}
		name, value, ok := strings.Cut(item, "=")
		name = strings.TrimSpace(name)
		severity, err := incident.ParseSeverity(value)
		if !ok || name == "" || err != nil {
			return fmt.Errorf("%q is not NAME=SEVERITY", strings.TrimSpace(item))
		}
		if _, twice := m[name]; twice {
			return fmt.Errorf("%q stands there twice", name)
		}
		m[name] = severity
	}
	*s = m
	return nil
}

func (s Severities) String() string {
	items := make([]string, 0, len(s))
	for _, name := range slices.Sorted(maps.Keys(s)) {
		items = append(items, name+"="+strconv.Itoa(int(s[name])))
	}
	return strings.Join(items, ",")
}
