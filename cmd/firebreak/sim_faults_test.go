package main

import (
	"time"

	"firebreak/integrations/sandbox"
)

// simKinds are the ways in which a call is spoilt.
var simKinds = []sandbox.FaultKind{
	sandbox.DropAfter, sandbox.DropAfter, sandbox.Err5xxAfter, sandbox.HangAfter, sandbox.Hang, sandbox.DropBefore,
	sandbox.Err5xxBefore, sandbox.Refuse429, sandbox.Refuse429Plain, sandbox.Delay,
}

// spoilt are the calls that are chosen to be spoilt; an empty method means
// the next ones of the service, whatever they are.
var simSpoilt = []struct{ service, method string }{
	{"slack", ""},
	{"slack", "conversations.create"},
	{"slack", "chat.postMessage"},
	{"slack", "chat.update"},
	{"slack", "conversations.invite"},
	{"slack", "conversations.setTopic"},
	{"slack", "bookmarks.add"},
	{"slack", "conversations.history"},
	{"slack", "conversations.replies"},
	{"slack", "download"},
	{"slack", "apps.connections.open"},
	{"slack", "users.info"},
	{"pagerduty", ""},
	{"pagerduty", "GET /log_entries"},
	{"pagerduty", "PUT /incidents/{id}"},
	{"gitlab", ""},
	{"gitlab", "POST /api/v4/projects/{id}/issues"},
	{"gitlab", "PUT /api/v4/projects/{id}/issues/{iid}"},
}

// deliver spoils what Slack delivers next.
func (s *sim) deliver(st simStep) {
	f := sandbox.Fault{Service: "slack", Method: "deliver", Times: 1 + st.pick(0, 3), Delay: st.between(1, 0, 20*time.Second)}
	switch st.verb {
	case "deliver twice":
		f.Kind = sandbox.Duplicate
	case "deliver late":
		f.Kind = sandbox.HoldBack
	case "deliver lost": // a repeat will come
		f.Kind, f.Times, f.Delay = sandbox.LoseDeliver, 1, 0
	case "deliver never": // what comes next is lost with its repeats, more or less
		f.Kind, f.Times, f.Delay = sandbox.LoseDeliver, 4+st.pick(0, 6), 0
	}
	s.sb.Faults.Add(f)
}

// spoil spoils one of the next calls.
func (s *sim) spoil(st simStep) {
	call := simSpoilt[st.pick(0, len(simSpoilt))]
	s.sb.Faults.Add(sandbox.Fault{
		Service: call.service, Method: call.method, Kind: simKinds[st.pick(1, len(simKinds))], Times: 1 + st.pick(2, 3),
		Delay: st.between(3, 0, 4*time.Second), RetryAfter: st.between(3, time.Second, 90*time.Second),
	})
}

// network is what happens to the sockets and the services.
func (s *sim) trouble(st simStep) {
	slack := s.sb.Slack
	switch st.verb {
	case "drop sockets":
		slack.DropSockets()
	case "disconnect":
		slack.Disconnect([]string{"warning", "refresh_requested", "too_many_websockets", "reason_of_tomorrow"}[st.pick(0, 4)])
	case "pings stop":
		slack.StopPings()
	case "pings start":
		slack.StartPings()
	case "freeze":
		slack.Freeze()
	case "ghost":
		slack.Ghost(st.between(0, time.Second, 3*time.Minute))
	case "jitter":
		slack.Jitter(st.between(0, time.Second, 40*time.Second))
	case "jitter ends":
		slack.Jitter(0)
	case "hold":
		slack.Hold()
	case "release":
		slack.Release(st.pick(0, 2) == 0)
	case "connect refused":
		s.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "connect", Kind: sandbox.DropSocket, Times: 1 + st.pick(0, 4)})
	case "pagerduty down", "pagerduty up":
		s.sb.PagerDuty.Down(st.verb == "pagerduty down")
	case "gitlab down", "gitlab up":
		s.sb.GitLab.Down(st.verb == "gitlab down")
	case "slack down", "slack up":
		slack.Down(st.verb == "slack down")
	}
}

// life starts and ends the bot.
func (s *sim) life(st simStep) {
	switch st.verb {
	case "bot stopped":
		s.stop()
	case "bot killed":
		s.crash()
	case "bot started":
		if s.app == nil {
			s.begin()
		}
	}
}
