package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// keepFound keeps detections as if they had been found, with verdicts: a
// capital letter is confirmed, a small one false, and a dot not judged. Each
// letter is an account.
func (w *world) keepFound(rule, verdicts string, h incident.Handling) {
	w.t.Helper()
	err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
		for i, v := range verdicts {
			d := incident.Detection{
				ID: fmt.Sprintf("%s-%d", rule, i), Rule: rule, Title: "Found by " + rule, Level: "high", At: time.Now().Add(time.Duration(i-200) * time.Minute),
				Count: 1, Why: "number " + fmt.Sprint(i), Handling: h, DedupKey: fmt.Sprint("k", rule, i),
				Group: incident.Entity{Type: incident.EntityAccount, Value: "svc-" + strings.ToLower(string(v))},
			}
			if _, err := tx.SaveDetection(d); err != nil {
				return err
			}
			if v == '.' {
				continue
			}
			said := incident.Verdict{Detection: d.ID, By: w.user("sam"), At: time.Now().Add(-time.Hour), Confirmed: v < 'a'}
			if _, err := tx.SaveVerdict(said); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestScore: every rule's record with its bound, the worst first, and what to
// do about it; the proposals come to the control channel once, and again only
// with news.
func TestScore(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam")
		w.start()
		w.settle()
		w.keepFound("brute-force", "aaaaaabcA.", incident.HandlingTold) // no exception for a, which was real once
		w.keepFound("beaconing", "ssssssTtuv", incident.HandlingTold)
		w.keepFound("good", "ABCDEFGHIJKLab", incident.HandlingTold)
		w.keepFound("trial", "ABCDEFGHIJKLMNOP", incident.HandlingShadow)
		w.keepFound("unjudged", strings.Repeat(".", 21), incident.HandlingHint)
		general := w.sb.Slack.In("#general")
		w.wantAnswer(general, "sam", "/inc detect score",
			"*good* · 12 of 14 right, at least 60 % · 14 told", "Take *trial* out of shadow: 16 of 16 right, at least 80 %",
			"Judge *unjudged*: it found 21 things", "6 of its 9 false positives are about account svc-s", "`- {id: beaconing, except: {account: [svc-s]}}`")
		w.wantAnswer(general, "kim", "/inc detect score", "Only responders")
		w.away(8 * 24 * time.Hour)
		w.settle()
		told := w.saidIn(w.control(), "About your detection rules")
		if len(told) != 1 || !strings.Contains(texts(told[0].Blocks), "Tune *beaconing*") {
			t.Fatalf("the control channel reads %+v", told)
		}
		w.away(8 * 24 * time.Hour)
		w.settle()
		if told := w.saidIn(w.control(), "About your detection rules"); len(told) != 1 {
			t.Errorf("told %d times without news", len(told))
		}
		w.keepFound("another", "abcdef", incident.HandlingTold)
		w.away(8 * 24 * time.Hour)
		w.settle()
		if told := w.saidIn(w.control(), "Retire or rewrite *another*"); len(told) != 1 {
			t.Errorf("news was told %d times", len(told))
		}
	})
}

// TestShadowList: what rules on trial found can be judged where it is listed,
// by responders, without anybody else seeing it.
func TestShadowList(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.settle()
		w.keepFound("trial", ".........Ab", incident.HandlingShadow)
		general := w.sb.Slack.In("#general")
		w.wantAnswer(general, "guest", "/inc detect shadow", "Only full members")
		w.wantAnswer(general, "sam", "/inc detect shadow", "What rules in shadow would have told", "*trial* · 1 of 2 right", "… and 1 more", "number 8")
		w.press(general, "sam", "firebreak_confirm_shadow")
		if v, ok := w.verdict("trial-8"); !ok || !v.Confirmed || v.By != w.user("sam") {
			t.Errorf("verdict %+v", v)
		}
		if s := w.lastShown("sam"); !strings.Contains(s, "confirmed by") || !strings.Contains(s, "2 of 3 right") {
			t.Errorf("sam sees %s", s)
		}
		w.press(general, "sam", "firebreak_false_positive_shadow") // a slip put right
		if v, _ := w.verdict("trial-8"); v.Confirmed {
			t.Error("sam's other mind was not kept")
		}
		if n := len(w.incidents()); n != 0 || len(w.saidIn(general, "trial")) != 0 {
			t.Errorf("%d incidents", n)
		}
		w.wantAnswer(general, "sam", "/inc detect hints", "Nothing was kept quiet")
	})
}

// TestQuietListsKeepPrivateThings: a hint on alerts of a private incident is
// shown to those only who may see that.
func TestQuietListsKeepPrivateThings(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.opened("sam", "Secret matter")
		err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
			if _, err := tx.SaveAlert(incident.Alert{ID: "a1", Incident: 1, At: time.Now(), Title: "t"}); err != nil {
				return err
			}
			_, err := tx.SaveDetection(incident.Detection{
				ID: "hint-1", Rule: "quiet", Title: "Traitor at work", Level: "low", At: time.Now(), Why: "mole did it", Handling: incident.HandlingHint, Evidence: []string{"a1"},
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		general := w.sb.Slack.In("#general")
		w.wantAnswer(general, "sam", "/inc detect hints", "Traitor at work")
		r := general.Command("kim", "/inc detect hints")
		if s := r.Text + texts(r.Blocks); strings.Contains(s, "Traitor") || strings.Contains(s, "mole") || !strings.Contains(s, "1 hints") {
			t.Errorf("kim reads %s", s)
		}
		w.inject(general, "kim", "firebreak_confirm_hints", "hint-1")
		if _, ok := w.verdict("hint-1"); ok {
			t.Error("kim judged what is hidden from them")
		}
		w.compare(1)
	})
}
