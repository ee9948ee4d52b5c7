package web_test

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// deeds are all addresses that take one.
var deeds = map[string]string{
	"slack": "say edit delete react unreact pin unpin read join leave invite create topic archive bookmark unbookmark do shortcut home " +
		"view-put view-do view-submit view-close suggest",
	"pagerduty": "trigger acknowledge resolve escalate urgency priority note reopen reassign storm",
	"gitlab":    "open comment close reopen title description labels assign due confidential",
	"faults":    "kill start drop-socket lose-next rate-limit refuse-next slack-down pagerduty-down gitlab-down duplicate-events hold-events slow clear",
	"story":     "play pause step speed",
}

// TestAnything lets a few thousand deeds happen that fit together by chance
// only, in one world. Each is done or refused with a word.
func TestAnything(t *testing.T) {
	sb := sandbox.New(sandbox.Options{Seed: 7})
	t.Cleanup(func() { _ = sb.Close() })
	furnish(sb)
	h := web.New(web.Options{Sandbox: sb, Player: web.NewPlayer(0), Bot: &puppet{}})
	rng := rand.New(rand.NewPCG(7, 7))
	addresses := []string{}
	for service, verbs := range deeds {
		for verb := range strings.FieldsSeq(verbs) {
			addresses = append(addresses, service+"/"+verb)
		}
	}
	slices.Sort(addresses) // the same chance each time
	answers := map[int]int{}
	for range 4000 {
		address := addresses[rng.IntN(len(addresses))]
		body := marshal(t, anyDeed(rng, sb))
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, request(http.MethodPost, "/api/"+address, body))
		if answers[rec.Code]++; rec.Code >= 500 || rec.Code == 404 && strings.Contains(rec.Body.String(), "nobody can") {
			t.Fatalf("POST %s %s: %d %s", address, body, rec.Code, rec.Body)
		}
	}
	if answers[200] < 200 || answers[400] < 200 || answers[409] < 200 {
		t.Errorf("answers %v: chance is not wide enough", answers)
	}
	look(t, h)
}

// anyDeed fills fields with what fits, and with what does not.
func anyDeed(rng *rand.Rand, sb *sandbox.Sandbox) object {
	pick := func(from ...any) any { return from[rng.IntN(len(from))] }
	text := func() any {
		return pick("", "x", "hi @sam <!here> & :fire:", "/inc x", "/", strings.Repeat("ü", 300), "\u0000")
	}
	channels := sb.Slack.Channels()
	ch := channels[rng.IntN(len(channels))]
	ts := any("1.2")
	if all := sb.Slack.In(ch.ID).Messages(); len(all) > 0 {
		ts = all[rng.IntN(len(all))].TS
	}
	pages := sb.PagerDuty.Incidents()
	out := object{
		"as": pick("alex", "sam", "kim", "kim", "guest", "stranger", "nobody", ""), "channel": pick(ch.ID, ch.ID, ch.Name, "", "C1"),
		"ts": pick(ts, ts, "", "1.2"), "thread": pick("", "", ts), "text": text(), "broadcast": pick(true, false),
		"name": pick("eyes", ":fire:", "", "new-channel", "a b", "É"), "user": pick("jo", "guest", "stranger", "firebreak", "", "nobody"),
		"topic": text(), "title": text(), "link": pick("https://example.com", "javascript:x", ""), "id": pick(pages[rng.IntN(len(pages))].ID, "", "Q"),
		"view": pick("", "V1"), "callback_id": pick("open", "", "x"), "values": object{"": text()},
		"deed":    object{"action_id": pick("ack", "sev", ""), "block_id": pick("acts", ""), "value": text(), "state": object{"a": nil}},
		"urgency": pick("high", "low", "x"), "priority": pick("P1", "", "P9"), "service": pick("Identity", "slack", "gitlab", "", "x"),
		"to": pick("kim", []string{"jo", "sam"}, "", "nobody"), "count": pick(0, 1, 3), "seconds": pick(0, 0, -1, 5), "iid": pick(1, 2, 3, 9, -1),
		"labels": pick([]string{"a", ""}, "a,b", nil), "due": pick("2026-12-01", "", "soon"), "on": pick(true, false), "ms": pick(0, 20, -1),
		"x": pick(0, 1, 8), "alert": pick(nil, object{}, object{"summary": 1, "host": "h"}), "description": text(), "private": pick(true, false),
	}
	for _, field := range slices.Sorted(maps.Keys(out)) {
		if rng.IntN(12) == 0 {
			delete(out, field)
		}
	}
	return out
}
