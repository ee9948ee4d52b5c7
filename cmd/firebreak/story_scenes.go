package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/integrations/sandbox"
)

func (s *story) pageComes() []deed {
	return []deed{elsewhere("PagerDuty calls Sam: unusual number of failed logins", func() {
		s.began = time.Now()
		s.page = s.sb.PagerDuty.Trigger(sandbox.Trigger{
			Title: "VPN gateway: unusual number of failed logins", Service: "Identity", Urgency: "high", Priority: "P2",
			Alerts: []map[string]any{{
				"summary": "vpn-1: 214 failed logins in 5 minutes", "severity": "critical",
				"host": "vpn-1", "src_ip": "203.0.113.50", "action": "login anomaly", "source": "vpn",
			}},
		})
	})}
}

// roomOpens waits until the incident's channel is there, with its first post
// and with whoever is on call in it, and the bot has read the page's alerts,
// without which it would not know that later ones belong together.
func (s *story) roomOpens(ctx context.Context) error {
	if err := s.until(ctx, "the incident's channel opens", s.findRoom); err != nil {
		return err
	}
	return s.glance(ctx, 5*time.Second, func() bool {
		return slices.ContainsFunc(s.sb.Ledger.Of("pagerduty", sandbox.RecordRequest), func(r sandbox.Record) bool {
			return r.Method == "GET /incidents/{id}/alerts" && strings.Contains(r.Target, s.page.ID) && r.Status == 200
		})
	})
}

func (s *story) findRoom() bool {
	sam := s.sb.Slack.User("sam").ID
	for _, c := range s.sb.Slack.Channels() {
		if !strings.HasPrefix(c.Name, "inc-") || c.Topic == "" || !slices.Contains(c.Members, sam) {
			continue
		}
		for _, m := range s.sb.Slack.In(c.ID).Messages() {
			if m.User == s.sb.Slack.Bot().ID && strings.Contains(string(m.Blocks), fmt.Sprintf("#%d", s.page.Number)) {
				s.room, s.opened = s.sb.Slack.In(c.ID), time.Now()
				return true
			}
		}
	}
	return false
}

func (s *story) gather() []deed {
	return append([]deed{
		elsewhere("Sam acknowledges the page on the phone", func() { s.sb.PagerDuty.Acknowledge(s.page.ID, "sam") }),
		s.inRoom("sam", "sam calls Alex in", func() { s.room.Invite("sam", "alex") }),
		s.inRoom("sam", "sam calls Kim in", func() { s.room.Invite("sam", "kim") }),
		s.types("alex", "/inc lead @alex"),
		s.says("sam", "start", "On it. The gateway shows a wave of failures since 02:55, all from one address."),
		s.replies("kim", "start", "which", "Which accounts? I can see *svc-backup* and root so far & maybe more"),
		s.replies("sam", "start", "accounts", "svc-backup got in at 02:58. The rest are failures."),
		s.pins("alex", "accounts", "pushpin"),
		s.inRoom("sam", "sam drops a log file into the channel", func() {
			s.room.Upload("sam", "vpn-auth.log", []byte("02:58:11 vpn-1 sshd[811]: Accepted password for svc-backup from 203.0.113.50\n"), "auth log of the gateway")
		}),
	}, s.aside(s.keepAsEvidence(), s.blames(), s.keepsOut())...)
}

func (s *story) bruteForce() []deed {
	var deeds []deed
	for i := range 5 {
		line := fmt.Sprintf("```{\"event\":\"failed_login\",\"source\":\"sshd\",\"host\":\"vpn-1\",\"user\":\"svc-backup\",\"src_ip\":\"203.0.113.50\",\"attempt\":%d}```", i+1)
		deeds = append(deeds, s.alert(fmt.Sprintf("The SIEM forwards failed login %d of 5", i+1), line))
	}
	blocking := s.says("alex", "blocking", "That is a brute force. Kim, block the address at the edge, please.")
	blocking.look = s.inSlack(s.room, "alex")
	return append(deeds, blocking)
}

func (s *story) alert(told, line string) deed {
	return elsewhere(told, func() { s.alerts.Webhook("siem", line, "") })
}

func (s *story) lateralMovement() []deed {
	hop := func(source, host string) deed {
		return s.alert("The SIEM forwards a login to "+host, fmt.Sprintf(
			"```{\"event\":\"successful_login\",\"source\":%q,\"host\":%q,\"user\":\"svc-backup\",\"src_ip\":\"10.20.0.7\"}```", source, host))
	}
	typo := s.says("kim", "typo", "svc-backup is on db-3 as wel, and on files-2")
	typo.look = s.inSlack(s.room, "kim")
	return []deed{
		hop("sshd", "web-1"), hop("winlog", "files-2"), hop("sshd", "db-3"),
		s.alert("The SIEM forwards GitHub's audit log: a repository is public now", "```"+
			`{"action":"repo.access","actor":"svc-backup","actor_ip":"203.0.113.50","org":"example","repo":"example/infra","visibility":"public","previous_visibility":"private"}`+"```"),
		typo,
		s.inRoom("kim", "kim corrects that", func() {
			s.room.Edit("kim", s.said["typo"], "svc-backup is on db-3 as well, and on files-2: it moves sideways")
		}),
		s.pins("alex", "typo", "pushpin"),
		s.says("sam", "oops", "wrong channel, sorry"),
		s.inRoom("sam", "sam deletes that", func() { s.room.Delete("sam", s.said["oops"]) }),
		s.types("alex", "/inc sev 1"),
	}
}

func (s *story) handOut() []deed {
	return []deed{
		s.assigns("alex", "block", blockTask+" @kim"),
		s.assigns("alex", "disable", disableTask+" @sam due 17:00"),
		s.notes("alex", "first", "/inc note at 10m ago Attacker seen on the VPN for the first time"),
	}
}

func (s *story) tasksOpen(ctx context.Context) error {
	return s.expect(ctx, "the tasks are in GitLab", func() bool { return s.has(blockTask)() && s.has(disableTask)() })
}

func (s *story) contain() []deed {
	inGitLab := elsewhere("Sam closes the other task's issue in GitLab", func() {
		if is, ok := s.issue(disableTask); ok && is.State == "opened" {
			s.sb.GitLab.Close(is.IID, "sam")
		}
	})
	inGitLab.look = "#/gitlab?as=" + s.sb.Slack.User("sam").ID
	disabled := s.says("sam", "disabled", "svc-backup is disabled everywhere, sessions are gone. Token was glpat-"+strings.Repeat("x1Y2", 5))
	disabled.look = s.inSlack(s.room, "sam")
	done := []deed{s.finishes("kim", "block")}
	if !s.short {
		done = s.finishesAtHome("kim", "block")
	}
	return slices.Concat(done, []deed{
		inGitLab,
		disabled,
		s.pins("alex", "disabled", "round_pushpin"),
		s.types("alex", "/inc milestone contained"),
	}, s.aside(s.redacts()...))
}

func (s *story) writeUp() []deed {
	refused := s.types(s.lead(), "/inc close")
	if s.short {
		return append([]deed{refused}, s.writesByCommand(s.lead())...)
	}
	return append([]deed{refused}, s.writesInForm(s.lead())...)
}

func (s *story) close() []deed {
	return []deed{
		elsewhere("Sam resolves the page", func() { s.sb.PagerDuty.Resolve(s.page.ID, "sam") }),
		s.types(s.lead(), "/inc rca publish"),
	}
}

// closes waits for GitLab to have everything; then the incident can be closed.
func (s *story) closes(ctx context.Context) error {
	if err := s.expect(ctx, "the RCA is in GitLab", func() bool { _, ok := s.report(); return ok }); err != nil {
		return err
	}
	if err := s.expect(ctx, "both tasks are done in GitLab", func() bool { return s.closed(blockTask) && s.closed(disableTask) }); err != nil {
		return err
	}
	read := elsewhere("Look at the RCA in GitLab", func() {})
	if is, ok := s.report(); ok {
		read.look = fmt.Sprintf("#/gitlab/%d?as=%s", is.IID, s.sb.Slack.User(s.lead()).ID)
	}
	closing := s.types(s.lead(), "/inc close")
	closing.look = s.inSlack(s.room, s.lead())
	return s.step(ctx, append([]deed{read, closing}, s.aside(
		s.types("jo", "/inc hold Our insurer has not decided yet"),
		s.types("jo", "/inc export"),
	)...)...)
}
