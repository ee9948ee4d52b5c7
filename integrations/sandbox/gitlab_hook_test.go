package sandbox_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/integrations/sandbox"
)

// TestGitLabHooks: one attempt each, the headers, both kinds of issue events,
// and switched off from the fourth failure in a row on.
func TestGitLabHooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := sandbox.Memory()
		sb := sandbox.New(sandbox.Options{})
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var events []string
		status := http.StatusNoContent
		stop := receive(t, network, func(r *http.Request) int {
			mu.Lock()
			defer mu.Unlock()
			if r.Header.Get("X-Gitlab-Token") != "secret" || r.Header.Get("Idempotency-Key") == "" {
				t.Errorf("headers %v", r.Header)
			}
			_, _ = io.Copy(io.Discard, r.Body)
			events = append(events, r.Header.Get("X-Gitlab-Event"))
			return status
		})
		client := &http.Client{Transport: &http.Transport{DialContext: network.DialContext, DisableKeepAlives: true}}
		sb.GitLab.AddWebhook("http://hook.test/", "secret", client)
		is := sb.GitLab.Open("kim", "x", "y")
		synctest.Wait()
		sb.GitLab.SetConfidential(is.IID, "kim", true)
		synctest.Wait()
		mu.Lock()
		if want := []string{"Issue Hook", "Confidential Issue Hook"}; !slices.Equal(events, want) {
			t.Errorf("events %v, want %v", events, want)
		}
		status = http.StatusInternalServerError
		mu.Unlock()
		for range 6 {
			sb.GitLab.EditTitle(is.IID, "kim", "again")
			synctest.Wait()
		}
		if got := sb.GitLab.WebhookAnswers(); len(got) != 6 { // two, four failures, then off
			t.Errorf("answers %v", got)
		}
		<-time.After(61 * time.Second)
		mu.Lock()
		status = http.StatusOK
		mu.Unlock()
		sb.GitLab.EditTitle(is.IID, "kim", "on again")
		synctest.Wait()
		if got := sb.GitLab.WebhookAnswers(); len(got) != 7 || got[6] != http.StatusOK {
			t.Errorf("answers %v", got)
		}
		stop()
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestGitLabHooksGiveUp: after 10 s without an answer it is a failure, each
// pause is twice the last up to a day, and after forty it is off for good.
func TestGitLabHooksGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := sandbox.Memory()
		sb := sandbox.New(sandbox.Options{})
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var arrived []time.Time
		stop := receive(t, network, func(r *http.Request) int {
			mu.Lock()
			arrived = append(arrived, time.Now())
			mu.Unlock()
			_, _ = io.Copy(io.Discard, r.Body) // or the server would not see the end
			<-r.Context().Done()               // never an answer
			return http.StatusOK
		})
		client := &http.Client{Transport: &http.Transport{DialContext: network.DialContext, DisableKeepAlives: true}}
		sb.GitLab.AddWebhook("http://hook.test/", "secret", client)
		is := sb.GitLab.Open("kim", "x", "y")
		began := time.Now()
		for len(sb.GitLab.WebhookAnswers()) == 0 {
			<-time.After(time.Second)
			synctest.Wait()
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("gave up after %s", took)
		}
		for range 80 * 24 { // an edit every hour for eighty days
			sb.GitLab.EditTitle(is.IID, "kim", time.Now().String())
			<-time.After(time.Hour)
			synctest.Wait()
		}
		if got := len(arrived); got != 40 {
			t.Errorf("%d deliveries, want 40", got)
		}
		if pause := arrived[39].Sub(arrived[38]); pause < 24*time.Hour || pause > 25*time.Hour {
			t.Errorf("the last pause was %s", pause)
		}
		stop()
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestGitLabHooksEcho: what the bot does itself comes back too, in its name.
func TestGitLabHooksEcho(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		network := sandbox.Memory()
		var mu sync.Mutex
		var bodies []string
		stop := receive(t, network, func(r *http.Request) int {
			b, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			bodies = append(bodies, string(b))
			return http.StatusOK
		})
		defer stop()
		w.GitLab.AddWebhook("http://hook.test/", "secret", &http.Client{Transport: &http.Transport{DialContext: network.DialContext, DisableKeepAlives: true}})
		w.gl("POST", ours+"/issues", `{"title":"x"}`)
		synctest.Wait() // two at once have no order
		w.gl("PUT", ours+"/issues/1", `{"title":"y"}`)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if len(bodies) != 2 || !strings.Contains(bodies[0], `"username":"firebreak-bot"`) || !strings.Contains(bodies[1], `"action":"update"`) {
			t.Errorf("told %q", bodies)
		}
	})
}

// TestGitLabHooksOvertake: one that is slow holds nobody up.
func TestGitLabHooksOvertake(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		network := sandbox.Memory()
		done := make(chan string, 2)
		stop := receive(t, network, func(r *http.Request) int {
			b, _ := io.ReadAll(r.Body)
			title := "first"
			if strings.Contains(string(b), "second") {
				title = "second"
			} else {
				<-time.After(5 * time.Second)
			}
			done <- title
			return http.StatusOK
		})
		defer stop()
		w.GitLab.AddWebhook("http://hook.test/", "secret", &http.Client{Transport: &http.Transport{DialContext: network.DialContext, DisableKeepAlives: true}})
		w.GitLab.Open("kim", "first", "x")
		w.GitLab.Open("kim", "second", "x")
		want(t, "done first", <-done, "second")
		want(t, "done last", <-done, "first")
		synctest.Wait()
	})
}

// receive answers webhooks at hook.test until stop.
func receive(t *testing.T, network *sandbox.MemoryNetwork, answer func(*http.Request) int) (stop func()) {
	t.Helper()
	l, err := network.Listen("hook.test")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(answer(r)) })}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	return func() { _ = srv.Close(); <-done }
}

// TestGitLabIssueMovesAndLocks shows both as the API does.
func TestGitLabIssueMovesAndLocks(t *testing.T) {
	sb := sandbox.New(sandbox.Options{})
	is := sb.GitLab.Open("kim", "x", "y")
	sb.GitLab.Lock(is.IID, "kim", true)
	sb.GitLab.Move(is.IID, "kim")
	if got := sb.GitLab.Issue(is.IID); got.State != "closed" {
		t.Errorf("a moved issue is %s", got.State)
	}
	if n := len(sb.GitLab.Issues()); n != 1 {
		t.Errorf("%d issues in the project", n)
	}
}
