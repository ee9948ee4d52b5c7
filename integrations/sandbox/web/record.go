package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"firebreak/integrations/sandbox"
)

// recordLine is a record of the ledger as a stream tells it.
type recordLine struct {
	N       int                `json:"n"`
	At      string             `json:"at"`
	Service string             `json:"service"`
	Kind    sandbox.RecordKind `json:"kind"`
	Method  string             `json:"method"`
	Actor   string             `json:"actor"`
	Where   string             `json:"where"`
	Ref     string             `json:"ref"`
	Text    string             `json:"text"`
	Status  int                `json:"status"`
	Fault   sandbox.FaultKind  `json:"fault"`
}

// recordWhole is one that somebody looks at.
type recordWhole struct {
	recordLine
	Nth     int             `json:"nth"`
	Target  string          `json:"target"`
	Args    json.RawMessage `json:"args,omitempty"`
	Reply   json.RawMessage `json:"reply,omitempty"`
	Latency int64           `json:"latency_ns"`
}

// Limits of what is told of a record.
const (
	maxLineText = 500
	maxDetail   = 4 << 10
	maxRecords  = 1000
)

func recordLineOf(r sandbox.Record) recordLine {
	return recordLine{
		N: r.N, At: stamp(r.At), Service: r.Service, Kind: r.Kind, Method: r.Method, Actor: r.Actor,
		Where: r.Where, Ref: r.Ref, Text: clip(r.Text, maxLineText), Status: r.Status, Fault: r.Fault,
	}
}

func recordWholeOf(r sandbox.Record) recordWhole {
	out := recordWhole{
		recordLine: recordLineOf(r), Nth: r.Nth, Target: r.Target, Args: clipJSON(r.Args), Reply: clipJSON(r.Reply),
		Latency: r.Latency.Nanoseconds(),
	}
	out.Text = clip(r.Text, maxDetail)
	return out
}

// clip cuts a text at a whole character.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

// clipJSON makes a text of what is too long to be shown whole.
func clipJSON(raw json.RawMessage) json.RawMessage {
	if len(raw) <= maxDetail {
		return raw
	}
	b, err := json.Marshal(clip(string(raw), maxDetail))
	if err != nil {
		return nil // a text always can be marshalled
	}
	return b
}

// getLedger gives records after a number, or without one the newest; last is
// the number to go on after.
func (s *Server) getLedger(_ http.ResponseWriter, r *http.Request) (any, error) {
	after, err := number(r, "after", -1)
	if err != nil {
		return nil, err
	}
	limit, err := number(r, "limit", 200)
	if err != nil {
		return nil, err
	}
	limit = min(max(limit, 1), maxRecords)
	wanted := sieve(r)
	records := s.sb.Ledger.Since(max(after, 0))
	last := max(after, 0)
	if n := len(records); n > 0 {
		last = records[n-1].N
	}
	var found []sandbox.Record
	if after < 0 {
		found = newest(records, limit, wanted)
	} else if found = oldest(records, limit, wanted); len(found) == limit {
		last = found[limit-1].N // there may be more
	}
	out := make([]recordWhole, 0, len(found))
	for _, rec := range found {
		out = append(out, recordWholeOf(rec))
	}
	return map[string]any{"records": out, "last": last}, nil
}

// sieve says which records a request wants: of services and kinds, several
// with commas.
func sieve(r *http.Request) func(sandbox.Record) bool {
	service, kind := r.URL.Query().Get("service"), r.URL.Query().Get("kind")
	fits := func(wanted, has string) bool {
		return wanted == "" || slices.Contains(strings.Split(wanted, ","), has)
	}
	return func(rec sandbox.Record) bool { return fits(service, rec.Service) && fits(kind, string(rec.Kind)) }
}

func oldest(records []sandbox.Record, limit int, wanted func(sandbox.Record) bool) []sandbox.Record {
	var out []sandbox.Record
	for _, rec := range records {
		if wanted(rec) {
			if out = append(out, rec); len(out) == limit {
				break
			}
		}
	}
	return out
}

func newest(records []sandbox.Record, limit int, wanted func(sandbox.Record) bool) []sandbox.Record {
	var out []sandbox.Record
	for _, rec := range slices.Backward(records) {
		if wanted(rec) {
			if out = append(out, rec); len(out) == limit {
				break
			}
		}
	}
	slices.Reverse(out)
	return out
}
