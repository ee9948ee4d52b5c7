package sandbox

import (
	"slices"
	"strconv"
	"time"
)

// glTime prints milliseconds (documented).
func glTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (g *GitLab) issueJSON(is *glIssue, viewer *GitLabUser) map[string]any {
	base := g.sb.base("gitlab")
	api := base + "/api/v4/projects/" + strconv.Itoa(is.project.id)
	self := api + "/issues/" + strconv.Itoa(is.iid)
	assignees := []any{}
	for _, u := range is.assignees {
		assignees = append(assignees, g.userJSON(u))
	}
	out := map[string]any{
		"id": is.id, "iid": is.iid, "project_id": is.project.id,
		"title": is.title, "description": orNull(is.description),
		"state": is.state(), "created_at": glTime(is.created), "updated_at": glTime(is.updated),
		"closed_at": nil, "closed_by": g.userOrNull(is.closedBy),
		"labels": append([]string{}, is.labels...), "milestone": nil,
		"assignees": assignees, "assignee": nil, "author": g.userJSON(is.author),
		"type": upperType(is.kind), "issue_type": is.kind, "severity": "UNKNOWN",
		"user_notes_count": is.comments(), "upvotes": 0, "downvotes": 0, "merge_requests_count": 0,
		"due_date": orNull(is.due), "confidential": is.confidential, "discussion_locked": is.locked,
		"web_url": base + "/" + is.project.path + "/-/issues/" + strconv.Itoa(is.iid), "weight": nil,
		"moved_to_id": movedTo(is), "has_tasks": false, "subscribed": is.author == viewer,
		"time_stats": map[string]any{
			"time_estimate": 0, "total_time_spent": 0, "human_time_estimate": nil, "human_total_time_spent": nil,
		},
		"task_completion_status": map[string]any{"count": 0, "completed_count": 0},
		"references": map[string]any{
			"short": is.ref(), "relative": is.ref(), "full": is.project.path + is.ref(),
		},
		"_links": map[string]any{
			"self": self, "notes": self + "/notes", "award_emoji": self + "/award_emoji", "project": api,
		},
	}
	if is.closed {
		out["closed_at"] = glTime(is.closedAt)
	}
	if len(assignees) > 0 {
		out["assignee"] = assignees[0]
	}
	return out
}

// issueRow is an issue in a list, where subscribed is left out (observed in
// lib/api/issues.rb and issue_links.rb).
func (g *GitLab) issueRow(is *glIssue, viewer *GitLabUser) map[string]any {
	row := g.issueJSON(is, viewer)
	delete(row, "subscribed")
	return row
}

func (is *glIssue) state() string {
	if is.closed {
		return "closed"
	}
	return "opened"
}

func (is *glIssue) comments() int {
	n := 0
	for _, note := range is.notes {
		if !note.system {
			n++
		}
	}
	return n
}

func upperType(kind string) string {
	return map[string]string{"issue": "ISSUE", "incident": "INCIDENT", "task": "TASK", "test_case": "TEST_CASE"}[kind]
}

func (g *GitLab) noteJSON(is *glIssue, n *glNote) map[string]any {
	return map[string]any{
		"id": n.id, "type": nil, "body": n.body, "attachment": nil, "author": g.userJSON(n.author),
		"created_at": glTime(n.created), "updated_at": glTime(n.updated), "system": n.system,
		"noteable_id": is.id, "noteable_type": "Issue", "noteable_iid": is.iid, "project_id": is.project.id,
		"resolvable": false, "confidential": n.internal, "internal": n.internal,
	}
}

func (g *GitLab) label(p *glProject, name string) *glLabel {
	i := slices.IndexFunc(p.labels, func(l *glLabel) bool { return l.name == name })
	if i < 0 {
		return nil
	}
	return p.labels[i]
}

func (g *GitLab) labelJSON(l *glLabel) map[string]any {
	return map[string]any{
		"id": l.id, "name": l.name, "color": l.color, "text_color": "#FFFFFF",
		"description": orNull(l.description), "priority": nil, "subscribed": false, "is_project_label": true,
	}
}

func movedTo(is *glIssue) any {
	if is.movedTo == nil {
		return nil
	}
	return is.movedTo.id
}
