package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of an issue (observed in GitLab's source), in characters.
const (
	maxTitle       = 255
	maxDescription = 1048576
	maxNote        = 1000000
)

// glIssue is one issue.
type glIssue struct {
	id, iid      int
	project      *glProject
	title        string
	description  string
	closed       bool
	closedAt     time.Time
	closedBy     *GitLabUser
	confidential bool
	locked       bool // its discussion
	movedTo      *glIssue
	author       *GitLabUser
	assignees    []*GitLabUser
	labels       []string // sorted
	due          string   // YYYY-MM-DD or empty
	kind         string   // issue, incident, task
	created      time.Time
	updated      time.Time
	notes        []*glNote
	quick        []QuickAction
}

// glNote is a comment, or with system set a line of the issue's history
// (documented).
type glNote struct {
	id       int
	body     string
	author   *GitLabUser
	internal bool
	system   bool
	created  time.Time
	updated  time.Time
}

func (is *glIssue) ref() string { return "#" + strconv.Itoa(is.iid) }

func (g *GitLab) find(p *glProject, iid int) *glIssue {
	for _, is := range g.issues {
		if is.project == p && is.iid == iid {
			return is
		}
	}
	return nil
}

// visible: a confidential issue is seen by its author, its assignees, and
// from Planner up (documented).
func (g *GitLab) visible(is *glIssue, u *GitLabUser) bool {
	role := is.project.role[u.ID]
	return role >= RolePlanner || role > RoleNone && (!is.confidential || is.author == u || slices.Contains(is.assignees, u))
}

// mayEdit: one's own, or from Planner up (documented; Reporter in older ones).
func (g *GitLab) mayEdit(is *glIssue, u *GitLabUser) bool {
	return is.author == u || is.project.role[u.ID] >= RolePlanner
}

// mayPlan: labels, assignees and due dates need Planner (documented); what a
// guest sends of them is dropped without a word (observed).
func (g *GitLab) mayPlan(p *glProject, u *GitLabUser) bool { return p.role[u.ID] >= RolePlanner }

// postIssue creates an issue. There is no idempotency key (documented). iid,
// created_at and updated_at are dropped without a word (observed in
// lib/api/issues.rb: only project owners and admins may set them).
func (g *GitLab) postIssue(c glCall) error {
	if err := checkText(c.params, true); err != nil {
		return err
	}
	if err := g.countCreation(); err != nil {
		return err
	}
	is := g.newIssue(c.project, c.by, c.params.text("title"))
	is.kind = "issue"
	if k := c.params.text("issue_type"); k != "" {
		if !slices.Contains([]string{"issue", "incident", "task", "test_case"}, k) {
			return glParam("issue_type does not have a valid value")
		}
		is.kind = k
	}
	is.confidential = c.params.flag("confidential")
	if err := g.plan(is, c); err != nil {
		return err
	}
	g.issues = append(g.issues, is)
	is.description = g.runQuick(is, c.by, "description", c.params.text("description"))
	is.updated = g.now()
	g.act(RecordEffect, "create issue", c.by.Username, is, is.title)
	g.hook(is, c.by, "open")
	writeJSON(c.w, http.StatusCreated, g.issueJSON(is, c.by))
	return nil
}

func (g *GitLab) newIssue(p *glProject, by *GitLabUser, title string) *glIssue {
	p.nextIID++
	now := g.now()
	return &glIssue{
		id: g.id("issue", 90000), iid: p.nextIID, project: p, title: title,
		author: by, kind: "issue", created: now, updated: now,
	}
}

// checkText validates title and description (documented answers).
func checkText(p glParams, creating bool) error {
	if creating && !p.has("title") {
		return glParam("title is missing")
	}
	title := p.text("title")
	if p.has("title") && strings.TrimSpace(title) == "" {
		return glInvalid("title", "can't be blank")
	}
	if utf8.RuneCountInString(title) > maxTitle {
		return glInvalid("title", "is too long (maximum is 255 characters)")
	}
	if utf8.RuneCountInString(p.text("description")) > maxDescription {
		return glInvalid("description", "is too long (maximum is 1048576 characters)")
	}
	if d := p.text("due_date"); d != "" {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return glParam("due_date is invalid")
		}
	}
	return nil
}

// plan applies labels, assignees and due date.
func (g *GitLab) plan(is *glIssue, c glCall) error {
	if !g.mayPlan(is.project, c.by) {
		return nil
	}
	p := c.params
	if p.has("labels") { // documented: replaces all
		g.setLabels(is, p.list("labels"), c.by)
	}
	if p.has("add_labels") || p.has("remove_labels") {
		labels := append(slices.Clone(is.labels), p.list("add_labels")...)
		gone := p.list("remove_labels")
		g.setLabels(is, slices.DeleteFunc(labels, func(l string) bool { return slices.Contains(gone, l) }), c.by)
	}
	if p.has("due_date") {
		is.due = p.text("due_date")
	}
	if !p.has("assignee_ids") && !p.has("assignee_id") {
		return nil
	}
	ids, _ := p["assignee_ids"].([]any)
	if p.has("assignee_id") {
		ids = []any{p["assignee_id"]}
	}
	if len(ids) > 200 { // observed: MAX_NUMBER_OF_ASSIGNEES_OR_REVIEWERS
		return glInvalid("assignees", "total must be less than or equal to 200")
	}
	is.assignees = nil
	for _, id := range ids {
		// 0 means nobody (documented); more than one needs Premium, the free
		// tier keeps the first (documented).
		u := g.userByID(glParams{"id": id}.number("id"))
		if u != nil && len(is.assignees) == 0 {
			is.assignees = append(is.assignees, u)
		}
	}
	return nil
}

// setLabels makes unknown labels (documented) and notes what changed.
func (g *GitLab) setLabels(is *glIssue, names []string, by *GitLabUser) {
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names {
		if g.label(is.project, name) == nil {
			is.project.labels = append(is.project.labels, &glLabel{id: g.id("label", 500), name: name, color: "#6699cc"})
		}
	}
	if slices.Equal(names, is.labels) {
		return
	}
	is.labels = names
	is.updated = g.now()
	g.act(RecordEffect, "label", by.Username, is, strings.Join(names, ", "))
}

func (g *GitLab) getIssue(c glCall) error {
	writeJSON(c.w, http.StatusOK, g.issueJSON(c.issue, c.by))
	return nil
}

// updatable are the parameters of which a PUT must have one (documented).
var updatable = []string{
	"title", "description", "labels", "add_labels", "remove_labels", "state_event", "confidential",
	"assignee_id", "assignee_ids", "due_date", "discussion_locked", "issue_type", "milestone_id", "weight",
	"created_at", "updated_at",
}

// putIssue changes an issue; the last writer wins (documented: no If-Match).
func (g *GitLab) putIssue(c glCall) error {
	is, p := c.issue, c.params
	if !g.mayEdit(is, c.by) {
		return errGLForbidden
	}
	if !slices.ContainsFunc(updatable, p.has) {
		return glParam(strings.Join(updatable, ", ") + " are missing, at least one parameter must be provided")
	}
	if err := checkText(p, false); err != nil {
		return err
	}
	event := p.text("state_event")
	if p.has("state_event") && event != "close" && event != "reopen" {
		return glParam("state_event does not have a valid value")
	}
	if err := g.plan(is, c); err != nil {
		return err
	}
	if p.has("title") {
		g.setTitle(is, p.text("title"), c.by)
	}
	if p.has("description") {
		g.setDescription(is, p.text("description"), c.by)
	}
	if p.has("confidential") {
		is.confidential = p.flag("confidential")
	}
	if p.has("discussion_locked") {
		is.locked = p.flag("discussion_locked")
	}
	switch event {
	case "close":
		g.setClosed(is, true, c.by)
	case "reopen":
		g.setClosed(is, false, c.by)
	}
	is.updated = g.now()
	g.act(RecordEffect, "update issue", c.by.Username, is, is.title)
	g.hook(is, c.by, "update")
	writeJSON(c.w, http.StatusOK, g.issueJSON(is, c.by))
	return nil
}

func (g *GitLab) setTitle(is *glIssue, title string, by *GitLabUser) {
	if title == is.title {
		return
	}
	g.systemNote(is, by, "changed title from **"+is.title+"** to **"+title+"**")
	is.title = title
}

func (g *GitLab) setDescription(is *glIssue, text string, by *GitLabUser) {
	text = g.runQuick(is, by, "description", text)
	if text == is.description {
		return
	}
	is.description = text
	g.systemNote(is, by, "changed the description")
}

// setClosed moves the state; closing what is closed changes nothing (assumed).
func (g *GitLab) setClosed(is *glIssue, closed bool, by *GitLabUser) {
	if is.closed == closed {
		return
	}
	is.closed = closed
	is.closedAt, is.closedBy = time.Time{}, nil
	verb := "reopened"
	if closed {
		is.closedAt, is.closedBy = g.now(), by
		verb = "closed"
	}
	g.systemNote(is, by, verb)
	g.act(RecordEffect, verb, by.Username, is, is.title)
}

func (g *GitLab) systemNote(is *glIssue, by *GitLabUser, text string) {
	now := g.now()
	is.updated = now
	is.notes = append(is.notes, &glNote{id: g.id("note", 7000), body: text, author: by, system: true, created: now, updated: now})
}
