package sweep

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect"
	"firebreak/detect/behaviour"
	"firebreak/detect/event"
	"firebreak/detect/sigma"
)

// oneByOne sweeps a file without workers: each event decoded in full.
func oneByOne(t *testing.T, d Detectors, f File) Found {
	t.Helper()
	rules, err := newRules(d)
	if err != nil {
		t.Fatal(err)
	}
	s := &sweep{file: f, rules: rules, logins: newLogins(d), behave: newBehave(d.Watch)}
	r, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	s.found.Kind = r.Kind
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			s.found.Ended = err.Error()
			break
		}
		s.seq++
		ev, err := event.Decode(record.Data)
		if err = errors.Join(err, record.Err); err != nil {
			s.trouble(record.Line, err)
			continue
		}
		s.event(ev, detect.Alerts(s.input(s.seq, record)))
	}
	s.finish()
	if err := s.quote(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s.found
}

// TestWorkersFindTheSame: what several workers find by the bytes of events is
// what is found one by one.
func TestWorkersFindTheSame(t *testing.T) {
	mapping, err := sigma.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	l := sigma.NewLoader(mapping)
	l.Add("rules.yml", []byte(`
title: Root tries ssh
logsource: {product: linux, service: sshd}
detection: {words: ['password for root from'], condition: words}
---
title: Failed login
name: failed
logsource: {product: windows, service: security}
detection: {sel: {EventID: 4625}, condition: sel}
---
title: Guessing
correlation: {type: event_count, rules: [failed], group-by: [IpAddress], timespan: 5m, condition: {gte: 3}}
`))
	shipped, err := behaviour.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	d := Detectors{Rules: l.Set(), Finders: detect.Builtin(), Watch: behaviour.NewWatch(shipped, behaviour.Places{})}
	received := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	var windows, ssh strings.Builder
	for i := range 3 * chunkRecords {
		at := received.Add(time.Duration(i-5000) * time.Second).Format(time.RFC3339)
		switch i % 4 {
		case 0:
			fmt.Fprintf(&windows, `{"Channel":"Security","EventID":46\u0032%d,"IpAddress":"10.0.0.%d","@timestamp":%q}`+"\n", i%6, i%5, at)
		case 1:
			fmt.Fprintf(&windows, `{"Channel":"Security","EventID":"46\u0032%d","IpAddress":"10.0.0.%d","@timestamp":%q,"with blank":[1]}`+"\n", i%6, i%5, at)
		case 2:
			fmt.Fprintf(&windows, `{"source":"okta","event":"failed_login","user":"u%d","src_ip":"203.0.113.%d","timestamp":%q}`+"\n", i%3, i%4, at)
		default:
			fmt.Fprintf(&windows, `{"Channel":"Security","EventID":4625,"IpAddress":"10.0.1.%d"}`+"\n", i%5)
		}
		fmt.Fprintf(&ssh, "%s web-1 sshd[812]: Failed password for root from 203.0.113.%d port 4 ssh2\n", at, i%9)
	}
	for name, content := range map[string]string{"windows.jsonl": windows.String(), "auth.log": ssh.String()} {
		for _, cores := range []int{1, 3} {
			f := File{Content: strings.NewReader(content), Name: name, ID: "file:1", Received: received}
			want := oneByOne(t, d, f)
			before := runtime.GOMAXPROCS(cores)
			got, err := Run(t.Context(), d, f, time.Now().Add(time.Hour), func(int) {})
			runtime.GOMAXPROCS(before)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s on %d cores (-one by one +got):\n%s", name, cores, diff)
			}
			if want.Events < 2*chunkRecords || len(want.Findings) < 2 {
				t.Errorf("%s: %d events and %d findings are too few to compare", name, want.Events, len(want.Findings))
			}
		}
	}
}
