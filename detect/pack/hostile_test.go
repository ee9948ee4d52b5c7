package pack_test

import (
	"encoding/json"
	"testing"

	"firebreak/detect/event"
	"firebreak/detect/own"
)

// odd is what nobody expects where a log's field should be.
var odd = []any{nil, true, json.Number("7"), "", "x@", []any{}, []any{nil, json.Number("1"), "*"}, map[string]any{}, map[string]any{"items": "x", "AWS": json.Number("3")}}

// TestScriptsTakeAnything: whatever stands in a field of an event, be it of
// another type than the vendor says, no script gives up on it. Logs are
// written by attackers, too.
func TestScriptsTakeAnything(t *testing.T) {
	s := load(t)
	for _, d := range s.scripts {
		for _, sample := range samplesOf(t, d.Head().File) {
			for _, data := range sample.events {
				tried := 0
				mutate(t, data, func(twisted []byte) {
					tried++
					ev, err := event.Decode(twisted)
					if err != nil {
						t.Fatal(err)
					}
					for _, trouble := range d.Examine(t.Context(), []own.Event{{Event: ev}}).Troubles {
						t.Fatalf("%v\n%s", trouble, twisted)
					}
				})
				if tried < 50 {
					t.Fatalf("%s was twisted in %d ways only", sample.file, tried)
				}
			}
		}
	}
}

// mutate gives the event with each of its values, in turn, replaced by
// something odd.
func mutate(t *testing.T, data []byte, give func([]byte)) {
	t.Helper()
	ev, err := event.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	root := ev.Object()
	write := func() {
		twisted, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		give(twisted)
	}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, inner := range v {
				for _, o := range odd {
					v[key] = o
					write()
				}
				v[key] = inner
				walk(inner)
			}
		case []any:
			for i, inner := range v {
				for _, o := range odd {
					v[i] = o
					write()
				}
				v[i] = inner
				walk(inner)
			}
		}
	}
	walk(root)
}
