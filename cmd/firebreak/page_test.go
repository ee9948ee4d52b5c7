package main

import (
	"strings"
	"testing"

	"firebreak/integrations/sandbox"
)

func TestPageBecomesChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN logins fail", Service: "Identity", Priority: "P1"})
		c := w.channel(1)
		w.settle()

		info := c.Info()
		if info.Name != "inc-1-vpn-logins-fail" || !info.Private {
			t.Errorf("channel is #%s, private %v", info.Name, info.Private)
		}
		var first sandbox.Message
		for _, m := range c.Messages() {
			if m.Subtype == "" {
				first = m
				break
			}
		}
		for _, want := range []string{"VPN logins fail", page.ID, "Identity", "high", page.URL} {
			if !strings.Contains(first.Text+texts(first.Blocks), want) {
				t.Errorf("first post does not name %q: %s\n%s", want, first.Text, texts(first.Blocks))
			}
		}
		if got := w.incident(1).Severity; got != 1 {
			t.Errorf("severity is %v, want SEV1", got)
		}
		if !strings.Contains(c.Topic(), "INC-1") {
			t.Errorf("topic is %q", c.Topic())
		}
		sam := w.sb.Slack.User("sam").ID
		if !strings.Contains(strings.Join(c.Members(), " "), sam) {
			t.Errorf("who is on call is not a member: %v", c.Members())
		}
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("parked: %+v", parked)
		}
	})
}
