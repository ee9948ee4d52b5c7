package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Issue is an issue as it stands: a copy.
type Issue struct {
	ID           int
	IID          int
	Project      string // path
	Title        string
	Description  string // as stored: quick actions are gone
	State        string // opened, closed
	Type         string // issue, incident, task
	Confidential bool
	Author       string // username
	Assignees    []string
	Labels       []string // sorted
	Due          string   // YYYY-MM-DD or empty
	URL          string
	CreatedAt    time.Time
	UpdatedAt    time.Time
	ClosedAt     time.Time
	Notes        []IssueNote
	Links        []int // iids of related issues
	// QuickActions lists every command that was found in this issue's texts,
	// also the harmless ones and those of people.
	QuickActions []QuickAction
}

// IssueNote is a comment, or with System set a line of history.
type IssueNote struct {
	ID       int
	Author   string
	Body     string
	Internal bool
	System   bool
	At       time.Time
}

// Mentions lists what reaches out of the issue's title, description and the
// comments of its author: live @user, #12, !3, &4, ~label, %milestone, image
// Markdown and raw <img>, outside code spans, fenced code and HTML comments.
// A title's HTML is text: GitLab escapes it (observed: its single-line
// pipeline begins with HtmlEntityFilter).
func (is Issue) Mentions() []string {
	out := slices.DeleteFunc(liveIn(is.Title), func(mark string) bool { return strings.HasPrefix(mark, "<") })
	out = append(out, liveIn(is.Description)...)
	for _, n := range is.Notes {
		if !n.System && n.Author == is.Author {
			out = append(out, liveIn(n.Body)...)
		}
	}
	return out
}

// Issues returns copies of the issues of the bot's project, oldest first.
func (g *GitLab) Issues() []Issue {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := []Issue{}
	for _, is := range g.issues {
		if is.project == g.projects[0] {
			out = append(out, g.copyOf(is))
		}
	}
	return out
}

// Issue returns a copy of one issue of the bot's project.
func (g *GitLab) Issue(iid int) Issue {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.copyOf(g.mustFind(iid))
}

// Open lets a person create an issue and returns it.
func (g *GitLab) Open(user, title, description string, labels ...string) Issue {
	g.mu.Lock()
	defer g.mu.Unlock()
	by := g.user(user)
	is := g.newIssue(g.projects[0], by, title)
	g.issues = append(g.issues, is)
	is.description = g.runQuick(is, by, "description", description)
	g.setLabels(is, labels, by)
	g.act(RecordPerson, "open", by.Username, is, title)
	g.hook(is, by, "open")
	return g.copyOf(is)
}

// Close lets a person close an issue.
func (g *GitLab) Close(iid int, user string) {
	g.verb("close", iid, user, "", func(is *glIssue, by *GitLabUser) { g.setClosed(is, true, by) })
}

// Reopen lets a person reopen an issue.
func (g *GitLab) Reopen(iid int, user string) {
	g.verb("reopen", iid, user, "", func(is *glIssue, by *GitLabUser) { g.setClosed(is, false, by) })
}

// Comment lets a person comment; their quick actions run.
func (g *GitLab) Comment(iid int, user, text string) {
	g.verb("comment", iid, user, text, func(is *glIssue, by *GitLabUser) {
		if text = g.runQuick(is, by, "note", text); text != "" {
			g.addNote(is, by, text, false)
		}
	})
}

// EditTitle lets a person change the title.
func (g *GitLab) EditTitle(iid int, user, title string) {
	g.verb("edit title", iid, user, title, func(is *glIssue, by *GitLabUser) { g.setTitle(is, title, by) })
}

// SetDescription lets a person replace the description; their quick actions run.
func (g *GitLab) SetDescription(iid int, user, text string) {
	g.verb("edit description", iid, user, text, func(is *glIssue, by *GitLabUser) { g.setDescription(is, text, by) })
}

// SetLabels lets a person replace all labels.
func (g *GitLab) SetLabels(iid int, user string, labels ...string) {
	g.verb("label", iid, user, fmt.Sprint(labels), func(is *glIssue, by *GitLabUser) {
		g.setLabels(is, slices.Clone(labels), by)
	})
}

// Assign lets a person assign somebody; an empty name assigns nobody.
func (g *GitLab) Assign(iid int, user, to string) {
	g.verb("assign", iid, user, to, func(is *glIssue, by *GitLabUser) {
		if to == "" {
			for _, u := range is.assignees {
				g.systemNote(is, by, "unassigned @"+u.Username)
			}
			is.assignees = nil
			return
		}
		u := g.user(to)
		is.assignees = []*GitLabUser{u}
		g.systemNote(is, by, "assigned to @"+u.Username)
	})
}

// SetDue lets a person set the due date (YYYY-MM-DD; empty: none).
func (g *GitLab) SetDue(iid int, user, date string) {
	if date != "" && !dateShape.MatchString(date) {
		panic(fmt.Sprintf("sandbox: %q is no date such as 2026-05-31", date))
	}
	g.verb("due", iid, user, date, func(is *glIssue, by *GitLabUser) {
		is.due = date
		g.systemNote(is, by, "changed due date to "+date)
	})
}

// SetConfidential lets a person hide an issue or show it.
func (g *GitLab) SetConfidential(iid int, user string, hidden bool) {
	g.verb("confidential", iid, user, fmt.Sprint(hidden), func(is *glIssue, by *GitLabUser) {
		is.confidential = hidden
		g.systemNote(is, by, "changed the visibility")
	})
}

// Delete lets an owner delete an issue; from then on it is a 404 (documented).
func (g *GitLab) Delete(iid int, user string) {
	g.verb("delete", iid, user, "", func(is *glIssue, _ *GitLabUser) {
		g.issues = slices.DeleteFunc(g.issues, func(other *glIssue) bool { return other == is })
		g.links = slices.DeleteFunc(g.links, func(l glLink) bool { return l.a == is || l.b == is })
	})
}

// Move lets a person move an issue to the strangers' project: it is closed
// here and names the new one by id (documented: moved_to_id).
func (g *GitLab) Move(iid int, user string) {
	g.verb("move", iid, user, "", func(is *glIssue, by *GitLabUser) {
		there := g.newIssue(g.projects[1], by, is.title)
		there.description, there.confidential = is.description, is.confidential
		g.issues = append(g.issues, there)
		g.systemNote(is, by, "moved to "+there.project.path+there.ref())
		is.movedTo = there
		g.setClosed(is, true, by)
	})
}

// Lock lets a person lock an issue's discussion or unlock it. Its fields can
// be changed all the same (documented: only comments are limited to members).
func (g *GitLab) Lock(iid int, user string, locked bool) {
	g.verb("lock", iid, user, fmt.Sprint(locked), func(is *glIssue, by *GitLabUser) {
		is.locked = locked
		g.systemNote(is, by, "locked the discussion")
	})
}

func (g *GitLab) verb(name string, iid int, user, text string, do func(*glIssue, *GitLabUser)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	is, by := g.mustFind(iid), g.user(user)
	do(is, by) // which may refuse, and then nothing has changed
	is.updated = g.now()
	g.act(RecordPerson, name, by.Username, is, text)
	if name != "delete" { // of which there is no event (assumed)
		g.hook(is, by, name)
	}
}

func (g *GitLab) mustFind(iid int) *glIssue {
	is := g.find(g.projects[0], iid)
	if is == nil {
		panic(fmt.Sprintf("sandbox: GitLab knows no issue #%d", iid))
	}
	return is
}

func (g *GitLab) copyOf(is *glIssue) Issue {
	out := Issue{
		ID: is.id, IID: is.iid, Project: is.project.path, Title: is.title, Description: is.description,
		State: is.state(), Type: is.kind, Confidential: is.confidential, Author: is.author.Username,
		Labels: slices.Clone(is.labels), Due: is.due,
		URL:       fmt.Sprintf("%s/%s/-/issues/%d", g.sb.base("gitlab"), is.project.path, is.iid),
		CreatedAt: is.created, UpdatedAt: is.updated, ClosedAt: is.closedAt,
		QuickActions: slices.Clone(is.quick),
	}
	for _, u := range is.assignees {
		out.Assignees = append(out.Assignees, u.Username)
	}
	for _, n := range is.notes {
		out.Notes = append(out.Notes, IssueNote{ID: n.id, Author: n.author.Username, Body: n.body, Internal: n.internal, System: n.system, At: n.created})
	}
	for _, l := range g.links {
		if l.a == is {
			out.Links = append(out.Links, l.b.iid)
		} else if l.b == is {
			out.Links = append(out.Links, l.a.iid)
		}
	}
	return out
}
