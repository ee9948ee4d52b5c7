package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"firebreak/integrations/sandbox"
)

// says lets somebody write in the incident's channel.
func (s *story) says(who, as, text string) deed {
	return s.inRoom(who, who+" writes: “"+clip(text)+"”", func() { s.said[as] = s.room.Say(who, text).TS })
}

// replies lets somebody answer in the thread of something said.
func (s *story) replies(who, to, as, text string) deed {
	return s.inRoom(who, who+" answers in the thread: “"+clip(text)+"”", func() {
		s.said[as] = s.room.Reply(who, s.said[to], text).TS
	})
}

// pins lets somebody mark something said.
func (s *story) pins(who, what, emoji string) deed {
	return s.inRoom(who, who+" marks a message with :"+emoji+":", func() { s.room.React(who, s.said[what], emoji) })
}

// inRoom is a deed in the incident's channel that needs no bot: what is said
// while it is away is recorded when it is back.
func (s *story) inRoom(who, told string, do func()) deed {
	return deed{told: named(told), who: who, do: func() error { do(); return nil }}
}

// elsewhere is a deed outside of the incident's channel.
func elsewhere(told string, do func()) deed {
	return deed{told: named(told), do: func() error { do(); return nil }}
}

// named begins a sentence with a name as people write it.
func named(told string) string { return strings.ToUpper(told[:1]) + told[1:] }

// types lets somebody give a command in the incident's channel. One that a
// bot could not hear any more is given again.
func (s *story) types(who, line string) deed {
	return s.commands(who, func() string { return line }, func(sandbox.Reply) {})
}

// commands gives a command that is known only when it is given; heard is told
// what was answered.
func (s *story) commands(who string, line func() string, heard func(r sandbox.Reply)) deed {
	return deed{told: named(who + " types " + line()), who: who, bot: true, do: func() error {
		r := s.room.Command(who, line())
		if r.Trouble == "dispatch_failed" || r.Trouble != "" && !s.connected() {
			if s.free {
				return errUnheard
			}
		}
		heard(r)
		return nil
	}}
}

// taskNumber is the number in the answer to a new task.
var taskNumber = regexp.MustCompile("task `(\\d+)`")

// assigns hands out a task and keeps its number: people may have made some of
// their own.
func (s *story) assigns(who, as, what string) deed {
	return s.commands(who, func() string { return "/inc task add " + what }, func(r sandbox.Reply) {
		if m := taskNumber.FindStringSubmatch(r.Text); m != nil {
			s.tasks[as] = m[1]
		}
	})
}

// finishes reports a task done.
func (s *story) finishes(who, as string) deed {
	return s.commands(who, func() string { return "/inc task done " + s.tasks[as] }, func(sandbox.Reply) {})
}

// issue is the newest one with this title that the bot opened.
func (s *story) issue(title string) (found sandbox.Issue, ok bool) {
	for _, is := range s.sb.GitLab.Issues() {
		if is.Title == title && is.Author == s.sb.GitLab.Bot().Username {
			found, ok = is, true
		}
	}
	return found, ok
}

func (s *story) has(title string) func() bool {
	return func() bool { _, ok := s.issue(title); return ok }
}

func (s *story) closed(title string) bool {
	is, ok := s.issue(title)
	return ok && is.State == "closed"
}

// report is the newest issue that holds an RCA.
func (s *story) report() (found sandbox.Issue, ok bool) {
	for _, is := range s.sb.GitLab.Issues() {
		if slices.Contains(is.Labels, "rca") {
			found, ok = is, true
		}
	}
	return found, ok
}

// inSlack is the window's route to a channel, as somebody sees it.
func (s *story) inSlack(channel sandbox.SlackChannel, who string) string {
	return fmt.Sprintf("#/slack/%s?as=%s", channel.ID(), s.sb.Slack.User(who).ID)
}
