package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"firebreak/integrations/sandbox"
)

// story is a breach as people and vendors live it: a brute force that
// succeeds, then lateral movement. Only their inputs are scripted here; what
// the bot makes of them is the bot's own. Change a line and the detections,
// the timeline and the RCA change with it.
type story struct {
	sb     *sandbox.Sandbox
	pace   time.Duration // pause between two things people do
	wait   time.Duration // how long anything the bot does may take
	page   sandbox.PagerDutyIncident
	room   sandbox.SlackChannel // the incident's channel
	alerts sandbox.SlackChannel
	said   map[string]string // ts of what was said, by a name for it
}

func newStory(sb *sandbox.Sandbox, pace time.Duration) *story {
	return &story{sb: sb, pace: pace, wait: 2 * time.Minute, alerts: sb.Slack.In("#alerts"), said: map[string]string{}}
}

// act is one scene of the story.
type act struct {
	title string
	play  func(ctx context.Context) error
}

// acts are the scenes in order.
func (s *story) acts() []act {
	return []act{
		{"03:02 · a page wakes Sam", s.pageComes},
		{"People gather", s.gather},
		{"The SIEM forwards its alerts", s.bruteForce},
		{"It spreads", s.lateralMovement},
		{"Work is handed out", s.handOut},
		{"Contained", s.contain},
		{"What was it?", s.writeUp},
		{"Closing", s.close},
	}
}

// play plays all scenes; announce is told each one's title before it begins.
func (s *story) play(ctx context.Context, announce func(title string)) error {
	for _, a := range s.acts() {
		announce(a.title)
		if err := a.play(ctx); err != nil {
			return fmt.Errorf("story, %s: %w", a.title, err)
		}
	}
	return nil
}

func (s *story) pageComes(ctx context.Context) error {
	s.page = s.sb.PagerDuty.Trigger(sandbox.Trigger{
		Title: "VPN gateway: unusual number of failed logins", Service: "Identity", Urgency: "high", Priority: "P2",
		Alerts: []map[string]any{{
			"summary": "vpn-1: 214 failed logins in 5 minutes", "severity": "critical",
			"host": "vpn-1", "src_ip": "203.0.113.50", "action": "login anomaly", "source": "vpn",
		}},
	})
	if err := s.roomOpens(ctx); err != nil {
		return err
	}
	return s.beat(ctx)
}

// roomOpens waits until the incident's channel is there, with its first post
// and with whoever is on call in it.
func (s *story) roomOpens(ctx context.Context) error {
	sam := s.sb.Slack.User("sam").ID
	return s.until(ctx, "the incident's channel opens", func() bool {
		for _, c := range s.sb.Slack.Channels() {
			if !strings.HasPrefix(c.Name, "inc-") || !strings.Contains(strings.Join(c.Members, " "), sam) {
				continue
			}
			s.room = s.sb.Slack.In(c.ID)
			return c.Topic != ""
		}
		return false
	})
}

func (s *story) gather(ctx context.Context) error {
	return s.inOrder(ctx,
		func() { s.sb.PagerDuty.Acknowledge(s.page.ID, "sam") },
		func() { s.room.Invite("sam", "alex") },
		func() { s.room.Invite("sam", "kim") },
		func() { s.room.Command("alex", "/inc lead @alex") },
		func() {
			s.say("sam", "start", "On it. The gateway shows a wave of failures since 02:55, all from one address.")
		},
		func() {
			s.reply("kim", "start", "which", "Which accounts? I can see *svc-backup* and root so far & maybe more")
		},
		func() { s.reply("sam", "start", "accounts", "svc-backup got in at 02:58. The rest are failures.") },
		func() { s.room.React("alex", s.said["accounts"], "pushpin") },
		func() {
			s.upload("sam", "vpn-auth.log", "02:58:11 vpn-1 sshd[811]: Accepted password for svc-backup from 203.0.113.50\n", "auth log of the gateway")
		},
	)
}

func (s *story) bruteForce(ctx context.Context) error {
	var steps []func()
	for i := range 5 {
		line := fmt.Sprintf("```{\"event\":\"failed_login\",\"source\":\"sshd\",\"host\":\"vpn-1\",\"user\":\"svc-backup\",\"src_ip\":\"203.0.113.50\",\"attempt\":%d}```", i+1)
		steps = append(steps, func() { s.alerts.Webhook("siem", line, "") })
	}
	steps = append(steps, func() {
		s.say("alex", "blocking", "That is a brute force. Kim, block the address at the edge, please.")
	})
	return s.inOrder(ctx, steps...)
}

func (s *story) lateralMovement(ctx context.Context) error {
	hop := func(source, host string) func() {
		return func() {
			s.alerts.Webhook("siem", fmt.Sprintf("```{\"event\":\"successful_login\",\"source\":%q,\"host\":%q,\"user\":\"svc-backup\",\"src_ip\":\"10.20.0.7\"}```", source, host), "")
		}
	}
	return s.inOrder(ctx,
		hop("sshd", "web-1"), hop("winlog", "files-2"), hop("sshd", "db-3"),
		func() { s.say("kim", "typo", "svc-backup is on db-3 as wel, and on files-2") },
		func() {
			s.room.Edit("kim", s.said["typo"], "svc-backup is on db-3 as well, and on files-2: it moves sideways")
		},
		func() { s.room.React("alex", s.said["typo"], "pushpin") },
		func() { s.say("sam", "oops", "wrong channel, sorry") },
		func() { s.room.Delete("sam", s.said["oops"]) },
		func() { s.room.Command("alex", "/inc sev 1") },
	)
}

func (s *story) handOut(ctx context.Context) error {
	err := s.inOrder(ctx,
		func() { s.room.Command("alex", "/inc task add Block 203.0.113.50 at the edge @kim") },
		func() { s.room.Command("alex", "/inc task add Disable svc-backup and rotate its key @sam due 17:00") },
		func() { s.room.Command("alex", "/inc note at 10m ago Attacker seen on the VPN for the first time") },
	)
	if err != nil {
		return err
	}
	return s.until(ctx, "the tasks are in GitLab", func() bool { return len(s.sb.GitLab.Issues()) >= 2 })
}

func (s *story) contain(ctx context.Context) error {
	return s.inOrder(ctx,
		func() { s.room.Command("kim", "/inc task done 1") },
		func() { s.sb.GitLab.Close(2, "sam") },
		func() {
			s.say("sam", "disabled", "svc-backup is disabled everywhere, sessions are gone. Token was glpat-"+strings.Repeat("x1Y2", 5))
		},
		func() { s.room.React("alex", s.said["disabled"], "round_pushpin") },
		func() { s.room.Command("alex", "/inc milestone contained") },
	)
}

func (s *story) writeUp(ctx context.Context) error {
	return s.inOrder(ctx,
		func() { s.room.Command("alex", "/inc close") },
		func() {
			s.room.Command("alex", "/inc rca set summary A backup account was guessed over the VPN and used to reach three hosts.")
		},
		func() { s.room.Command("alex", "/inc rca set impact No customer data left; three hosts were rebuilt.") },
		func() {
			s.room.Command("alex", "/inc rca set root-cause svc-backup had a guessable password and no second factor.")
		},
		func() {
			s.room.Command("alex", "/inc rca set contributing The VPN let service accounts in; nobody watched their logins.")
		},
		func() {
			s.room.Command("alex", "/inc rca set remediation Account disabled, key rotated, VPN closed for service accounts.")
		},
		func() { s.room.Command("alex", "/inc rca set lessons Service accounts get keys, never passwords.") },
	)
}

func (s *story) close(ctx context.Context) error {
	err := s.inOrder(ctx,
		func() { s.sb.PagerDuty.Resolve(s.page.ID, "sam") },
		func() { s.room.Command("alex", "/inc rca publish") },
	)
	if err != nil {
		return err
	}
	if err := s.until(ctx, "the RCA is in GitLab", func() bool { return len(s.sb.GitLab.Issues()) >= 3 }); err != nil {
		return err
	}
	if err := s.until(ctx, "both tasks are done in GitLab", func() bool {
		return s.sb.GitLab.Issue(1).State == "closed" && s.sb.GitLab.Issue(2).State == "closed"
	}); err != nil {
		return err
	}
	return s.inOrder(ctx, func() { s.room.Command("alex", "/inc close") })
}

func (s *story) say(who, as, text string)       { s.said[as] = s.room.Say(who, text).TS }
func (s *story) reply(who, to, as, text string) { s.said[as] = s.room.Reply(who, s.said[to], text).TS }

func (s *story) upload(who, name, content, comment string) {
	s.room.Upload(who, name, []byte(content), comment)
}

// inOrder lets people do one thing after the other.
func (s *story) inOrder(ctx context.Context, steps ...func()) error {
	for _, step := range steps {
		step()
		if err := s.beat(ctx); err != nil {
			return err
		}
	}
	return nil
}

// beat is the pause between two things people do.
func (s *story) beat(ctx context.Context) error { return sleep(ctx, s.pace) }

// until waits for something that people can see.
func (s *story) until(ctx context.Context, what string, seen func() bool) error {
	deadline := time.Now().Add(s.wait)
	for !seen() {
		if time.Now().After(deadline) {
			return errors.New("waited in vain until " + what)
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
