package detect

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"firebreak/incident"
)

// fingerprint is what an alert tells: source, action, severity, entities in
// whatever order, and the title without what changes each time. A severity
// that rises is news, so it is part of it; the raw text, which holds times and
// counters everywhere, is not.
func fingerprint(a incident.Alert) string {
	var about []string
	for _, e := range a.Entities {
		about = append(about, string(e.Type)+"\x01"+e.Value)
	}
	slices.Sort(about)
	about = slices.Compact(about)
	return digest(a.Source, a.Action, a.Severity, lasting(a.Title), strings.Join(about, "\x02"))
}

// lasting is a title without what changes each time that a tool tells the
// same: numbers, times, amounts, addresses and ids become #. A word that only
// holds a digit, such as T1110, db-1 or CVE-2024-3094, is a name and stays.
func lasting(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return strings.ContainsRune(" \t\r\n=,;()[]{}<>\"'`|", r)
	})
	for i, w := range words {
		w = strings.Trim(w, ".:!?*_#")
		if volatile(w) {
			w = "#"
		}
		words[i] = w
	}
	words = slices.CompactFunc(words, func(a, b string) bool { return a == b && a == "#" })
	return strings.Join(words, " ")
}

var (
	amount    = regexp.MustCompile(`^[-+~]?[\d.,:/%]*\d[\d.,:/%]*(?:st|nd|rd|th|x|ns|us|µs|ms|s|sec|m|min|h|d|b|kb|mb|gb|kib|mib|gib)?$`)
	instant   = regexp.MustCompile(`^\d{4}-\d\d-\d\dt?[\d:.]*(?:z|[-+]\d\d:?\d\d)?$`)
	hexID     = regexp.MustCompile(`^(?:0x)?[0-9a-f]{8,}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	longHex   = regexp.MustCompile(`^[0-9a-f]{16,}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	sixDigits = regexp.MustCompile(`(?:\d\D*){6}`)
	longRun   = regexp.MustCompile(`\d{6}`) // a counter or an id: CVEs have five digits at most
)

// volatile says whether a word, in lower case, is likely to be another one the
// next time.
func volatile(w string) bool {
	if !strings.ContainsAny(w, "0123456789") {
		return false
	}
	return amount.MatchString(w) || instant.MatchString(w) || hexID.MatchString(w) || longRun.MatchString(w) || address(w) != ""
}

// ownIDKeys are the fields in which tools name one event or finding, as
// plainKey writes them; the last ones only where no path leads there, as any
// part of an alert may have an id.
var (
	ownIDKeys = []string{
		"event.id", "eventid", "eventuuid", "alert.uuid", "alertuuid", "alert.id", "alertid", "systemalertid",
		"finding.id", "findingid", "detectionid", "compositeid", "documentid",
	}
	topIDKeys = []string{"uuid", "guid", "id"}
)

// ownID is the id that the tool has given this very event, if it tells one.
// Ids of monitors, rules and kinds of events, which many alerts share, are
// shorter or have fewer digits: Windows' 4625, Datadog's 1234567, web-0001.
func (r record) ownID() string {
	unique := func(f field) bool {
		return len(f.value) <= maxValue && (longHex.MatchString(strings.ToLower(f.value)) || len(f.value) >= 12 && sixDigits.MatchString(f.value))
	}
	own := r.fields[:min(r.own, len(r.fields))]
	for _, key := range ownIDKeys {
		for _, f := range own {
			if f.is(key) && unique(f) {
				return f.value
			}
		}
	}
	for _, key := range topIDKeys {
		for _, f := range own {
			if f.key == key && unique(f) {
				return f.value
			}
		}
	}
	return ""
}

// event is what is the same of the alert however often and by whatever way it
// comes: the id that the tool has given it, else its time and its very words.
// Where an alert tells no time of its own either, nothing can say. said counts
// how often an input has said the same: a line that stands there twice is two
// events, an id is always one.
func (r record) event(a incident.Alert, timed bool, said map[string]int) string {
	if id := r.ownID(); id != "" {
		return digest("id", id)
	}
	words := cmp.Or(r.core, a.Raw)
	if !timed || words == "" {
		return ""
	}
	event := digest("words", a.At.UTC().String(), words)
	said[event]++
	if n := said[event]; n > 1 {
		return digest("again", event, strconv.Itoa(n))
	}
	return event
}

// digest stands for some texts, in that order.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
