package main

import (
	"fmt"
	"strings"
	"time"

	"firebreak/integrations/sandbox"
)

// aside are deeds that a short story leaves out.
func (s *story) aside(deeds ...deed) []deed {
	if s.short {
		return nil
	}
	return deeds
}

// keepAsEvidence marks the log that was dropped, once the bot has it.
func (s *story) keepAsEvidence() deed {
	mark := s.types("sam", "/inc evidence mark 1 how they got in")
	mark.seen, mark.until = s.fetched(1), "the bot has fetched the file"
	return mark
}

// fetched says whether the bot has downloaded so many files.
func (s *story) fetched(n int) func() bool {
	return func() bool {
		files := map[string]bool{}
		for _, r := range s.sb.Ledger.Of("slack", sandbox.RecordRequest) {
			if r.Method == "download" && r.Status == 200 {
				files[r.Target] = true
			}
		}
		return len(files) >= n
	}
}

// blames is what a tired person says, and keepsOut is how it stays in the
// channel.
func (s *story) blames() deed {
	return s.says("sam", "blame", "I bet it was Rob who chose that password")
}

func (s *story) keepsOut() deed { return s.pins("alex", "blame", "no_entry") }

// trail is what the EDR saw: its times are those of the story.
func (s *story) trail() string {
	var b strings.Builder
	b.WriteString("datetime,host,user,message\n")
	for _, line := range []struct {
		before     time.Duration // the page
		host, says string
	}{
		{21 * time.Minute, "vpn-1", "svc-backup tries its first password from 203.0.113.50"},
		{4 * time.Minute, "vpn-1", "svc-backup signs in from 203.0.113.50"},
		{3 * time.Minute, "web-1", "svc-backup on web-1 fetches http://198.51.100.23/s.sh"},
		{2 * time.Minute, "files-2", "svc-backup on files-2 starts rclone.exe, SHA-256 5f1d7a0e9c3b48264e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9001a2b3c4d5"},
		{time.Minute, "db-3", "svc-backup on db-3 lists all databases"},
	} {
		fmt.Fprintf(&b, "%s,%s,svc-backup,%q\n", s.began.Add(-line.before).UTC().Format(time.RFC3339), line.host, line.says)
	}
	return b.String()
}

// importTrail brings the adversary's lines in, and looks at what is in them.
func (s *story) importTrail() []deed {
	bring := s.types("kim", "/inc import edr.csv")
	bring.seen, bring.until = s.fetched(2), "the bot has fetched the file"
	return []deed{
		s.says("sam", "again", "db-3 has a session of svc-backup, too"),
		s.inRoom("kim", "kim drops an export of the EDR into the channel", func() {
			s.room.Upload("kim", "edr.csv", []byte(s.trail()), "what the EDR saw of svc-backup")
		}),
		bring,
		s.types("kim", "/inc ioc"),
		s.types("kim", "/inc seen 203.0.113.50"),
	}
}

// finishesAtHome ticks a task off in the app's Home tab.
func (s *story) finishesAtHome(who, as string) []deed {
	button := func() string { return "firebreak_home_done_" + s.tasks[as] }
	open := elsewhere(who+" opens firebreak's Home tab", func() { s.sb.Slack.OpenHome(who) })
	open.bot, open.look = true, "#/slack/home?as="+s.sb.Slack.User(who).ID
	tick := deed{told: named(who + " ticks the task off there"), bot: true, do: func() error {
		if home := s.sb.Slack.Home(who); home != nil {
			_, err := home.Do(sandbox.Deed{ActionID: button()})
			return err
		}
		return fmt.Errorf("%s has no Home tab", who)
	}}
	tick.until, tick.seen = "the Home tab is there", func() bool {
		home := s.sb.Slack.Home(who)
		return home != nil && strings.Contains(string(home.JSON), button())
	}
	return []deed{open, tick}
}

// redacts lets what must not be kept be said, and go.
func (s *story) redacts() []deed {
	find := s.reads("alex", "from:@kim", map[string]string{"payroll": "Erika Muster"})
	find.look = s.inSlack(s.room, "alex")
	return []deed{
		s.says("kim", "payroll", "files-2 is the payroll share. Its first line: Erika Muster, born 2 April 1981, 61,200 a year"),
		find,
		s.corrects("alex", "alex redacts that", "/inc redact %s personal data that nobody needs here", "payroll"),
		s.inRoom("kim", "kim deletes it in Slack", func() { s.room.Delete("kim", s.said["payroll"]) }),
	}
}
