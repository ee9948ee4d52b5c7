package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// getNotes lists comments and system notes, newest first unless sort=asc,
// ordered by creation or by update (documented).
func (g *GitLab) getNotes(c glCall) error {
	q := c.r.URL.Query()
	notes := slices.Clone(c.issue.notes)
	slices.SortStableFunc(notes, func(a, b *glNote) int {
		d := a.created.Compare(b.created)
		if q.Get("order_by") == "updated_at" {
			d = a.updated.Compare(b.updated)
		}
		if q.Get("sort") != "asc" {
			d = -d
		}
		return d
	})
	var rows []any
	for _, n := range notes {
		rows = append(rows, g.noteJSON(c.issue, n))
	}
	return g.writePage(c, rows)
}

// postNote adds a comment. Quick actions run first and their lines vanish; if
// nothing is left there is no note: 202 with commands_changes (observed in
// lib/api/helpers/notes_helpers.rb and lib/api/entities/note.rb).
func (g *GitLab) postNote(c glCall) error {
	body := c.params.text("body")
	switch {
	case !c.params.has("body"):
		return glParam("body is missing")
	case utf8.RuneCountInString(body) > maxNote:
		return glInvalid("note", "is too long (maximum is 1000000 characters)")
	case c.issue.locked && c.role() == RoleGuest:
		return errGLForbidden
	case strings.TrimSpace(body) == "":
		return glMessage(http.StatusBadRequest, "400 Bad request - Note {:note=>[\"can't be blank\"]}")
	}
	if err := g.countCreation(); err != nil {
		return err
	}
	before := len(c.issue.quick)
	text := g.runQuick(c.issue, c.by, "note", body)
	if ran := c.issue.quick[before:]; len(ran) > 0 && strings.TrimSpace(text) == "" {
		writeJSON(c.w, http.StatusAccepted, commandsOnly(ran))
		return nil
	}
	n := g.addNote(c.issue, c.by, text, c.params.flag("internal") || c.params.flag("confidential"))
	g.act(RecordEffect, "note", c.by.Username, c.issue, text)
	writeJSON(c.w, http.StatusCreated, g.noteJSON(c.issue, n))
	return nil
}

func commandsOnly(ran []QuickAction) map[string]any {
	changes := map[string]any{}
	summary := []string{}
	for _, a := range ran {
		changes[a.Command] = a.Argument
		summary = append(summary, "Applied "+a.Command)
	}
	return map[string]any{"commands_changes": changes, "summary": summary}
}

func (g *GitLab) addNote(is *glIssue, by *GitLabUser, text string, internal bool) *glNote {
	now := g.now()
	n := &glNote{id: g.id("note", 7000), body: text, author: by, internal: internal, created: now, updated: now}
	is.notes = append(is.notes, n)
	is.updated = now // every note bumps the issue (observed)
	return n
}

func (g *GitLab) note(c glCall) (*glNote, error) {
	for _, n := range c.issue.notes {
		if strconv.Itoa(n.id) == c.r.PathValue("note_id") {
			return n, nil
		}
	}
	return nil, glMessage(http.StatusNotFound, "404 Note Not Found")
}

func (g *GitLab) getNote(c glCall) error {
	n, err := g.note(c)
	if err != nil {
		return err
	}
	writeJSON(c.w, http.StatusOK, g.noteJSON(c.issue, n))
	return nil
}

// putNote edits one's own note; quick actions in the new text run (observed).
func (g *GitLab) putNote(c glCall) error {
	n, err := g.note(c)
	if err != nil {
		return err
	}
	if n.system || n.author != c.by && c.role() < RoleMaintainer {
		return errGLForbidden
	}
	if strings.TrimSpace(c.params.text("body")) == "" {
		return glParam("body is missing")
	}
	n.body = g.runQuick(c.issue, c.by, "note", c.params.text("body"))
	n.updated = g.now()
	c.issue.updated = n.updated
	g.act(RecordEffect, "edit note", c.by.Username, c.issue, n.body)
	writeJSON(c.w, http.StatusOK, g.noteJSON(c.issue, n))
	return nil
}

// glLink relates two issues, in both directions.
type glLink struct {
	id   int
	a, b *glIssue
	kind string
}

func (g *GitLab) getLinks(c glCall) error {
	rows := []any{}
	for _, l := range g.links {
		other := l.b
		if l.b == c.issue {
			other = l.a
		} else if l.a != c.issue {
			continue
		}
		if !g.visible(other, c.by) {
			continue
		}
		row := g.issueRow(other, c.by)
		row["issue_link_id"] = l.id
		row["link_type"] = l.kind
		rows = append(rows, row)
	}
	writeJSON(c.w, http.StatusOK, rows) // not paged (documented)
	return nil
}

// postLink relates two issues; the same pair again is a 409 (observed in
// issuable_links/create_service.rb).
func (g *GitLab) postLink(c glCall) error {
	for _, name := range []string{"target_project_id", "target_issue_iid"} {
		if c.params.text(name) == "" {
			return glParam(name + " is missing")
		}
	}
	_, target, err := g.locate(c.by, c.params.text("target_project_id"), c.params.text("target_issue_iid"))
	if err != nil {
		return errGLNotFound
	}
	kind := c.params.text("link_type")
	switch {
	case kind == "" || kind == "relates_to":
		kind = "relates_to"
	case kind == "blocks" || kind == "is_blocked_by":
		return errGLForbidden // Premium (documented)
	default:
		return glParam("link_type does not have a valid value")
	}
	if target == c.issue {
		// The status is observed in issuable_links/create_service.rb, the words are assumed.
		return glMessage(http.StatusUnprocessableEntity, target.ref()+" cannot be added: cannot be related to itself")
	}
	if slices.ContainsFunc(g.links, func(l glLink) bool {
		return l.a == c.issue && l.b == target || l.b == c.issue && l.a == target
	}) {
		return glMessage(http.StatusConflict, "Issue(s) already assigned")
	}
	g.links = append(g.links, glLink{id: g.id("link", 300), a: c.issue, b: target, kind: kind})
	g.systemNote(c.issue, c.by, "marked this issue as related to "+target.ref())
	g.systemNote(target, c.by, "marked this issue as related to "+c.issue.ref())
	g.act(RecordEffect, "link", c.by.Username, c.issue, target.ref())
	writeJSON(c.w, http.StatusCreated, map[string]any{
		"source_issue": g.issueJSON(c.issue, c.by), "target_issue": g.issueJSON(target, c.by), "link_type": kind,
	})
	return nil
}
