package sandbox

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// QuickAction is a command that GitLab found in a text and ran.
type QuickAction struct {
	Command  string // without the slash, lower case
	Argument string
	By       string // username: the bot, when an injection worked
	In       string // "description" or "note"
	Applied  bool   // this emulator really changed something
}

// quickCommands are the names that GitLab recognises (documented list plus
// aliases from its source). Whatever is here is taken out of the text.
var quickCommands = []string{
	"add_child", "add_contacts", "add_email", "approve", "assign", "assign_reviewer", "award",
	"blocked_by", "blocks", "board_move", "cc", "checkin_reminder", "child_of", "clear_health_status",
	"clear_weight", "clone", "close", "confidential", "convert_to_ticket", "copy_metadata",
	"copy_metadata_from", "create_merge_request", "done", "draft", "due", "duplicate", "epic",
	"estimate", "estimate_time", "health_status", "invite_email", "iteration", "label", "labels",
	"link", "lock", "merge", "milestone", "move", "page", "promote", "promote_to",
	"promote_to_incident", "publish", "react", "ready", "reassign", "reassign_reviewer", "rebase",
	"relabel", "relate", "remove_child", "remove_contacts", "remove_due_date", "remove_email",
	"remove_epic", "remove_estimate", "remove_iteration", "remove_iteration_cadence", "remove_label",
	"remove_milestone", "remove_parent", "remove_parent_epic", "remove_time_spent", "remove_zoom",
	"reopen", "request_changes", "request_review", "run_pipeline", "set_parent", "severity", "ship",
	"shout", "shrug", "spend", "spend_time", "spent", "status", "submit_review", "subscribe",
	"tableflip", "tag", "target_branch", "timeline", "title", "todo", "to_do", "type", "unapprove",
	"unassign", "unassign_reviewer", "unblock", "undraft", "unlabel", "unlink", "unlock",
	"unsubscribe", "update_title", "weight", "wip", "work_in_progress", "zoom",
}

// quickLine is a command at column 0, whatever its case (observed).
var quickLine = regexp.MustCompile(`(?i)^/([a-z_]+)(?:\s+(.*))?$`)

// runQuick is GitLab's way with a text on its way in (observed in
// QuickActionsService, called for notes and for descriptions, on creation and
// on update): delete every \r, find commands, run them as the author, and
// return the text without their lines.
func (g *GitLab) runQuick(is *glIssue, by *GitLabUser, in, text string) string {
	kept, found := quickEngine(text)
	for _, a := range found {
		a.By, a.In = by.Username, in
		a.Applied = g.mayEdit(is, by) && g.applyQuick(is, by, a)
		is.quick = append(is.quick, a)
		g.sb.Ledger.add(Record{
			Service: "gitlab", Kind: RecordQuick, Method: a.Command, Actor: by.Username,
			Where: is.project.path, Ref: is.ref(), Text: a.Argument,
		})
	}
	return kept
}

// quickEngine takes commands out of a text. It stands for both generations of
// GitLab at once and recognises what either would (both observed): the old one matches any
// line outside regexp-shaped code, quote and HTML blocks; the new one parses
// Markdown and looks at top-level paragraphs.
func quickEngine(text string) (kept string, found []QuickAction) {
	text = strings.ReplaceAll(text, "\r", "")
	lines := strings.Split(text, "\n")
	old, young := inertOld(lines), inertNew(lines)
	var out []string
	for i, line := range lines {
		m := quickLine.FindStringSubmatch(line)
		if m == nil || old[i] && young[i] || !slices.Contains(quickCommands, strings.ToLower(m[1])) {
			out = append(out, line)
			continue
		}
		found = append(found, QuickAction{Command: strings.ToLower(m[1]), Argument: strings.TrimSpace(m[2])})
	}
	if len(found) == 0 {
		return text, nil
	}
	return strings.TrimSpace(strings.Join(out, "\n")), found
}

var (
	oldTag   = regexp.MustCompile(`^<[^>]+>$`)
	oldClose = regexp.MustCompile(`^</[^>]+>$`)
)

// inertOld marks the lines that the old generation skips (observed). Its blocks are
// regexps with both ends, so an unclosed one skips nothing: from a line that
// begins with ``` to a line that is ```, >>> likewise, and from a line that is
// a tag to a line that is a closing tag.
func inertOld(lines []string) []bool {
	inert := make([]bool, len(lines))
	for i := 0; i < len(lines); i++ {
		var closes func(string) bool
		switch {
		case strings.HasPrefix(lines[i], "```"):
			closes = func(s string) bool { return s == "```" }
		case strings.HasPrefix(lines[i], ">>>"):
			closes = func(s string) bool { return s == ">>>" }
		case oldTag.MatchString(lines[i]):
			closes = oldClose.MatchString
		default:
			continue
		}
		// ".+?" between the ends: at least one line.
		for end := i + 2; end < len(lines); end++ {
			if closes(lines[end]) {
				for j := i; j <= end; j++ {
					inert[j] = true
				}
				i = end
				break
			}
		}
	}
	return inert
}

// inertNew marks the lines that the new generation skips (observed): fenced code, HTML
// blocks and >>> blocks as Markdown reads them. Lazy continuations of quotes
// and lists are left live, since the old generation runs them.
func inertNew(lines []string) []bool {
	inert := make([]bool, len(lines))
	for _, b := range markdownBlocks(lines) {
		for i := b.from; i < b.to; i++ {
			inert[i] = true
		}
	}
	return inert
}

// applyQuick carries out the commands that this emulator models and says
// whether it did.
func (g *GitLab) applyQuick(is *glIssue, by *GitLabUser, a QuickAction) bool {
	planner := g.mayPlan(is.project, by)
	switch a.Command {
	case "close", "reopen":
		g.setClosed(is, a.Command == "close", by)
	case "confidential":
		is.confidential = true
	case "title":
		g.setTitle(is, a.Argument, by)
	case "lock", "unlock":
		is.locked = a.Command == "lock"
	case "label", "labels", "relabel", "unlabel", "remove_label":
		return planner && g.quickLabel(is, by, a)
	case "assign", "reassign", "unassign":
		return planner && g.quickAssign(is, a)
	case "due", "remove_due_date":
		return planner && g.quickDue(is, a)
	case "severity", "promote_to_incident":
		is.kind = "incident"
	default:
		return false
	}
	return true
}

func (g *GitLab) quickLabel(is *glIssue, by *GitLabUser, a QuickAction) bool {
	var names []string
	for f := range strings.FieldsSeq(a.Argument) {
		names = append(names, strings.Trim(strings.TrimPrefix(f, "~"), `"`))
	}
	labels := slices.Clone(is.labels)
	switch a.Command {
	case "relabel":
		labels = names
	case "unlabel", "remove_label":
		labels = slices.DeleteFunc(labels, func(l string) bool { return len(names) == 0 || slices.Contains(names, l) })
	default:
		// Unlike the API, the command makes no new labels (observed).
		for _, n := range names {
			if g.label(is.project, n) != nil {
				labels = append(labels, n)
			}
		}
	}
	g.setLabels(is, labels, by)
	return true
}

func (g *GitLab) quickAssign(is *glIssue, a QuickAction) bool {
	if a.Command == "unassign" {
		is.assignees = nil
		return true
	}
	first, _, _ := strings.Cut(a.Argument, " ")
	u := g.userNamed(first)
	if u == nil {
		return false
	}
	is.assignees = []*GitLabUser{u}
	return true
}

func (g *GitLab) quickDue(is *glIssue, a QuickAction) bool {
	if a.Command == "remove_due_date" {
		is.due = ""
		return true
	}
	if _, err := time.Parse(time.DateOnly, a.Argument); err != nil {
		return false
	}
	is.due = a.Argument
	return true
}
