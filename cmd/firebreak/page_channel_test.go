package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// What a page's log entries tell is examined as its alerts are: of a service
// that makes no alerts it is all there is.
func TestPageThatOnlyItsLogTellsOf(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		details := map[string]any{"event": "failed_login", "source": "sshd", "host": "vpn-1", "user": "ann", "src_ip": "203.0.113.50"}
		for _, tr := range []sandbox.Trigger{
			{Title: "by an event", Details: details},
			{Title: "by mail", Email: &sandbox.PagerDutyEmail{From: "siem@example.com", Subject: "Failed logins on vpn-2", Body: "user: bob\nsource ip: 203.0.113.51\nhost: vpn-2"}},
			{Title: "by mail in HTML", Email: &sandbox.PagerDutyEmail{
				From: "siem@example.com", Subject: "Failed logins", HTML: true,
				Body: "<html><head><style>p{color:red}</style></head><body><p>user: eve</p><p>source ip: 203.0.113.52</p><b>host: vpn-3</b>&nbsp;</body></html>",
			}},
			{Title: "by alerts", Alerts: []map[string]any{details, {"event": "failed_login", "user": "joe", "src_ip": "203.0.113.54"}}}, // its log tells the first too
		} {
			w.sb.PagerDuty.Trigger(tr)
			w.pass(10 * time.Second)
		}
		w.pass(time.Minute)
		w.settle()
		for n, want := range map[incident.Number][]string{
			1: {"203.0.113.50 ann vpn-1"}, 2: {"203.0.113.51 bob vpn-2"}, 3: {"203.0.113.52 eve vpn-3"},
			4: {"203.0.113.50 ann vpn-1", "203.0.113.54 joe"},
		} {
			var got []string
			for _, e := range w.of(n, incident.KindAlert) {
				about, _ := e.Data["entities"].(map[string]any)
				var said []string
				for _, sort := range []string{"address", "account", "host"} {
					values, _ := about[sort].([]any)
					for _, v := range values {
						said = append(said, v.(string))
					}
				}
				got = append(got, strings.Join(said, " "))
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", n, got, want)
			}
		}
		w.compareOnce()
	})
}

// A page made by hand tells of no alert.
func TestPageByHandHasNoAlert(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "please look", Service: "Identity"})
		w.channel(1)
		w.pass(time.Minute)
		w.settle()
		w.wantAlerts(1, 0)
	})
}
