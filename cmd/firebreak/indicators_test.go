package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// note is the bot's note about earlier incidents in a channel; "" if there
// is none.
func (w *world) note(c sandbox.SlackChannel) string {
	w.t.Helper()
	said := w.saidIn(c, "Seen before")
	if len(said) == 0 {
		return ""
	}
	if len(said) > 1 {
		w.t.Errorf("%d notes about earlier incidents in #%s", len(said), c.Info().Name)
	}
	return said[0].Text + texts(said[0].Blocks)
}

// TestIndicatorsOfAnIncident: what people write, tools report and somebody
// corrects is on the list, by type, with who said it first, always tame.
func TestIndicatorsOfAnIncident(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc ioc", "Nobody has named an indicator")
		first := c.Say("kim", "beacon to evil-updates[.]com and 203.0.113.7, dropper 44d88612fea8a8f36de82e1278abb02f")
		w.pass(time.Minute)
		c.Say("sam", "also hxxps://evil-updates.com/login?x=1 in the proxy log")
		w.wantAnswer(c, "sam", "/inc note user=mallory on host=web-01 through CVE-2024-3094")
		edited := c.Say("alex", "hm")
		w.settle()
		c.Edit("alex", edited.TS, "hm, T1110.003 I think")
		w.settle()
		got := answer(c.Command("sam", "/inc ioc"))
		for _, want := range []string{
			"8 indicators", "*Domains* · 1", "`evil-updates[.]com` · kim", "2×", "`hxxps://evil-updates[.]com/login?x=1`",
			"`203[.]0[.]113[.]7`", "`44d88612fea8a8f36de82e1278abb02f`", "`mallory`", "`web-01`", "`CVE-2024-3094`", "`T1110.003`", "/archives/" + c.Info().ID + "/p" + strings.ReplaceAll(first.TS, ".", ""),
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%q is not in\n%s", want, got)
			}
		}
		if strings.Contains(got, "evil-updates.com") || strings.Contains(got, "203.0.113.7") {
			t.Errorf("what was named is not tame:\n%s", got)
		}
		c.Delete("kim", first.TS)
		w.settle()
		got = answer(c.Command("sam", "/inc ioc"))
		if strings.Contains(got, "203[.]0") || !strings.Contains(got, "`evil-updates[.]com` · sam") {
			t.Errorf("after its only source was deleted:\n%s", got)
		}
	})
}

// TestSeenInEarlierIncidents: an asker learns of the incidents they may see,
// the channel of those that all in it may see, in one message.
func TestSeenInEarlierIncidents(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		_, public := w.opened("sam", "Public one")
		join(public, "sam", "kim")
		public.Say("kim", "it talks to evil-updates[.]com as root")
		w.settle()
		w.stop()
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "true"
		w.start()
		_, secret := w.opened("sam", "Hush")
		secret.Say("sam", "evil-updates[.]com and secret-c2[.]net and 203.0.113.9")
		w.settle()
		if got := w.note(secret); !strings.Contains(got, "evil-updates[.]com") || !strings.Contains(got, "INC-1") || !strings.Contains(got, "Public one") {
			t.Errorf("the private channel was told %q", got)
		}
		_, third := w.opened("kim", "Third")
		third.Say("kim", "secret-c2[.]net again")
		w.settle()
		if got := w.note(third); got != "" {
			t.Errorf("a private incident was named: %s", got)
		}
		if got := answer(third.Command("kim", "/inc seen secret-c2[.]net")); !strings.Contains(got, "INC-3") || strings.Contains(got, "INC-2") || strings.Contains(got, "Hush") || !strings.Contains(got, "1 incident") {
			t.Errorf("kim, who is not in INC-2, was told %s", got)
		}
		w.wantAnswer(secret, "sam", "/inc seen <http://evil-updates.com|evil-updates.com>", "2 incidents", "INC-2", "INC-1", "Public one", "kim")
		w.wantAnswer(secret, "sam", "/inc seen nothing like it", "I know no indicator")
		w.wantAnswer(secret, "sam", "/inc seen unheard-of[.]net", "has not been said in any incident that you may see")
		w.wantAnswer(third, "kim", "/inc find ioc:203.0.113.9", "Nothing found")
		w.wantAnswer(secret, "sam", "/inc find ioc:203[.]0.113.9", "1 hit", "INC-2")
		w.wantAnswer(third, "kim", "/inc find ioc:evil-updates.com", "1 hit", "INC-1")
		w.wantAnswer(third, "kim", "/inc find ioc:,", "is no indicator I know")

		// More comes up: the note is edited, also after a restart.
		public.Say("kim", "and 198.51.100.77")
		w.settle()
		w.stop()
		w.start()
		third.Say("kim", "198.51.100.77 it is")
		w.settle()
		third.Say("kim", "now evil-updates[.]com as well, as root")
		w.settle()
		got := w.note(third)
		if !strings.Contains(got, "198[.]51[.]100[.]77") || !strings.Contains(got, "evil-updates[.]com") || strings.Contains(got, "INC-2") || strings.Contains(got, "root") {
			t.Errorf("the note says %s", got)
		}
		w.compare(3)
	})
}

// TestGuestsKeepEarlierIncidentsUnnamed: a guest may not see public incidents,
// so a channel with one is told of none.
func TestGuestsKeepEarlierIncidentsUnnamed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		_, public := w.opened("sam", "Public one")
		join(public, "sam", "kim")
		public.Say("kim", "it talks to evil-updates[.]com")
		w.settle()
		_, c := w.opened("sam", "With a guest")
		join(c, "sam", "guest")
		w.settle()
		c.Say("guest", "evil-updates[.]com")
		w.settle()
		if got := w.note(c); got != "" {
			t.Errorf("the channel was told %s", got)
		}
		if got := answer(c.Command("guest", "/inc seen evil-updates.com")); got == "" || strings.Contains(got, "INC-1") {
			t.Errorf("the guest was told %s", got)
		}
	})
}

// TestCommonIndicatorsAreNoNews: what is in many incidents says nothing.
func TestCommonIndicatorsAreNoNews(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		for range 7 {
			_, c := w.opened("sam", "Again")
			c.Say("sam", "our own scanner 203.0.113.200 once more")
			w.settle()
		}
		noted := 0
		for n := incident.Number(1); n <= 7; n++ {
			if w.note(w.channel(n)) != "" {
				noted++
			}
		}
		if noted != 5 {
			t.Errorf("%d of 7 channels were told, want 5: the second to the sixth", noted)
		}
	})
}

// TestOlderEntriesAreFilledIn: a database of before gets its indicators while
// the bot works, and they count for what comes after.
func TestOlderEntriesAreFilledIn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		old, err := store.Open(context.Background(), store.Config{Path: strings.TrimPrefix(w.env["FIREBREAK_DATABASE_URL"], "sqlite:")})
		if err != nil {
			t.Fatal(err)
		}
		err = old.Update(context.Background(), func(tx *store.Tx) error {
			inc, err := tx.OpenIncident(incident.Incident{Title: "Long ago", Severity: incident.SEV3, Status: incident.StatusClosed, OpenedAt: time.Now(), ClosedAt: time.Now()})
			for i := range 250 { // more than two batches
				text := "evil-updates[.]com"
				if i > 0 {
					text = "nothing"
				}
				if err == nil {
					_, _, err = tx.Record(fmt.Sprint(i), incident.Entry{Incident: inc.Number, Kind: incident.KindNote, OccurredAt: time.Now(), Text: text})
				}
			}
			return errors.Join(err, tx.SetCursor("indicators:left", "250")) // as the migration does
		})
		if err := errors.Join(err, old.Close()); err != nil {
			t.Fatal(err)
		}
		w.start()
		w.pass(5 * time.Second)
		_, c := w.opened("sam", "New")
		if w.note(c) != "" {
			t.Errorf("told %s before anybody said anything", w.note(c))
		}
		c.Say("sam", "evil-updates.com again")
		w.settle()
		if got := w.note(c); !strings.Contains(got, "Long ago") {
			t.Errorf("the note says %q", got)
		}
	})
}

// TestExtractIndicators is the message shortcut: also where the message
// belongs to no incident.
func TestExtractIndicators(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_OWN_DOMAINS"] = "acme-corp.com"
		w.env["FIREBREAK_INDICATORS_PRIVATE"] = "false"
		w.start()
		_, c := w.opened("sam", "Phishing")
		c.Say("sam", "evil-updates[.]com")
		m := c.Say("sam", "evil-updates[.]com, 10.0.0.7, acme-corp.com, dc1.acme-corp.com and 198.51.100.77")
		w.settle()
		shown := texts(w.form(c, "sam", m.TS, "extract_indicators").JSON)
		for _, want := range []string{"3 indicators", "evil-updates[.]com", "in INC-1", "dc1[.]acme-corp[.]com", "host", "198[.]51[.]100[.]77"} {
			if !strings.Contains(shown, want) {
				t.Errorf("%q is not in %s", want, shown)
			}
		}
		if strings.Contains(shown, "10[.]0") {
			t.Errorf("a private address is in %s", shown)
		}
	})
}

// TestManyIndicatorsFitIntoOneAnswer whatever there is.
func TestManyIndicatorsFitIntoOneAnswer(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		var b strings.Builder
		for i := range 40 {
			b.Reset()
			for j := range 40 {
				b.WriteString("host" + strings.Repeat("x", i) + "-" + strings.Repeat("y", j) + ".evil.com ")
			}
			c.Say("kim", b.String())
		}
		w.settle()
		total := 0
		w.view(func(v *store.View) error {
			list, err := v.Indicators(incident.Operator(), 1, "")
			total = len(list)
			return err
		})
		got := answer(c.Command("kim", "/inc ioc"))
		if total < 1000 || !strings.Contains(got, "said earlier") {
			t.Errorf("%d indicators, answered with %s", total, got)
		}
	})
}
