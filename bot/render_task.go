package bot

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// taskLine is a task on one line: number, title, owner, due date and issue.
func taskLine(t incident.Task, now time.Time) string {
	line := fmt.Sprintf("`%d` %s", t.N, words(t.Title, 300))
	if t.State == incident.TaskDone {
		line = ":white_check_mark: " + line
	}
	line += " · " + owner(t)
	if !t.Due.IsZero() && t.State == incident.TaskOpen {
		line += " · due " + stamp(t.Due, now)
		if t.Due.Before(now) {
			line += " :warning:"
		}
	}
	if t.Issue.IID != 0 {
		line += " · " + link(t.Issue.URL, fmt.Sprintf("#%d", t.Issue.IID))
	}
	return line
}

// owner names who is responsible: an owner GitLab gave without a Slack
// counterpart by username.
func owner(t incident.Task) string {
	switch {
	case t.Owner != "":
		return who(t.Owner)
	case t.OwnerName != "":
		return words(t.OwnerName, 80)
	}
	return "no owner"
}

// taskAddedMessage tells of a new task, and of the message it was made of, if
// it was.
func taskAddedMessage(t incident.Task, now time.Time, from string) message {
	text := "New task " + taskLine(t, now)
	if from != "" {
		text += " · " + link(from, "↗")
	}
	return sentence(text)
}

// tasksStayHere says that no issue will follow.
func tasksStayHere() message {
	return sentence("GitLab is not set up, so tasks stay here: none becomes an issue.")
}

// taskChangedMessage says that a Slack user, by id, did or reopened a task.
func taskChangedMessage(t incident.Task, by string) message {
	return taskStateMessage(t, who(by))
}

// taskChangedOutside says that somebody did or reopened a task in GitLab. A
// name chosen there never becomes a mention here.
func taskChangedOutside(t incident.Task, name string) message {
	if name == "" {
		name = "somebody"
	}
	return taskStateMessage(t, words(name, 80)+" in GitLab")
}

func taskStateMessage(t incident.Task, by string) message {
	what := "is open again"
	if t.State == incident.TaskDone {
		what = "is done"
	}
	return sentence(fmt.Sprintf("Task `%d` %s, says %s: %s", t.N, what, by, words(t.Title, 300)))
}

// taskListMessage lists an incident's tasks, one line each, open ones first.
func taskListMessage(n incident.Number, tasks []incident.Task, now time.Time, command string) message {
	p := parser{slash: command}
	open, done := byState(tasks)
	if len(tasks) == 0 {
		return sentence(fmt.Sprintf("%s has no tasks. Add one: %s.", n, p.do("task add TITLE [@owner] [due WHEN]")))
	}
	var l layout
	summary := fmt.Sprintf("*%s* · %s open, %d done", n, count(len(open), "task"), len(done))
	l.section(summary)
	l.list(taskLines(append(open, done...), now, len(tasks)), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	return l.message(summary)
}

// byState divides tasks into open and done, each in their order.
func byState(tasks []incident.Task) (open, done []incident.Task) {
	for _, t := range tasks {
		if t.State == incident.TaskDone {
			done = append(done, t)
		} else {
			open = append(open, t)
		}
	}
	return open, done
}
