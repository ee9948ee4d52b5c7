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
			title: "03:02 · a page wakes Sam",
			text:  "PagerDuty calls Sam, who is on call. Nobody has to do anything for what comes next: firebreak sees the page, opens a channel of its own for it, invites Sam and writes down what is known.",
			look:  at("#/pagerduty"), deeds: s.pageComes, then: s.roomOpens,
		},
		{
			title: "People gather",
			text:  "Sam brings Alex and Kim in, and they talk as they always do. Every message, answer and file becomes an entry of the timeline by itself; 📌 marks the ones that matter, ⛔ keeps one out of the report. The log that Sam drops is examined and kept as evidence, with its hash.",
			look:  room("sam"), deeds: s.gather,
		},
		{
			title: "The SIEM forwards its alerts",
			text:  "Five failed logins from one address arrive in #alerts. firebreak reads alerts like anybody else in the channel, sees a brute force in them, and says so in the incident's channel with its evidence.",
			look:  func() string { return s.inSlack(s.alerts, "alex") }, deeds: s.bruteForce,
		},
		{
			title: "It spreads",
			text:  "The same account turns up on three hosts and makes a repository public, and firebreak notices both: the second by a rule it ships. Watch Kim correct a message and Sam delete one: the timeline keeps what was said first, the report will show what holds.",
			look:  func() string { return s.inSlack(s.alerts, "kim") }, deeds: s.lateralMovement,
		},
		{
			title: "The attacker's own trail",
			text:  "Kim exports what the EDR saw. One command puts its lines on the timeline, in a lane of their own and at the time they happened, before anybody was awake. The addresses, accounts and hosts in all of this are indicators by now: Kim lists them, and asks whether one was here before.",
			look:  room("kim"), deeds: s.importTrail, aside: true,
		},
		{
			title: "Work is handed out",
			text:  "One command each makes a task with an owner. firebreak opens a confidential issue in GitLab for every one of them, and keeps both alike from then on.",
			look:  room("alex"), deeds: s.handOut, then: s.tasksOpen,
		},
		{
			title: "Contained",
			text:  "Kim ticks a task off in firebreak's Home tab, Sam closes the other one in GitLab: either side follows the other. Sam also pastes a token by mistake; firebreak will not let it out of Slack, and tells Sam. What no program can know to be private Alex redacts: it is gone for good, that it was there stays.",
			look:  room("kim"), deeds: s.contain,
		},
		{
			title: "Jo takes over",
			text:  "It is morning, and Alex has been up all night. The handover says where it stands, for all to read; the lead changes when Jo takes it, and not before. Who joins late is told alone what they have missed.",
			look:  room("alex"), deeds: s.handOver, aside: true,
		},
		{
			title: "In hindsight",
			text:  "What was written at three in the morning need not stay wrong. Jo merges two entries that say the same, and moves the attacker's first contact to when the imported lines say it was. Nothing is lost: each correction is kept with who, when and why.",
			look:  room("jo"), deeds: s.correct, aside: true,
		},
		{
			title: "What was it?",
			text:  "Closing is refused while the cause is unknown, with a list of what is missing. The few sentences that only people can write go into a form; the rest of the report is the timeline.",
			look:  func() string { return s.inSlack(s.room, s.lead()) }, deeds: s.writeUp,
		},
		{
			title: "Closing",
			text:  "The report is published as an issue in GitLab: a picture of the timeline, pinned entries, detections, tasks, evidence, and how much of the channel was verified. Then the incident can be closed, held for the insurer, and exported.",
			look:  func() string { return s.inSlack(s.room, s.lead()) }, deeds: s.close, then: s.closes,
		},
	}
}

// lead is who has it in the end.
func (s *story) lead() string {
	if s.short {
		return "alex"
	}
	return "jo"
}
