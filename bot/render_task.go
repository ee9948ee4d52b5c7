package bot

import (
	"fmt"
	"strings"
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
	if len(t.Labels) > 0 {
		line += " · " + words(strings.Join(t.Labels, ", "), 100)
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

// taskDueMessage says when a task is due now.
func taskDueMessage(t incident.Task, now time.Time) message {
	if t.Due.IsZero() {
		return sentence(fmt.Sprintf("Task `%d` has no due date now: %s", t.N, words(t.Title, 300)))
	}
	return sentence(fmt.Sprintf("Task `%d` is due %s: %s", t.N, stamp(t.Due, now), words(t.Title, 300)))
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

// taskApart says that a task's issue is gone.
func taskApart(t incident.Task) message {
	issue := link(t.Issue.URL, fmt.Sprintf("GitLab #%d", t.Issue.IID))
	if t.Apart == apartMoved {
		return sentence(fmt.Sprintf("%s of task `%d` was moved to another project, where I don’t follow. The task stays here only: %s", issue, t.N, words(t.Title, 300)))
	}
	return sentence(fmt.Sprintf("GitLab #%d of task `%d` was deleted. The task stays here only: %s", t.Issue.IID, t.N, words(t.Title, 300)))
}

// taskLocked says what a lock means for a task.
func taskLocked(t incident.Task) message {
	return sentence(fmt.Sprintf("%s of task `%d` was locked: only comments stop there, changes of the task still go both ways.",
		link(t.Issue.URL, fmt.Sprintf("GitLab #%d", t.Issue.IID)), t.N))
}

// ownerStaysHere says that GitLab does not show who owns a task.
func ownerStaysHere(t incident.Task, command string) message {
	p := parser{slash: command}
	return sentence(fmt.Sprintf("GitLab does not show that task `%d` is %s’s: I found no account by their e-mail, or it is no member of the project. Name it with %s.",
		t.N, who(t.Owner), p.do("map @user GITLAB_USERNAME")))
}

// fieldStaysHere says that GitLab ignored a change.
func fieldStaysHere(t incident.Task, f incident.Field) message {
	return sentence(fmt.Sprintf("GitLab did not take the %s of task `%d`; here it stays as it is. The token may lack the right to change it.", f, t.N))
}

// mappedMessage answers who said who somebody is in GitLab.
func mappedMessage(user, username string) message {
	return sentence(fmt.Sprintf("%s is %s in GitLab. I am asking GitLab whether it knows that name and will tell you.", who(user), code(username)))
}

func accountCheckedMessage(user, username string, found bool) message {
	if found {
		return sentence(fmt.Sprintf("GitLab knows %s: tasks of %s are assigned there.", code(username), who(user)))
	}
	return sentence(fmt.Sprintf("GitLab knows no user %s, so tasks of %s stay unassigned there. Map again with the name as it stands in their profile’s address.", code(username), who(user)))
}

// trackerTroubleMessage says what GitLab refuses, and how it is mended; with
// no code, that it is.
func trackerTroubleMessage(errCode, project string) message {
	const waits = " Tasks and RCAs wait and nothing is lost; Slack goes on."
	switch errCode {
	case "":
		return sentence("GitLab works again. What waited is on its way.")
	case "401":
		return sentence("GitLab refuses my token: it was revoked or has expired." + waits + " Put a new one into `FIREBREAK_GITLAB_TOKEN` and restart me.")
	case "403":
		return sentence("GitLab lets my token read no issues of " + code(project) + "." + waits + " It needs the scope `api` and at least the role Reporter there.")
	}
	return sentence("GitLab does not show me the project " + code(project) + ": it was renamed, moved or deleted, or my token lost access." + waits +
		" Put its present path into `FIREBREAK_GITLAB_PROJECT` and restart me, or give the token access again.")
}

// reminderMessage tells a task's owner that it is due soon, now, or was.
func reminderMessage(t incident.Task, now time.Time) message {
	when := "is due " + stamp(t.Due, now)
	if !t.Due.After(now) {
		when = "is due now"
	}
	if now.Sub(t.Due) >= time.Hour {
		when = "was due " + stamp(t.Due, now) + " and is still open"
	}
	return sentence(fmt.Sprintf("%s, task `%d` %s: %s", who(t.Owner), t.N, when, words(t.Title, 300)))
}

// digestMessage lists the open tasks for the commander.
func digestMessage(inc incident.Incident, open []incident.Task, now time.Time) message {
	summary := fmt.Sprintf("%s, %s of *%s*:", who(inc.Commander), count(len(open), "open task"), inc.Number)
	var l layout
	l.section(summary)
	l.list(taskLines(open, now, len(open)), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	return l.message(summary)
}
