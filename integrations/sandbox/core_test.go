package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/integrations/sandbox"
)

const pdNotes = "POST /incidents/{id}/notes"

// TestFaults spoils one write in each way and looks at what the client sees
// and at whether the write took effect.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		kind   sandbox.FaultKind
		status int // 0: an error instead of an answer
		notes  int
	}{
		{sandbox.Refuse429, 429, 0},
		{sandbox.Refuse429Plain, 429, 0},
		{sandbox.Err5xxBefore, 502, 0},
		{sandbox.Err5xxAfter, 502, 1},
		{sandbox.DropBefore, 0, 0},
		{sandbox.DropAfter, 0, 1},
		{sandbox.Delay, 200, 1},
		{sandbox.Refuse, 403, 0},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
				inc := w.PagerDuty.Trigger(sandbox.Trigger{Title: "disk"})
				w.pd("GET", "/incidents", nil) // so that the connection is a reused one
				w.Faults.Add(sandbox.Fault{
					Service: "pagerduty", Method: pdNotes, Kind: c.kind,
					RetryAfter: 1500 * time.Millisecond, Delay: 3 * time.Second, Code: "403",
				})
				began := time.Now()
				r, err := w.try("POST", w.env["FIREBREAK_PAGERDUTY_API_URL"]+"/incidents/"+inc.ID+"/notes",
					`{"note":{"content":"hello"}}`,
					"Authorization: Token token="+w.env["FIREBREAK_PAGERDUTY_TOKEN"],
					"Accept: application/vnd.pagerduty+json;version=2", "From: alex@example.com")
				if (err != nil) != (c.status == 0) || r.status != c.status {
					t.Errorf("status %d, error %v; want status %d", r.status, err, c.status)
				}
				if took := time.Since(began); took != 3*time.Second {
					t.Errorf("took %v, want the fault's delay", took)
				}
				want(t, "notes", len(w.PagerDuty.Incident(inc.ID).Notes), c.notes)
				want(t, "rules that never struck", len(w.Faults.Waiting()), 0)
				calls := w.Faults.Calls()
				want(t, "last call", calls[len(calls)-1], sandbox.Call{Service: "pagerduty", Method: pdNotes, Nth: 1, Fault: c.kind})
				records := w.Ledger.Of("pagerduty", sandbox.RecordRequest)
				last := records[len(records)-1]
				want(t, "recorded status", last.Status, c.status)
				want(t, "recorded fault", last.Fault, c.kind)
			})
		})
	}
}

func TestRefusalsSpeakTheVendorsDialect(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.Faults.Add(sandbox.Fault{Kind: sandbox.Refuse429, Times: 2, RetryAfter: 20 * time.Second})
		r := w.pd("GET", "/incidents", nil)
		want(t, "PagerDuty code", r.at("error", "code"), 2020.0)
		want(t, "ratelimit-reset", r.header.Get("ratelimit-reset"), "20")
		want(t, "Retry-After", r.header.Get("Retry-After"), "") // PagerDuty has none
		r = w.gl("GET", "/user", nil)
		want(t, "GitLab status", r.status, 429)
		want(t, "Retry-After", r.header.Get("Retry-After"), "20")
		w.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.Refuse429Plain})
		r = w.gl("GET", "/user", nil)
		want(t, "plain 429", r.text, "Retry later\n")
		want(t, "after the faults", w.gl("GET", "/user", nil).status, 200)
	})
}

func TestHangEndsWithTheClient(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.Hang})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "GET", w.env["FIREBREAK_GITLAB_URL"]+"/api/v4/user", nil)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		resp, err := w.client.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 10*time.Second {
			t.Errorf("error %v after %v, want the client's own deadline", err, time.Since(began))
		}
		synctest.Wait()
		want(t, "recorded", len(w.Ledger.Of("gitlab", sandbox.RecordRequest)), 1)
	})
}

// TestStallEndsWithTheClient: the effect and half of the answer are there.
func TestStallEndsWithTheClient(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.StallAfter})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "POST", w.env["FIREBREAK_GITLAB_URL"]+"/api/v4"+ours+"/issues", strings.NewReader("title=x"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("PRIVATE-TOKEN", w.env["FIREBREAK_GITLAB_TOKEN"])
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := w.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		half, err := io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusCreated || !errors.Is(err, context.DeadlineExceeded) || len(half) == 0 || int64(len(half)) >= resp.ContentLength {
			t.Errorf("%d: %d of %d bytes, %v", resp.StatusCode, len(half), resp.ContentLength, err)
		}
		want(t, "issues", len(w.GitLab.Issues()), 1)
	})
}

// TestRefusalsByCode: any status, and PagerDuty's own codes, which mean 400.
func TestRefusalsByCode(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		for code, status := range map[string]int{"408": 408, "500": 500, "1005": 400} {
			w.Faults.Add(sandbox.Fault{Service: "pagerduty", Kind: sandbox.Refuse, Code: code})
			r := w.pd("GET", "/abilities", nil)
			want(t, code, r.status, status)
			want(t, code, fmt.Sprint(r.at("error", "code")), code)
		}
		w.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.Refuse, Code: "409"})
		want(t, "GitLab", w.gl("GET", "/user", nil).status, 409)
	})
}

func TestFaultStrikesTheNthCall(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: "GET /incidents", Nth: 2, Times: 2, Kind: sandbox.Err5xxBefore})
		var got []int
		for range 4 {
			w.pd("GET", "/priorities", nil)
			got = append(got, w.pd("GET", "/incidents", nil).status)
		}
		for i, status := range []int{200, 502, 502, 200} {
			want(t, "status", got[i], status)
		}
	})
}

func TestDown(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.PagerDuty.Down(true)
		w.GitLab.Down(true)
		inc := w.PagerDuty.Trigger(sandbox.Trigger{Title: "phones ring all the same"})
		want(t, "PagerDuty", w.pd("GET", "/incidents", nil).status, 503)
		want(t, "GitLab", w.gl("GET", "/user", nil).status, 503)
		w.PagerDuty.Down(false)
		w.GitLab.Down(false)
		want(t, "found afterwards", w.pd("GET", "/incidents", nil).at("incidents", 0, "id"), inc.ID)
		want(t, "GitLab", w.gl("GET", "/user", nil).status, 200)
	})
}

func TestUnexpectedCallsAreListed(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		want(t, "status", w.pd("GET", "/schedules", nil).status, 404)
		want(t, "status", w.gl("DELETE", "/projects/4201/issues/1", nil).status, 404)
		got := w.Unexpected()
		if len(got) != 2 || got[0] != "pagerduty: GET /schedules" || got[1] != "gitlab: DELETE /api/v4/projects/4201/issues/1" {
			t.Errorf("Unexpected() = %q", got)
		}
	})
}

func TestLedgerIsNumberedAndLive(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.PagerDuty.Trigger(sandbox.Trigger{Title: "before the subscription"})
		records, stop := w.Ledger.Subscribe()
		inc := w.PagerDuty.Trigger(sandbox.Trigger{Title: "after it"})
		w.pd("GET", "/incidents/"+inc.ID, nil)
		all := w.Ledger.Read()
		for i := range all {
			r := <-records
			want(t, "number", r.N, i+1)
		}
		stop()
		if _, open := <-records; open {
			t.Error("the feed goes on after stop")
		}
		last := all[len(all)-1]
		want(t, "method", last.Method, "GET /incidents/{id}")
		want(t, "target", last.Target, "GET /incidents/"+inc.ID)
		if _, err := json.Marshal(all); err != nil {
			t.Errorf("marshal the ledger: %v", err)
		}
		_, stop = w.Ledger.Subscribe() // left open: Close ends it
		defer stop()
	})
}

func TestSubscribeAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sb := sandbox.New(sandbox.Options{})
		defer sb.Close()
		for range 3 {
			sb.Ledger.Say("before")
		}
		for after, first := range map[int]int{-1: 1, 0: 1, 2: 3, 3: 4, 5: 6} {
			records, stop := sb.Ledger.SubscribeAfter(after)
			for len(sb.Ledger.Read()) < first {
				sb.Ledger.Say("now")
			}
			want(t, "first", (<-records).N, first)
			stop()
		}
	})
}

func TestEqualSeedsGiveEqualIDs(t *testing.T) {
	id := func(seed int64) string {
		sb := sandbox.New(sandbox.Options{Seed: seed})
		defer sb.Close()
		return sb.PagerDuty.Trigger(sandbox.Trigger{Title: "x"}).ID
	}
	first, again, other := id(1), id(1), id(2)
	if first != again || first == other {
		t.Errorf("ids %s, %s of one seed and %s of another", first, again, other)
	}
}

func TestMemoryRefusesUnknownHosts(t *testing.T) {
	_, err := sandbox.Memory().DialContext(t.Context(), "tcp", "nowhere.sandbox:80")
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("error %v, want connection refused", err)
	}
}

func TestLoopback(t *testing.T) {
	sb := sandbox.New(sandbox.Options{})
	if err := sb.Start(t.Context(), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	for name, at := range sb.Env() {
		if strings.HasPrefix(at, "http") && !strings.HasPrefix(at, "http://127.0.0.1:") {
			t.Errorf("%s is %s", name, at)
		}
	}
	w := &wire{Sandbox: sb, t: t, client: &http.Client{}, env: sb.Env()}
	defer w.client.CloseIdleConnections()
	want(t, "status", w.gl("GET", "/user", nil).status, 200)
	want(t, "status", w.pd("GET", "/incidents", nil).status, 200)
	if err := sb.Close(); err != nil {
		t.Error(err)
	}
	if _, err := w.try("GET", w.env["FIREBREAK_GITLAB_URL"], nil); err == nil {
		t.Error("still answers after Close")
	}
}

// TestLagLeavesTimeToDie: a call's effect comes after one lag, its answer
// after two.
func TestLagLeavesTimeToDie(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		inc := w.PagerDuty.Trigger(sandbox.Trigger{Title: "disk"})
		w.Faults.Lag(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "POST", w.env["FIREBREAK_PAGERDUTY_API_URL"]+"/incidents/"+inc.ID+"/notes",
			strings.NewReader(`{"note":{"content":"hello"}}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Token token="+w.env["FIREBREAK_PAGERDUTY_TOKEN"])
		req.Header.Set("Accept", "application/vnd.pagerduty+json;version=2")
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("From", "alex@example.com")
		if resp, err := w.client.Do(req); err == nil {
			resp.Body.Close()
			t.Error("an answer before the second lag was over")
		}
		want(t, "notes", len(w.PagerDuty.Incident(inc.ID).Notes), 1)
	})
}
