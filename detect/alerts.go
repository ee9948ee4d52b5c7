package detect

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"firebreak/incident"
)

// Limits on one input. PagerDuty takes events of up to 512 KB (Events API v2)
// and Slack messages of 40,000 characters; what lies beyond is left out.
const (
	maxInput   = 512 << 10 // bytes of each form
	maxAlerts  = 1000
	maxRecords = 20_000 // that are counted, though not examined
	maxFields  = 500    // of one alert
	maxCommon  = 100    // fields that all alerts of a message share
	maxRaw     = 64 << 10
	maxProse   = 4 << 10 // bytes of sentences that are searched for what no field tells
	maxShared  = 1 << 10 // bytes of text that they share
	maxValue   = 256     // bytes of an entity's value
	maxTitle   = 300     // bytes
)

// Input is one message or page alert as it was received.
type Input struct {
	ID      string // stable; alerts are ID#0, ID#1, … in the order they stand in
	Source  string // the tool's name where the input itself names none
	Channel string // Slack channel and ts, if a message carried it
	TS      string

	Text        string          // Slack mrkdwn
	Blocks      json.RawMessage // Slack blocks
	Attachments json.RawMessage // Slack attachments
	JSON        []byte          // an alert body, such as PagerDuty's

	At time.Time // when it was received: for alerts that tell no time of their own
}

// Alerts is Read for who needs no count of the rest.
func Alerts(in Input) []incident.Alert {
	alerts, _ := Read(in)
	return alerts
}

// Read reads every alert that an input holds, up to a limit, and says how many
// more there are. A message often says the same
// thing several times, as text, as blocks and as attachments: the form that
// tells most about entities counts. An input in which nothing is recognised
// is one alert without entities; an empty one is none.
func Read(in Input) (best []incident.Alert, left int) {
	var forms [][]incident.Alert
	for _, records := range [][]record{
		fromJSON(in.JSON),
		fromText(bounded(in.Text)),
		fromBlocks(in.Blocks),
		fromAttachments(in.Attachments),
	} {
		rest := max(0, len(records)-maxAlerts)
		alerts := normalise(in, records[:len(records)-rest])
		forms = append(forms, alerts)
		if len(alerts) > 0 && (best == nil || entities(alerts) > entities(best)) {
			best, left = alerts, rest
		}
	}
	for i := range best {
		a := &best[i]
		for _, other := range forms {
			if len(best) == 1 && len(other) == 1 {
				fill(a, other[0])
			} else if len(other) == 1 && a.Title == a.Action {
				a.Title = other[0].Title
			}
		}
		a.ID = fmt.Sprintf("%s#%d", in.ID, i)
		a.Fingerprint = fingerprint(*a)
	}
	return best, left
}

// normalise makes alerts of records.
func normalise(in Input, records []record) []incident.Alert {
	var alerts []incident.Alert
	said := map[string]int{}
	for _, r := range records {
		a := r.alert(in.At, said)
		a.Channel, a.TS, a.SeenAt = in.Channel, in.TS, in.At
		if a.Source == "" {
			a.Source = word(in.Source)
		}
		alerts = append(alerts, a)
	}
	return alerts
}

// entities counts the entities of alerts, and their recognised actions.
func entities(alerts []incident.Alert) int {
	n := 0
	for _, a := range alerts {
		n += len(a.Entities)
		if a.Action == LoginFailure || a.Action == LoginSuccess {
			n++
		}
	}
	return n
}

// fill gives a what it lacks from another form of the same alert.
func fill(a *incident.Alert, other incident.Alert) {
	if a.Title == a.Action {
		a.Title = other.Title
	}
	if a.Source == "" {
		a.Source = other.Source
	}
	if a.Severity == "" {
		a.Severity = other.Severity
	}
	if a.Action == unknownAction {
		a.Action = other.Action
	}
	for _, t := range []incident.EntityType{incident.EntityAddress, incident.EntityAccount, incident.EntityHost} {
		if len(a.Values(t)) > 0 {
			continue
		}
		for _, v := range other.Values(t) {
			a.Entities = append(a.Entities, incident.Entity{Type: t, Value: v})
		}
	}
}

// bounded is s as valid UTF-8 without NUL, of at most maxInput bytes.
func bounded(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(cut(s, maxInput), "\uFFFD"), "\x00", "")
}

// cut shortens s to at most n bytes between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
