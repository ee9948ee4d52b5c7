package main

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"firebreak/integrations/sandbox"
)

// handOver gives the lead to somebody who has just got up.
func (s *story) handOver() []deed {
	missed := s.types("jo", "/inc catchup")
	ask := missed.do
	missed.told, missed.look = "Jo reads what was missed", s.inSlack(s.room, "jo")
	missed.do = func() error {
		if len(s.sb.Slack.Ephemerals("jo")) > 0 {
			return nil // who joins an incident that is not young is told without asking
		}
		return ask()
	}
	take := deed{told: "Jo takes the lead", who: "jo", bot: true, until: "the lead is offered to Jo", do: func() error {
		offer := s.offer()
		_, err := s.sb.Slack.Do("jo", s.room.ID(), offer.ts, sandbox.Deed{ActionID: offer.accept})
		return err
	}}
	take.seen = func() bool { return s.offer().ts != "" }
	return []deed{
		s.inRoom("alex", "alex calls Jo in", func() { s.room.Invite("alex", "jo") }),
		missed,
		s.says("jo", "morning", "Good morning. I have read it, Alex: get some sleep"),
		s.types("alex", "/inc handover @jo"),
		take,
	}
}

// offer is a message that offers the lead, with the button that takes it.
type offer struct{ ts, accept string }

var acceptButton = regexp.MustCompile(`firebreak_accept_[A-Z0-9]+_[A-Z0-9]+`)

// offer is the newest one in the incident's channel.
func (s *story) offer() (found offer) {
	for _, m := range s.room.Messages() {
		if accept := acceptButton.FindString(string(m.Blocks)); accept != "" && m.User == s.sb.Slack.Bot().ID {
			found = offer{m.TS, accept}
		}
	}
	return found
}

// correct puts right what was written in a hurry.
func (s *story) correct() []deed {
	open := s.corrects("jo", "jo opens the entry of the attacker's first contact", "/inc edit %s", "first")
	save := s.inForm("jo", "jo sets its time by the imported lines, and says why", "correct_entry", map[string]func() string{
		"when":   func() string { return fmt.Sprintf("%dm ago", 21+int(time.Since(s.began)/time.Minute)) },
		"reason": func() string { return "the EDR has the first attempt" },
	})
	shut := deed{told: "Jo closes the timeline", do: func() error {
		for _, v := range slices.Backward(s.sb.Slack.Screen("jo")) {
			v.Close()
		}
		return nil
	}}
	return []deed{
		s.reads("jo", "db-3 kind:message", map[string]string{"typo": "it moves sideways", "again": "has a session"}),
		s.corrects("jo", "jo merges the two entries about db-3", "/inc merge %s %s", "typo", "again"),
		open, save, shut,
	}
}

// sections are what only people can write of the report.
var sections = [...]struct{ name, text string }{
	{"summary", "A backup account was guessed over the VPN and used to reach three hosts."},
	{"impact", "No customer data left; three hosts were rebuilt."},
	{"root-cause", "svc-backup had a guessable password and no second factor."},
	{"contributing", "The VPN let service accounts in; nobody watched their logins."},
	{"remediation", "Account disabled, key rotated, VPN closed for service accounts."},
	{"lessons", "Service accounts get keys, never passwords."},
}

// writesByCommand writes the report, a command for each section.
func (s *story) writesByCommand(who string) (deeds []deed) {
	for _, sec := range sections {
		deeds = append(deeds, s.types(who, "/inc rca set "+sec.name+" "+sec.text))
	}
	return deeds
}

// writesInForm fills the report's form, or does without should it be gone.
func (s *story) writesInForm(who string) []deed {
	open := s.types(who, "/inc rca")
	give := open.do
	open.do = func() error {
		if err := give(); err != nil {
			return err
		}
		s.room.Press(who, "firebreak_write_rca")
		return nil
	}
	values := map[string]func() string{}
	for _, sec := range sections {
		values[sec.name] = func() string { return sec.text }
	}
	write := s.inForm(who, who+" writes the report", "write_rca", values)
	fill := write.do
	write.do = func() error {
		if s.try(fill) == nil {
			return nil
		}
		for _, d := range s.writesByCommand(who) {
			if err := s.try(d.do); err != nil {
				return err
			}
		}
		return nil
	}
	return []deed{open, write}
}
