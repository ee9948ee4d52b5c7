package main

// The tasks of the story.
const (
	blockTask   = "Block 203.0.113.50 at the edge"
	disableTask = "Disable svc-backup and rotate its key"
)

// acts are the scenes in order.
func (s *story) acts() []act {
	room := func(who string) func() string { return func() string { return s.inSlack(s.room, who) } }
	at := func(hash string) func() string { return func() string { return hash } }
	return []act{
		{
			"03:02 · a page wakes Sam",
			"PagerDuty calls Sam, who is on call. Nobody has to do anything for what comes next: firebreak sees the page, opens a channel of its own for it, invites Sam and writes down what is known.",
			at("#/pagerduty"), s.pageComes, s.roomOpens,
		},
		{
			"People gather",
			"Sam brings Alex and Kim in, and they talk as they always do. Every message, answer and file becomes an entry of the timeline by itself; 📌 marks the ones that matter.",
			room("sam"), s.gather, nil,
		},
		{
			"The SIEM forwards its alerts",
			"Five failed logins from one address arrive in #alerts. firebreak reads alerts like anybody else in the channel, sees a brute force in them, and says so in the incident's channel with its evidence.",
			func() string { return s.inSlack(s.alerts, "alex") }, s.bruteForce, nil,
		},
		{
			"It spreads",
			"The same account turns up on three hosts and makes a repository public, and firebreak notices both: the second by a rule it ships. Watch Kim correct a message and Sam delete one: the timeline keeps what was said first, the report will show what holds.",
			func() string { return s.inSlack(s.alerts, "kim") }, s.lateralMovement, nil,
		},
		{
			"Work is handed out",
			"One command each makes a task with an owner. firebreak opens a confidential issue in GitLab for every one of them, and keeps both alike from then on.",
			room("alex"), s.handOut, s.tasksOpen,
		},
		{
			"Contained",
			"Kim reports a task done in Slack, Sam closes the other one in GitLab: either side follows the other. Sam also pastes a token by mistake; firebreak will not let it out of Slack.",
			room("kim"), s.contain, nil,
		},
		{
			"What was it?",
			"Closing is refused while the cause is unknown, with a list of what is missing. Alex writes the few sentences that only people can write; the rest of the report is the timeline.",
			room("alex"), s.writeUp, nil,
		},
		{
			"Closing",
			"The report is published as an issue in GitLab: pinned entries, detections, tasks, and how much of the channel was verified. Then the incident can be closed.",
			room("alex"), s.close, s.closes,
		},
	}
}
