package event_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/event"
)

func decode(t testing.TB, text string) *event.Event {
	t.Helper()
	e, err := event.Decode([]byte(text))
	if err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return e
}

// says shows a field's values: - for an absent one, null for one that says
// nothing.
func says(e *event.Event, field string) string {
	v := e.Values(field)
	switch {
	case !v.Present:
		return "-"
	case len(v.List) == 0:
		return "null"
	}
	var texts []string
	for _, value := range v.List {
		texts = append(texts, value.Text)
	}
	return strings.Join(texts, "|")
}

func TestValues(t *testing.T) {
	tests := []struct{ event, field, want string }{
		{`{"a":"x"}`, "a", "x"},
		{`{"a":"x"}`, "A", "-"},
		{`{"a":""}`, "a", ""},
		{`{"a":null}`, "a", "null"},
		{`{"a":[]}`, "a", "null"},
		{`{"a":[null,null]}`, "a", "null"},
		{`{"a":4625,"b":-1.50,"c":1e3,"d":9223372036854775807}`, "a", "4625"},
		{`{"a":4625,"b":-1.50,"c":1e3,"d":9223372036854775807}`, "b", "-1.50"},
		{`{"a":4625,"b":-1.50,"c":1e3,"d":9223372036854775807}`, "c", "1e3"},
		{`{"a":4625,"b":-1.50,"c":1e3,"d":9223372036854775807}`, "d", "9223372036854775807"},
		{`{"a":true,"b":false}`, "a", "true"},
		{`{"a":true,"b":false}`, "b", "false"},
		{`{"a":["x",null,["y",1]]}`, "a", "x|y|1"},
		{`{"a":{"y":1,"x":"<"}}`, "a", `{"x":"\u003c","y":1}`},
		{"{\"a\":\"\xff\xfe\"}", "a", "\ufffd\ufffd"},
		{`{"a":"\ud800"}`, "a", "\ufffd"},
		{`{"a":1,"a":2}`, "a", "2"},

		{`{"a":{"b":{"c":1}}}`, "a.b.c", "1"},
		{`{"a.b.c":1,"a":{"b":{"c":2}}}`, "a.b.c", "1"},
		{`{"a.b":{"c":1},"a":{"b":{"c":2}}}`, "a.b.c", "1"},
		{`{"a.b":{"d":1},"a":{"b":{"c":2}}}`, "a.b.c", "2"},
		{`{"a":{"b.c":1}}`, "a.b.c", "1"},
		{`{"a":{"b":null}}`, "a.b", "null"},
		{`{"a":{"b":null}}`, "a.b.c", "-"},
		{`{"a":"text"}`, "a.b", "-"},
		{`{"a":[{"b":1},{"c":2},{"b":[3,4]},5]}`, "a.b", "1|3|4"},
		{`{"a":1}`, ".a", "-"},
		{`{"a":1}`, "a.", "-"},
		{`{"":1}`, "", "1"},

		{`{"Threat Name":"x"}`, "ThreatName", "x"},
		{`{"Threat Name":"x"}`, "Threat Name", "x"},
		{`{"Threat Name":"x","ThreatName":"y"}`, "ThreatName", "y"},
		{`{"ThreatName":"y"}`, "Threat Name", "-"},
		{`{"Threat  Name":"b","Thr eat Name":"a"}`, "ThreatName", "a"},
		{`{"Event Data":{"New Value":7}}`, "EventData.NewValue", "7"},
	}
	for _, tt := range tests {
		if got := says(decode(t, tt.event), tt.field); got != tt.want {
			t.Errorf("%s: %q says %q, want %q", tt.event, tt.field, got, tt.want)
		}
	}
}

// evtx is an event as evtx_dump and others write Windows' XML down.
const evtx = `{"Event":{"System":{
	"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},
	"EventID":{"#text":1,"#attributes":{"Qualifiers":0}},
	"Execution":{"@ProcessID":3544},
	"Security":{"UserID":"S-1-5-18"},
	"Channel":"Microsoft-Windows-Sysmon/Operational"},
	"EventData":{"Image":"C:\\x.exe","Channel":"forged"},
	"UserData":{"#attributes":{},"b":{"Query":"later"},"a":{"Query":"SELECT *"}}},"Computer":"own"}`

func TestLift(t *testing.T) {
	e := decode(t, evtx)
	if got := says(e, "Image"); got != "-" {
		t.Errorf("before lifting, Image says %q", got)
	}
	e.Lift([]string{"Event.System", "Event.EventData", "Event.UserData.*", "absent", "Event.System.Channel.*"})
	for field, want := range map[string]string{
		"Provider_Name": "Microsoft-Windows-Sysmon", "EventID": "1", "Execution_ProcessID": "3544", "Security_UserID": "S-1-5-18",
		"Image": `C:\x.exe`, "Query": "SELECT *", "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "own", "Event_System": "-", "Provider_Nope": "-",
	} {
		if got := says(e, field); got != want {
			t.Errorf("%s says %q, want %q", field, got, want)
		}
	}
}

func TestLeaves(t *testing.T) {
	e := decode(t, `{"a":"X","b":[1,{"c":true,"d":null}],"e":{}}`)
	got := map[string]bool{}
	for range 2 { // asked again, the same
		clear(got)
		for _, v := range e.Leaves() {
			got[v.Folded] = true
		}
		if len(e.Leaves()) != 3 {
			t.Errorf("%d leaves", len(e.Leaves()))
		}
	}
	if diff := cmp.Diff(map[string]bool{"x": true, "1": true, "true": true}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFold(t *testing.T) {
	same := [][]string{
		{"", ""}, {"abc", "ABC", "aBc"}, {`C:\Abc_9`, `c:\aBC_9`}, {"äö", "ÄÖ", "Äö"}, {"σας", "ΣΑΣ", "σασ"}, {"ⅷ", "Ⅷ"}, {"Страх", "СТРАХ"}, {"–", "–"},
	}
	for _, texts := range same {
		for _, text := range texts[1:] {
			if event.Fold(text) != event.Fold(texts[0]) {
				t.Errorf("%q is not %q", text, texts[0])
			}
		}
	}
	for _, texts := range [][2]string{{"k", "\u212a"}, {"s", "\u017f"}, {"i", "\u0130"}, {"i", "\u0131"}, {"-", "–"}, {"а", "a"}, {"ss", "ß"}} {
		if event.Fold(texts[0]) == event.Fold(texts[1]) {
			t.Errorf("%q is %q", texts[0], texts[1])
		}
	}
	if got := event.Fold("ABC äÄ \u212a"); got != "abc ÄÄ \u212a" {
		t.Errorf("got %q", got)
	}
}

func TestTime(t *testing.T) {
	fields := []string{"TimeCreated", "time"}
	tests := []struct{ event, want string }{
		{`{"time":"2026-11-22T14:32:05.123456789Z"}`, "2026-11-22T14:32:05.123456Z"},
		{`{"time":"2026-11-22 14:32:05.5"}`, "2026-11-22T14:32:05.5Z"},
		{`{"time":"2026-11-22T14:32:05+02:00"}`, "2026-11-22T12:32:05Z"},
		{`{"time":1795357925}`, "2026-11-22T14:32:05Z"},
		{`{"time":"1795357925123"}`, "2026-11-22T14:32:05.123Z"},
		{`{"TimeCreated":"no time","time":1795357925}`, "2026-11-22T14:32:05Z"},
		{`{"TimeCreated":null,"time":"yesterday"}`, ""},
		{`{}`, ""},
	}
	for _, tt := range tests {
		got := ""
		if at, ok := decode(t, tt.event).Time(fields); ok {
			got = at.Format(time.RFC3339Nano)
		}
		if got != tt.want {
			t.Errorf("%s is of %q, want %q", tt.event, got, tt.want)
		}
	}
}

// FuzzEvent looks that whatever can be decoded can be asked.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{`{"a":{"b c":[1]}}`, evtx, `{"a":1,"a":null}`, "{\"a\":\"\xff\"}", `{"a":{"#text":null}}`} {
		f.Add([]byte(seed), "a.bc")
	}
	f.Fuzz(func(t *testing.T, data []byte, field string) {
		e, err := event.Decode(data)
		if err != nil {
			return
		}
		e.Lift([]string{"a", "Event.System"})
		first := fmt.Sprint(e.Values(field))
		if again := fmt.Sprint(e.Values(field)); again != first {
			t.Errorf("%q says %s, then %s", field, first, again)
		}
		for _, v := range append(e.Values(field).List, e.Leaves()...) {
			if event.Fold(v.Folded) != v.Folded {
				t.Errorf("folding %q again changes it", v.Folded)
			}
		}
		e.Time([]string{field})
	})
}

func TestPick(t *testing.T) {
	ev, err := event.Decode([]byte(`{"user":"a","n":1.50,"list":[{"x":1},{"x":null}],"deep":{"a":{"b":[1,2]}},"data":{"only":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	ev.Lift([]string{"data"})
	got := ev.Pick([]string{"user", "n", "list.x", "deep.a.b", "only", "absent"})
	want := map[string]any{
		"user": "a", "n": json.Number("1.50"), "list.x": []any{json.Number("1"), nil},
		"deep.a.b": []any{json.Number("1"), json.Number("2")}, "only": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(ev.Object()) != 5 {
		t.Errorf("the object is %v", ev.Object())
	}
}
