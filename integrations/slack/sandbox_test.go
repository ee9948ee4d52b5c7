package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/integrations/slack"

	"github.com/google/go-cmp/cmp"
)

// world is a sandbox with a client, all in memory.
type world struct {
	*sandbox.Sandbox
	client *slack.Client
	log    *logged
	self   incident.Self
}

// inWorld runs a test inside a bubble; at its end no call may have been one
// that the sandbox does not know, or one above Slack's limits.
func inWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := sandbox.Memory()
		sb := sandbox.New(sandbox.Options{Seed: 1})
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		env := sb.Env()
		calls := network.Client()
		log := &logged{}
		w := &world{Sandbox: sb, log: log, client: slack.New(slack.Config{
			AppToken: env["FIREBREAK_SLACK_APP_TOKEN"], BotToken: env["FIREBREAK_SLACK_BOT_TOKEN"],
			APIURL: env["FIREBREAK_SLACK_API_URL"], HTTP: calls, Dial: network.DialContext,
			Logger: slog.New(slog.NewTextHandler(log, nil)),
		})}
		defer func() {
			calls.CloseIdleConnections()
			if err := sb.Close(); err != nil {
				t.Error(err)
			}
		}()
		w.self, _ = w.client.Identity(t.Context())
		test(t, w)
		if strange := sb.Unexpected(); len(strange) > 0 {
			t.Errorf("unexpected calls: %v", strange)
		}
		if limited := sb.Slack.RateLimited(); len(limited) > 0 {
			t.Errorf("calls above Slack's limits: %v", limited)
		}
	})
}

// logged is what a client has logged.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (w *world) channel(t *testing.T) string {
	t.Helper()
	ch, err := w.client.CreateChannel(t.Context(), "inc-1-breach", true)
	if err != nil {
		t.Fatal(err)
	}
	return ch.ID
}

// heard collects what a Run delivers.
type heard struct {
	mu     sync.Mutex
	events map[string]int // event id to how often
	gaps   int
	done   chan error
	stop   context.CancelFunc
}

func (w *world) listen(t *testing.T) *heard {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	h := &heard{events: map[string]int{}, done: make(chan error, 1), stop: stop}
	deliver := func(_ context.Context, env incident.Envelope) ([]byte, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if env.Type == "slash_commands" {
			return []byte(`{"text":"understood"}`), nil
		}
		var event struct {
			ID string `json:"event_id"`
		}
		if err := json.Unmarshal(env.Payload, &event); err != nil {
			return nil, err
		}
		h.events[event.ID]++
		return nil, nil
	}
	go func() {
		h.done <- w.client.Run(ctx, deliver, func(s slack.SocketStatus) {
			h.mu.Lock()
			defer h.mu.Unlock()
			if s.Gap {
				h.gaps++
			}
		})
	}()
	<-time.After(time.Minute) // both connections are up
	return h
}

// end stops the Run and gives the events it delivered.
func (h *heard) end(t *testing.T) []string {
	t.Helper()
	h.stop()
	if err := <-h.done; err != nil {
		t.Errorf("Run: %v", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.events))
}

// sent lists the events that the sandbox put on a socket.
func (w *world) sent() []string {
	ids := map[string]bool{}
	for _, r := range w.Ledger.Of("slack", sandbox.RecordEnvelope) {
		if r.Method == "events_api" {
			ids[r.Text] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

func TestChannelsOfTheSandbox(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ctx, began := t.Context(), time.Now()
		id := w.channel(t)
		_, err := w.client.CreateChannel(ctx, "inc-1-breach", true)
		if incident.CodeOf(err) != "name_taken" || incident.OutcomeOf(err) != incident.OutcomeRefused {
			t.Errorf("second CreateChannel = %v", err)
		}
		found, ok, err := w.client.FindChannel(ctx, "inc-1-breach", w.self.UserID, began)
		if found.ID != id || !ok || err != nil {
			t.Errorf("FindChannel = %v, %v, %v", found, ok, err)
		}
		sam := w.Slack.AddUser(sandbox.User{Name: "samira", Email: "samira@example.com"})
		refused, err := w.client.Invite(ctx, id, []string{sam.ID, "UNOBODY", w.self.UserID})
		if d := cmp.Diff(map[string]string{"UNOBODY": "user_not_found"}, refused); d != "" || err != nil {
			t.Errorf("Invite: %v (-want +got):\n%s", err, d)
		}
		if refused, err := w.client.Invite(ctx, id, []string{sam.ID}); len(refused) > 0 || err != nil {
			t.Errorf("Invite again = %v, %v", refused, err)
		}
		members, err := w.client.Members(ctx, id)
		if !slices.Contains(members, sam.ID) || err != nil {
			t.Errorf("Members = %v, %v", members, err)
		}
		person, err := w.client.PersonByEmail(ctx, "samira@example.com")
		if person.ID != sam.ID || !person.FullMember(w.self.TeamID) || err != nil {
			t.Errorf("PersonByEmail = %+v, %v", person, err)
		}
		for range 2 {
			err = firstError(
				w.client.SetTopic(ctx, id, "topic"), w.client.SetPurpose(ctx, id, "purpose"))
			if err != nil {
				t.Error(err)
			}
		}
		err = w.client.AddBookmark(ctx, id, "Page", "https://pd.example/1")
		if there, lookErr := w.client.Bookmarked(ctx, id, "https://pd.example/1"); err != nil || lookErr != nil || !there {
			t.Errorf("bookmark there: %t, %v, %v", there, err, lookErr)
		}
		truth, _ := w.Slack.Find("#inc-1-breach")
		if truth.Topic != "topic" || truth.Purpose != "purpose" || len(truth.Bookmarks) != 1 {
			t.Errorf("channel = %+v", truth)
		}
		if err := firstError(w.client.Archive(ctx, id), w.client.Archive(ctx, id)); err != nil {
			t.Error(err)
		}
		if _, ok, _ := w.client.FindChannel(ctx, "inc-1-breach", w.self.UserID, began); ok {
			t.Error("found an archived channel")
		}
	})
}

// firstError gives the first error.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestMessagesOfTheSandbox(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ctx, began := t.Context(), time.Now()
		id := w.channel(t)
		post := incident.Post{Channel: id, Text: "opened", Key: "header:INC-1", Blocks: json.RawMessage(`[{"type":"divider"}]`)}
		header, err := w.client.Post(ctx, post)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := w.client.Post(ctx, incident.Post{Channel: id, ThreadTS: header, Text: "in thread", Key: "reply"})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ thread, key, want string }{
			{"", "header:INC-1", header}, {header, "reply", reply}, {"", "reply", ""}, {header, "nothing", ""}, {"1.000001", "reply", ""},
		} {
			ts, ok, err := w.client.FindPost(ctx, id, c.thread, c.key, w.self.UserID, began)
			if ts != c.want || ok != (c.want != "") || err != nil {
				t.Errorf("FindPost(%q, %q) = %q, %v, %v", c.thread, c.key, ts, ok, err)
			}
		}
		post.Text, post.Blocks = "changed", nil
		if err := w.client.UpdatePost(ctx, header, post); err != nil {
			t.Fatal(err)
		}
		if m := w.Slack.In(id).Thread(header)[0]; m.Text != "changed" || strings.Contains(string(m.Blocks), "divider") {
			t.Errorf("updated message = %+v", m)
		}
		for _, c := range []struct{ ts, thread string }{{header, ""}, {reply, header}, {reply, ""}} {
			raw, err := w.client.Message(ctx, id, c.ts, c.thread)
			if !strings.Contains(string(raw), c.ts) || err != nil {
				t.Errorf("Message(%s, %s) = %s, %v", c.ts, c.thread, raw, err)
			}
		}
		if _, err := w.client.Message(ctx, id, "1.000001", ""); incident.CodeOf(err) != "message_not_found" {
			t.Errorf("Message = %v, want message_not_found", err)
		}
	})
}

// A post whose answer is lost is reported unknown, and is found by its key.
func TestLostAnswers(t *testing.T) {
	for kind, outcome := range map[sandbox.FaultKind]incident.Outcome{
		sandbox.DropAfter: incident.OutcomeUnknown, sandbox.Err5xxAfter: incident.OutcomeUnknown,
		sandbox.DropBefore: incident.OutcomeUnknown, sandbox.Err5xxBefore: incident.OutcomeUnknown,
		sandbox.Hang: incident.OutcomeUnknown, sandbox.Refuse429: incident.OutcomeNotDone,
		sandbox.Refuse429Plain: incident.OutcomeNotDone,
	} {
		t.Run(string(kind), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				id, began := w.channel(t), time.Now()
				w.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: kind, RetryAfter: 7 * time.Second})
				_, err := w.client.Post(t.Context(), incident.Post{Channel: id, Text: "hi", Key: "k"})
				if got := incident.OutcomeOf(err); err == nil || got != outcome {
					t.Errorf("error = %v, outcome %v, want %v", err, got, outcome)
				}
				_, ok, err := w.client.FindPost(t.Context(), id, "", "k", w.self.UserID, began)
				done := kind == sandbox.DropAfter || kind == sandbox.Err5xxAfter
				if ok != done || err != nil {
					t.Errorf("FindPost = %v, %v", ok, err)
				}
				if len(w.Faults.Waiting()) > 0 {
					t.Error("the fault did not strike")
				}
			})
		})
	}
}

func TestHistoryOfTheSandbox(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		talk := w.Slack.AddChannel("talk", false, "sam", w.self.UserID)
		var id string
		for _, ch := range w.Slack.Channels() {
			if ch.Name == "talk" {
				id = ch.ID
			}
		}
		want := map[string]bool{}
		for i := range 450 {
			want[talk.Say("sam", fmt.Sprint("message ", i)).TS] = true
			<-time.After(time.Second)
		}
		got := map[string]bool{}
		for cursor, first := "", true; first || cursor != ""; first = false {
			msgs, next, err := w.client.History(t.Context(), id, "1.000000", "", cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, raw := range msgs {
				var m struct{ TS, Text string }
				if json.Unmarshal(raw, &m) == nil && strings.HasPrefix(m.Text, "message ") {
					got[m.TS] = true
				}
			}
			cursor = next
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("history (-want +got):\n%s", d)
		}
	})
}

func TestFilesOfTheSandbox(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.Slack.AddChannel("talk", false, "sam", w.self.UserID)
		m := w.Slack.In("#talk").Upload("sam", "auth.log", []byte("failed login"), "look")
		address := m.Files[0].URL
		var got bytes.Buffer
		if err := w.client.DownloadTo(t.Context(), address, 100, &got); got.String() != "failed login" || err != nil {
			t.Errorf("DownloadTo = %q, %v", &got, err)
		}
		if err := w.client.DownloadTo(t.Context(), address, 3, io.Discard); incident.CodeOf(err) != "file_too_large" {
			t.Errorf("DownloadTo = %v, want file_too_large", err)
		}
		w.Slack.SetScopes("chat:write")
		if err := w.client.DownloadTo(t.Context(), address, 1e6, io.Discard); incident.CodeOf(err) != "file_denied" {
			t.Errorf("DownloadTo without files:read = %v, want file_denied", err)
		}
	})
}

// Half a day of talk over connections that Slack recycles every hour: each
// event comes on its first delivery and there is never a gap.
func TestSandboxRefreshesLoseNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.Slack.SetLifetime(time.Hour)
		talk := w.Slack.AddChannel("talk", false, "sam", w.self.UserID)
		h := w.listen(t)
		for i := range 12 * 60 * 6 {
			talk.Say("sam", fmt.Sprint(i))
			<-time.After(10 * time.Second)
		}
		got := h.end(t)
		if d := cmp.Diff(w.sent(), got); d != "" {
			t.Errorf("events (-sent +delivered):\n%s", d)
		}
		assertAcks(t, w)
		for _, r := range w.Ledger.Of("slack", sandbox.RecordEnvelope) {
			if r.Nth > 0 {
				t.Fatalf("event %s was delivered again", r.Text)
			}
		}
		if h.gaps != 1 {
			t.Errorf("%d gaps reported, want the one of the start", h.gaps)
		}
	})
}

func assertAcks(t *testing.T, w *world) {
	t.Helper()
	for _, r := range w.Ledger.Of("slack", sandbox.RecordAck) {
		if r.Text != "ok" {
			t.Errorf("ack of %s: %s", r.Ref, r.Text)
		}
	}
}

// Whatever happens to the sockets, each event arrives in the end.
func TestSandboxOutages(t *testing.T) {
	for name, outage := range map[string]func(w *world){
		"drop":     func(w *world) { w.Slack.DropSockets() },
		"freeze":   func(w *world) { w.Slack.Freeze() },
		"no pings": func(w *world) { w.Slack.StopPings(); <-time.After(time.Minute); w.Slack.StartPings() },
		"warning":  func(w *world) { w.Slack.Disconnect("warning") },
		"refresh":  func(w *world) { w.Slack.Disconnect("refresh_requested") },
		"too many": func(w *world) { w.Slack.Disconnect("too_many_websockets") },
		"ghost":    func(w *world) { w.Slack.Ghost(10 * time.Minute) },
		"duplicates": func(w *world) {
			w.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate, Times: 5})
		},
		"API away": func(w *world) {
			w.Faults.Add(sandbox.Fault{Service: "slack", Method: "apps.connections.open", Kind: sandbox.Err5xxBefore, Times: 5})
			w.Slack.DropSockets()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				talk := w.Slack.AddChannel("talk", false, "sam", w.self.UserID)
				h := w.listen(t)
				for i := range 60 {
					if i == 20 {
						outage(w)
					}
					talk.Say("sam", fmt.Sprint(i))
					<-time.After(time.Second)
				}
				<-time.After(15 * time.Minute)
				got := h.end(t)
				if n := w.Slack.Undelivered() + w.Slack.Dropped(); n > 0 && name != "ghost" {
					t.Errorf("%d events were not taken", n)
				}
				if d := cmp.Diff(w.sent(), got); d != "" && name != "ghost" {
					t.Errorf("events (-sent +delivered):\n%s", d)
				}
			})
		})
	}
}

func TestSandboxCommandIsAnswered(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h := w.listen(t)
		if reply := w.Slack.Command("sam", "/inc status"); reply.Text != "understood" {
			t.Errorf("reply = %+v", reply)
		}
		h.end(t)
		assertAcks(t, w)
	})
}

func TestSandboxRevokedTokens(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h := w.listen(t)
		w.Slack.RevokeTokens()
		w.Slack.DropSockets()
		err := <-h.done
		if incident.OutcomeOf(err) != incident.OutcomeRefused || incident.CodeOf(err) == "" {
			t.Errorf("Run = %v, want refused", err)
		}
		h.stop()
	})
}

// A storm of pages asks for far more than Slack allows; none is refused.
func TestStormStaysBelowSlacksLimits(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		id := w.channel(t)
		var storm sync.WaitGroup
		for i := range 40 {
			storm.Go(func() {
				_, _ = w.client.CreateChannel(t.Context(), fmt.Sprintf("inc-%d", i), true) // some are handed back
				_, _ = w.client.Post(t.Context(), incident.Post{Channel: id, Text: "hi"})
			})
		}
		storm.Wait()
	})
}
