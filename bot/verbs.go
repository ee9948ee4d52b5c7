package bot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
)

// do does what the command says and gives its author's answer.
func (o *order) do() (message, error) {
	verbs := map[string]func() (message, error){
		"help":          o.help,
		"open":          o.open,
		"status":        o.status,
		"sev":           o.severity,
		"lead":          o.lead,
		"role":          o.role,
		"note":          o.note,
		"milestone":     o.milestone,
		"update":        o.update,
		"ack":           o.acknowledge,
		"timeline":      o.timeline,
		"find":          o.search,
		"task add":      o.addTask,
		"task list":     o.listTasks,
		"task done":     o.taskDone,
		"task reopen":   o.taskReopen,
		"task assign":   o.taskAssign,
		"page":          o.page,
		"actions":       o.actions,
		"retry":         o.retry,
		"task due":      o.taskDue,
		"map":           o.mapAccount,
		"rca":           o.showRCA,
		"rca set":       o.setSection,
		"rca publish":   o.publishRCA,
		"close":         o.closeIncident,
		"reopen":        o.reopen,
		"split":         o.split,
		"detect":        o.detections,
		"ioc":           o.indicators,
		"seen":          o.seen,
		"catchup":       o.catchUp,
		"handover":      o.handOver,
		"edit":          o.edit,
		"time":          o.correctTime,
		"drop":          o.drop,
		"restore":       o.restore,
		"undo":          o.undo,
		"redact":        o.redact,
		"retain":        o.retain,
		"hold":          o.hold,
		"hold off":      o.holdOff,
		"editor":        o.editor,
		"shift":         o.shift,
		"hide":          o.hide,
		"show":          o.unhide,
		"kind":          o.setKind,
		"phase":         o.setPhase,
		"history":       o.history,
		"merge entries": o.mergeEntries,
		"split entry":   o.splitEntry,
		"move":          o.moveEntries,
		"import":        o.importLines,
		"reveal":        o.reveal,
		"export":        o.export,

		"evidence":        o.evidence,
		"evidence mark":   o.markEvidence,
		"evidence give":   o.giveEvidence,
		"evidence seal":   o.sealEvidence,
		"evidence unseal": o.unsealEvidence,

		"detect score":    o.score,
		"detect shadow":   o.shadow,
		"detect hints":    o.hints,
		"detect mutes":    o.mutes,
		"detect unmute":   o.unmute,
		"detect backtest": o.backtest,
	}
	verb, ok := verbs[o.cmd.Verb]
	if !ok {
		return message{}, refuse("`" + o.slash.Command + " " + o.cmd.Verb + "` comes later.")
	}
	var answer message
	err := o.tx.Together(o.name(), func() (err error) {
		answer, err = verb()
		return err
	})
	return answer, err
}

func (o *order) help() (message, error) { return helpMessage(o.slash.Command), nil }

func (o *order) open() (message, error) {
	sev := o.cmd.Severity
	if sev == 0 {
		sev = incident.SEV3
	}
	title := incident.DecodeSlack(o.cmd.Text)
	inc, err := o.b.openIncident(o.tx, incident.Incident{
		Title: title, Severity: sev, Private: o.b.cfg.Private, OpenedAt: o.at, OpenedBy: o.slash.UserID,
		Milestones: milestonesAt(incident.Detected, o.at),
	})
	if err != nil {
		return message{}, err
	}
	o.inc, o.record = inc, true
	_, err = o.entry("status", incident.KindStatus, o.at, "opened: "+title, map[string]any{"to": string(incident.StatusOpen), "severity": int(sev)})
	return openedMessage(inc), err
}

func (o *order) severity() (message, error) {
	from := o.inc.Severity
	if from == o.cmd.Severity {
		return message{Text: o.inc.Number.String() + " is " + from.String() + " already."}, nil
	}
	o.inc.Severity = o.cmd.Severity
	if err := o.b.changedIncident(o.tx, o.inc, o.key); err != nil {
		return message{}, err
	}
	text := fmt.Sprintf("severity %s, was %s", o.cmd.Severity, from)
	if _, err := o.entry("severity", incident.KindSeverity, o.at, text, map[string]any{"from": int(from), "to": int(o.cmd.Severity)}); err != nil {
		return message{}, err
	}
	m := severityMessage(o.inc, from, o.slash.UserID)
	return m, o.tell(m)
}

func (o *order) lead() (message, error) {
	was := o.inc.Commander
	o.inc.Commander = o.cmd.User
	if err := o.b.changedIncident(o.tx, o.inc, o.key); err != nil {
		return message{}, err
	}
	return o.gaveRole("commander", was)
}

func (o *order) role() (message, error) {
	name := strings.ToLower(incident.DecodeSlack(o.cmd.Role))
	if name == "commander" || name == "lead" {
		return o.lead()
	}
	return o.gaveRole(name, "")
}

func (o *order) gaveRole(name, was string) (message, error) {
	if err := o.b.wantPerson(o.tx, o.cmd.User); err != nil {
		return message{}, err
	}
	text := name + " is " + o.recorded(o.cmd.User)
	_, err := o.entry("role", incident.KindRole, o.at, text, map[string]any{"role": name, "user": o.cmd.User, "was": was})
	if err != nil {
		return message{}, err
	}
	m := roleMessage(name, o.cmd.User, o.slash.UserID)
	if name == "commander" {
		m = leadMessage(o.cmd.User, o.slash.UserID)
	}
	return m, o.tell(m)
}

// nameOf is how people call a user; the id where nobody has said yet.
func (o *order) nameOf(user string) string {
	if p, _, err := o.tx.Person(user); err == nil && p.Name != "" {
		return "@" + p.Name
	}
	return user
}

// recorded is how a recorded text calls a user: by name, and by a mention, which
// is read with the name that is known by then, where nobody has said yet.
func (o *order) recorded(user string) string {
	if name := o.nameOf(user); name != user || !userID.MatchString(user) {
		return name
	}
	return "<@" + user + ">"
}

func (o *order) note() (message, error) {
	at, err := o.moment()
	if err != nil {
		return message{}, err
	}
	e, err := o.entry("note", incident.KindNote, at, incident.DecodeSlack(o.cmd.Text), nil)
	return notedMessage(e, o.at), err
}

// moment is the time the command names, in its author's zone; now without
// one.
func (o *order) moment() (time.Time, error) {
	if o.cmd.When == "" {
		return o.at, nil
	}
	at, rest, err := incident.ParseWhen(o.cmd.When, o.at, o.zone())
	if unclear, ok := errors.AsType[*incident.UnclearTimeError](err); ok {
		return at, &refusal{reason: "unclear time", answer: unclearTimeMessage(unclear), field: fieldWhen}
	}
	if err != nil || strings.TrimSpace(rest) != "" {
		return at, refuseField(fieldWhen, "I could not read the time "+code(o.cmd.When)+". Try `14:32`, `10m ago` or `2026-11-20 23:10`.")
	}
	return at.UTC(), nil
}

func (o *order) milestone() (message, error) {
	at, err := o.moment()
	if err != nil {
		return message{}, err
	}
	m := o.cmd.Milestone
	if o.inc.Milestones == nil {
		o.inc.Milestones = map[incident.Milestone]time.Time{}
	}
	o.inc.Milestones[m] = at
	from := o.inc.Status
	switch {
	case o.inc.Closed():
	case m == incident.Recovered:
		o.inc.Status = incident.StatusResolved
	case m == incident.Contained && from == incident.StatusOpen:
		o.inc.Status = incident.StatusContained
	}
	if err := o.b.changedIncident(o.tx, o.inc, o.key); err != nil {
		return message{}, err
	}
	if _, err := o.entry("milestone", incident.KindMilestone, at, string(m), map[string]any{"milestone": string(m), "at": at}); err != nil {
		return message{}, err
	}
	if err := o.statusChanged(from); err != nil {
		return message{}, err
	}
	shown := milestoneMessage(m, at, o.at, o.slash.UserID)
	return shown, o.tell(shown)
}

// statusChanged records the incident's new status, if it is a new one.
func (o *order) statusChanged(from incident.Status) error {
	if o.inc.Status == from {
		return nil
	}
	_, err := o.entry("status", incident.KindStatus, o.at, string(o.inc.Status)+", was "+string(from),
		map[string]any{"from": string(from), "to": string(o.inc.Status)})
	return err
}

func (o *order) addTask() (message, error) {
	t := incident.Task{
		Incident: o.inc.Number, Title: incident.DecodeSlack(o.cmd.Text), Owner: o.cmd.User,
		State: incident.TaskOpen, CreatedBy: o.slash.UserID, CreatedAt: o.at, Since: o.at, Said: o.key + ":shown",
	}
	if o.cmd.When != "" {
		if err := o.dueAt(&t, o.cmd.When); err != nil {
			return message{}, err
		}
	}
	t, err := o.tx.AddTask(t)
	if err != nil {
		return message{}, err
	}
	if err := o.b.wantPerson(o.tx, t.Owner); err != nil {
		return message{}, err
	}
	data := map[string]any{"task": t.N, "state": string(t.State), "owner": t.Owner}
	if !t.Due.IsZero() {
		data["due"] = t.Due
	}
	if _, err := o.entry("task", incident.KindTask, o.at, fmt.Sprintf("task %d: %s", t.N, t.Title), data); err != nil {
		return message{}, err
	}
	m := taskAddedMessage(t, o.at, o.about.Permalink)
	if err := o.tell(m); err != nil {
		return message{}, err
	}
	return m, o.b.planIssue(o.tx, t)
}

// task is the task that the command names.
func (o *order) task() (incident.Task, error) {
	t, err := o.tx.Task(o.inc.Number, o.cmd.N)
	if isNotFound(err) {
		return t, refuse("There is no task " + strconv.Itoa(o.cmd.N) + ". `" + o.slash.Command + " task list` shows them.")
	}
	return t, err
}

func (o *order) taskDone() (message, error)   { return o.setTask(incident.TaskDone) }
func (o *order) taskReopen() (message, error) { return o.setTask(incident.TaskOpen) }

func (o *order) setTask(s incident.TaskState) (message, error) {
	t, err := o.task()
	if err != nil {
		return message{}, err
	}
	if t.State == s {
		return message{Text: fmt.Sprintf("Task %d is %s already.", t.N, s)}, nil
	}
	if err := o.b.setTask(o.tx, t, s, o.actor(), o.key+":task"); err != nil {
		return message{}, err
	}
	t.State = s
	m := taskChangedMessage(t, o.slash.UserID)
	return m, o.tell(m)
}

func (o *order) taskAssign() (message, error) {
	t, err := o.task()
	if err != nil {
		return message{}, err
	}
	t.Owner, t.OwnerName, t.Since = o.cmd.User, "", o.at
	if err := o.tx.SaveTask(t); err != nil {
		return message{}, err
	}
	if err := o.b.wantPerson(o.tx, t.Owner); err != nil {
		return message{}, err
	}
	text := fmt.Sprintf("task %d is %s's: %s", t.N, o.recorded(t.Owner), t.Title)
	if _, err := o.entry("task", incident.KindTask, o.at, text, map[string]any{"task": t.N, "owner": t.Owner}); err != nil {
		return message{}, err
	}
	if err := o.b.planSync(o.tx, t, o.key); err != nil {
		return message{}, err
	}
	m := sentence("Task " + strconv.Itoa(t.N) + " is " + who(t.Owner) + "’s now.")
	return m, o.tell(m)
}

// dueAt makes a task due when its command says, in its author's zone.
func (o *order) dueAt(t *incident.Task, when string) error {
	due, err := incident.ParseDue(when, o.at, o.zone())
	if unclear, ok := errors.AsType[*incident.UnclearTimeError](err); ok {
		return &refusal{reason: "unclear time", answer: unclearTimeMessage(unclear), field: fieldDue}
	}
	if errors.Is(err, incident.ErrPast) {
		return refuseField(fieldDue, "A task cannot be due in the past: "+code(when)+" is over.")
	}
	if err != nil {
		return refuseField(fieldDue, "I could not read the due time "+code(when)+". Try `17:00`, `tomorrow` or `2026-11-25`.")
	}
	t.Due, t.DueDay, t.Since = due.UTC(), due.In(o.zone()).Format(time.DateOnly), o.at
	return nil
}

func (o *order) taskDue() (message, error) {
	t, err := o.task()
	if err != nil {
		return message{}, err
	}
	if t.Due, t.DueDay = (time.Time{}), ""; !strings.EqualFold(o.cmd.When, "none") {
		if err := o.dueAt(&t, o.cmd.When); err != nil {
			return message{}, err
		}
	}
	if err := o.tx.SaveTask(t); err != nil {
		return message{}, err
	}
	data := map[string]any{"task": t.N, "due": nil}
	text := fmt.Sprintf("task %d has no due date: %s", t.N, t.Title)
	if !t.Due.IsZero() {
		data["due"] = t.Due
		text = fmt.Sprintf("task %d is due %s: %s", t.N, t.Due.Format("2006-01-02 15:04 UTC"), t.Title)
	}
	if _, err := o.entry("task", incident.KindTask, o.at, text, data); err != nil {
		return message{}, err
	}
	if err := o.b.planSync(o.tx, t, o.key); err != nil {
		return message{}, err
	}
	m := taskDueMessage(t, o.at)
	return m, o.tell(m)
}
