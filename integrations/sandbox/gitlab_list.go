package sandbox

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// getIssues serves both lists. Offset pages are cut from the list as it is at
// that moment: an issue that is updated between two pages shifts it (observed).
func (g *GitLab) getIssues(c glCall) error {
	q := c.r.URL.Query()
	keep, err := g.issueFilter(c, q)
	if err != nil {
		return err
	}
	order, err := issueOrder(q)
	if err != nil {
		return err
	}
	var found []*glIssue
	for _, is := range g.issues {
		if g.visible(is, c.by) && (c.project == nil || is.project == c.project) && keep(is) {
			found = append(found, is)
		}
	}
	slices.SortStableFunc(found, order)
	var rows []any
	for _, is := range found {
		row := g.issueRow(is, c.by)
		if q.Get("with_labels_details") == "true" {
			details := []any{}
			for _, l := range is.labels {
				details = append(details, g.labelJSON(g.label(is.project, l)))
			}
			row["labels"] = details
		}
		rows = append(rows, row)
	}
	return g.writePage(c, rows)
}

// issueFilter reads the filters; the cross-project list defaults to
// scope=created_by_me, a project's to all (documented).
func (g *GitLab) issueFilter(c glCall, q url.Values) (func(*glIssue) bool, error) {
	var tests []func(*glIssue) bool
	add := func(test func(*glIssue) bool) { tests = append(tests, test) }
	scope := q.Get("scope")
	if scope == "" && c.project == nil {
		scope = "created_by_me"
	}
	switch scope {
	case "", "all":
	case "created_by_me", "created-by-me":
		add(func(is *glIssue) bool { return is.author == c.by })
	case "assigned_to_me", "assigned-to-me":
		add(func(is *glIssue) bool { return slices.Contains(is.assignees, c.by) })
	default:
		return nil, glParam("scope does not have a valid value")
	}
	switch state := q.Get("state"); state {
	case "", "all":
	case "opened", "closed":
		add(func(is *glIssue) bool { return is.state() == state })
	default:
		return nil, glParam("state does not have a valid value")
	}
	if err := timeFilters(q, add); err != nil {
		return nil, err
	}
	if labels := append(splitLabels(q.Get("labels")), q["labels[]"]...); len(labels) > 0 {
		add(func(is *glIssue) bool { return hasLabels(is, labels) })
	}
	if iids := q["iids[]"]; len(iids) > 0 {
		add(func(is *glIssue) bool { return slices.Contains(iids, strconv.Itoa(is.iid)) })
	}
	if v := q.Get("author_id"); v != "" {
		add(func(is *glIssue) bool { return strconv.Itoa(is.author.ID) == v })
	}
	if v := q.Get("author_username"); v != "" {
		add(func(is *glIssue) bool { return is.author.Username == v })
	}
	if v := q.Get("confidential"); v != "" {
		add(func(is *glIssue) bool { return strconv.FormatBool(is.confidential) == v })
	}
	if v := strings.ToLower(q.Get("search")); v != "" {
		// Real search lags and tokenises; plain containment is assumed here.
		add(func(is *glIssue) bool { return strings.Contains(strings.ToLower(is.title+"\n"+is.description), v) })
	}
	return func(is *glIssue) bool {
		return !slices.ContainsFunc(tests, func(test func(*glIssue) bool) bool { return !test(is) })
	}, nil
}

// timeFilters: "on or after", "on or before" (documented): both inclusive.
func timeFilters(q url.Values, add func(func(*glIssue) bool)) error {
	fields := map[string]func(*glIssue) time.Time{
		"updated": func(is *glIssue) time.Time { return is.updated },
		"created": func(is *glIssue) time.Time { return is.created },
	}
	for name, field := range fields {
		for _, side := range []string{"_after", "_before"} {
			v := q.Get(name + side)
			if v == "" {
				continue
			}
			bound, err := time.Parse(time.RFC3339Nano, v)
			if err != nil {
				return glParam(name + side + " is invalid")
			}
			add(func(is *glIssue) bool {
				if side == "_after" {
					return !field(is).Before(bound)
				}
				return !field(is).After(bound)
			})
		}
	}
	return nil
}

// hasLabels: all of them; None and Any are words of their own (documented).
func hasLabels(is *glIssue, labels []string) bool {
	for _, l := range labels {
		switch {
		case strings.EqualFold(l, "none"):
			if len(is.labels) > 0 {
				return false
			}
		case strings.EqualFold(l, "any"):
			if len(is.labels) == 0 {
				return false
			}
		case !slices.Contains(is.labels, l):
			return false
		}
	}
	return true
}

// issueOrder: created_at descending by default (documented); ties by id.
func issueOrder(q url.Values) (func(a, b *glIssue) int, error) {
	by := map[string]func(a, b *glIssue) int{
		"created_at": func(a, b *glIssue) int { return a.created.Compare(b.created) },
		"updated_at": func(a, b *glIssue) int { return a.updated.Compare(b.updated) },
		"due_date":   func(a, b *glIssue) int { return cmp.Compare(a.due, b.due) },
		"title":      func(a, b *glIssue) int { return cmp.Compare(a.title, b.title) },
	}[cmp.Or(q.Get("order_by"), "created_at")]
	if by == nil {
		return nil, glParam("order_by does not have a valid value")
	}
	sign := -1
	switch q.Get("sort") {
	case "", "desc":
	case "asc":
		sign = 1
	default:
		return nil, glParam("sort does not have a valid value")
	}
	return func(a, b *glIssue) int {
		return sign * cmp.Or(by(a, b), cmp.Compare(a.id, b.id))
	}, nil
}

func (g *GitLab) getLabels(c glCall) error {
	var rows []any
	for _, l := range c.project.labels {
		if strings.Contains(strings.ToLower(l.name), strings.ToLower(c.r.URL.Query().Get("search"))) {
			rows = append(rows, g.labelJSON(l))
		}
	}
	return g.writePage(c, rows)
}

func (g *GitLab) postLabel(c glCall) error {
	name, color := c.params.text("name"), c.params.text("color")
	switch {
	case !g.mayPlan(c.project, c.by):
		return errGLForbidden
	case name == "":
		return glParam("name is missing")
	case color == "":
		return glParam("color is missing")
	case g.label(c.project, name) != nil:
		return glMessage(http.StatusConflict, "Label already exists") // observed
	}
	l := &glLabel{id: g.id("label", 500), name: name, color: color, description: c.params.text("description")}
	c.project.labels = append(c.project.labels, l)
	g.sb.Ledger.add(Record{Service: "gitlab", Kind: RecordEffect, Method: "create label", Actor: c.by.Username, Where: c.project.path, Ref: name})
	writeJSON(c.w, http.StatusCreated, g.labelJSON(l))
	return nil
}
