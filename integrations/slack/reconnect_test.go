package slack

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
)

func TestPermanentErrorsEndRun(t *testing.T) {
	for code, word := range map[string]string{
		"invalid_auth":           "token",
		"missing_scope":          "connections:write",
		"not_allowed_token_type": "xapp-",
		"token_revoked":          "reinstall",
		"account_inactive":       "reinstall",
	} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.on("apps.connections.open", says(fmt.Sprintf(`{"ok":false,"error":%q,"needed":"connections:write"}`, code)))
				err := <-f.run(taken).result
				e, ok := errors.AsType[*incident.CallError](err)
				if !ok || e.Outcome != incident.OutcomeRefused || e.Code != code || !strings.Contains(e.Reason, word) {
					t.Errorf("Run = %#v, want refused %s with a reason that says %q", err, code, word)
				}
				if n := len(f.called("apps.connections.open")); n != 1 {
					t.Errorf("%d attempts, want 1", n)
				}
			})
		})
	}
}

// What may heal, but only by a person's hand, is tried a bounded number of
// times, and the log names the fix in one line.
func TestWrongAddressIsNoHotLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("apps.connections.open", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
		r := f.run(taken)
		pass(t, time.Hour)
		n := len(f.called("apps.connections.open"))
		t.Logf("%d attempts in an hour", n)
		if n > 2*250 {
			t.Errorf("%d attempts in an hour", n)
		}
		if last := r.last(); last.Connected != 0 || !strings.Contains(last.Detail, "FIREBREAK_SLACK_API_URL") {
			t.Errorf("status = %+v, want one that names the fix", last)
		}
		_ = r.end()
	})
}

func TestLinkDisabledEndsRun(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		f.accept()
		s := f.accept()
		s.disconnect("link_disabled")
		err := <-r.result
		if incident.CodeOf(err) != "link_disabled" || incident.OutcomeOf(err) != incident.OutcomeRefused {
			t.Errorf("Run = %v, want link_disabled", err)
		}
		r.result <- nil
	})
}

// However Slack keeps sending connections away, they do not come back in a
// storm.
func TestNoStorm(t *testing.T) {
	for name, c := range map[string]struct {
		most float64 // attempts a minute
		away func(*fake)
	}{
		"too many, before hello": {2 * connections, func(f *fake) { f.next().disconnect("too_many_websockets") }},
		"too many, after hello":  {2 * connections, func(f *fake) { f.accept().disconnect("too_many_websockets") }},
		"refreshed at once":      {4 * connections, func(f *fake) { f.accept().disconnect("refresh_requested") }},
		"dropped at once":        {4 * connections, func(f *fake) { _ = f.accept().ws.Close() }},
	} {
		t.Run(name, func(t *testing.T) {
			fakeRun(t, taken, func(t *testing.T, f *fake, _ *running) {
				began := time.Now()
				for time.Since(began) < 30*time.Minute {
					c.away(f)
				}
				rate := float64(len(f.called("apps.connections.open"))) / time.Since(began).Minutes()
				if rate > c.most {
					t.Errorf("%.1f attempts a minute, want at most %.0f", rate, c.most)
				}
			})
		})
	}
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("apps.connections.open", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) })
		r := f.run(taken)
		pass(t, stagger-time.Second) // one slot alone
		calls := f.called("apps.connections.open")
		if len(calls) < 4 || len(calls) > 14 {
			t.Errorf("%d attempts in %v", len(calls), stagger)
		}
		pass(t, time.Hour)
		n := len(f.called("apps.connections.open"))
		if n < 2*110 || n > 2*250 {
			t.Errorf("%d attempts in an hour, want a pause of 15 to 30 s each", n)
		}
		if last := r.last(); last.Connected != 0 || !strings.Contains(last.Detail, "trouble") {
			t.Errorf("status = %+v", last)
		}
		f.on("apps.connections.open", says(`{"ok":true,"url":"ws://slack.test/link"}`))
		f.accept()
		synctest.Wait()
		if last := r.last(); last.Connected != 1 || !last.Gap || !last.GapSince.IsZero() {
			t.Errorf("status = %+v, want the first connection with a gap", last)
		}
		_ = r.end()
	})
}

func TestRetryAfterOfConnectionsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("apps.connections.open", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(429)
		})
		r := f.run(taken)
		pass(t, 59*time.Second)
		if n := len(f.called("apps.connections.open")); n != 1 {
			t.Errorf("%d attempts within Retry-After, want 1", n)
		}
		_ = r.end()
	})
}

func TestGapAfterNoConnection(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		a, b := f.accept(), f.accept()
		pass(t, time.Hour)
		lost := time.Now()
		_ = a.ws.Close()
		_ = b.ws.Close()
		f.accept()
		if d := time.Since(lost); d > time.Second {
			t.Errorf("reconnected after %v, want at once", d)
		}
		synctest.Wait()
		last := r.last()
		if last.Connected != 1 || !last.Gap || last.GapSince.After(lost) || lost.Sub(last.GapSince) > 11*time.Second {
			t.Errorf("status = %+v, want a gap since about %v", last, lost)
		}
	})
}
