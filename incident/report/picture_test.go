package report

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/incident/mask"
)

// TestPictureDrawsNoSecret: the picture is drawn from a picture.Story and
// nothing else, so that each text of one, whatever it is for, must be masked,
// before it is cut. What is not to leave is not in it at all.
func TestPictureDrawsNoSecret(t *testing.T) {
	secrets := []string{"AK" + "IAQ3EGRT5XZ2L7MNOP", "tr0ub" + "4dor&3", "hunt" + "er2!"}
	says := "key " + secrets[0][:7] + "\u200b" + secrets[0][7:] + " " + secrets[0] + ", root password: " + secrets[1] + " postgres://app:" + secrets[2] + "@db-1"
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	entry := func(n int, kind incident.Kind) incident.Entry {
		return incident.Entry{
			Incident: 3, N: n, Kind: kind, Lane: incident.LaneResponder, OccurredAt: at, RecordedAt: at, Text: says,
			Actor: incident.Actor{Name: "password: " + secrets[1]}, Files: []incident.File{{Name: secrets[0] + ".txt"}},
			Pins: []incident.Pin{{By: "U1", Emoji: "pushpin"}},
		}
	}
	hidden, deleted := entry(8, incident.KindMessage), entry(9, incident.KindMessage)
	hidden.Hidden, hidden.Text = true, "between us"
	deleted.Deleted, deleted.Text = true, "between us"
	r := Report{
		Incident: incident.Incident{
			Number: 3, Title: says, Severity: incident.SEV2, Status: incident.StatusClosed, Disposition: incident.Disposition(""), OpenedAt: at, ClosedAt: at,
			Milestones: map[incident.Milestone]time.Time{incident.Contained: at},
		},
		Entries: []incident.Entry{entry(1, incident.KindDetection), entry(2, incident.KindMessage), entry(3, incident.KindNote), entry(4, incident.KindFile), hidden, deleted},
		Mask:    mask.Text,
	}
	var drawn []string
	collect(reflect.ValueOf(r.story()), &drawn)
	masked := 0
	for _, text := range drawn {
		seen := strings.ReplaceAll(text, "\u200b", "") // as it is drawn
		for _, s := range append(secrets, "between us") {
			if strings.Contains(seen, s) {
				t.Errorf("%q is drawn: %q", s, text)
			}
		}
		masked += strings.Count(seen, "[masked: ")
	}
	if len(drawn) < 8 || masked < 8 {
		t.Errorf("of %d texts %d places are masked: %q", len(drawn), masked, drawn)
	}
	r.Mask = nil // the test can fail
	drawn = nil
	if collect(reflect.ValueOf(r.story()), &drawn); !strings.Contains(strings.Join(drawn, "\n"), secrets[1]) {
		t.Error("without a mask nothing is found either")
	}
}

// collect gathers every text in a value, whatever holds it.
func collect(v reflect.Value, texts *[]string) {
	switch v.Kind() {
	case reflect.String:
		*texts = append(*texts, v.String())
	case reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), texts)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for _, field := range v.Fields() {
			collect(field, texts)
		}
	}
}
