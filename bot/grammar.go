package bot

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"firebreak/incident"
)

// form is one way to write a command. The table of forms is the only place
// that knows the grammar: parsing, help and docs/guide/commands.md all come
// from it.
type form struct {
	words    string // what it is recognised by, such as "task add"
	args     string // as shown to people, such as "TITLE [@owner] [due WHEN]"
	verb     string // Command.Verb where it is not words
	help     string // one line, lower case
	group    group
	public   bool
	access   Access
	anywhere bool // concerns no single incident, so none may be named in front
	beside   bool // help shows it on the line of the form before it
	later    bool // promised, not there yet; its arguments are not looked at
	aside    bool // named by another form's line in the help, which is for 03:00; the guide has a line for it
	read     func(c *Command, args string) error
}

// String gives the form as people type it after the root command.
func (f form) String() string { return strings.TrimSpace(f.words + " " + f.args) }

// group is under which heading help lists a form.
type group string

const (
	groupNow    group = "Now"
	groupTasks  group = "Tasks"
	groupAfter  group = "Afterwards"
	groupEdit   group = "Correct"
	groupSearch group = "Look up"
)

// forms lists every form, in the order in which help shows them.
var forms = []form{
	{words: "open", args: "[sev1, sev2, sev3, sev4] TITLE", group: groupNow, anywhere: true, access: AccessResponder, read: readOpen, help: "open an incident by hand"},
	{words: "status", group: groupNow, access: AccessViewer, read: readNothing, help: "where it stands"},
	{words: "catchup", group: groupNow, access: AccessViewer, beside: true, read: readNothing, help: "what you missed"},
	{words: "ack", group: groupNow, public: true, access: AccessResponder, read: readNothing, help: "acknowledge the page"},
	{words: "sev", args: "N", group: groupNow, public: true, access: AccessResponder, read: readSeverity, help: "set the severity, 1 (worst) to 4"},
	{words: "lead", args: "@user", group: groupNow, public: true, access: AccessResponder, read: readUser, help: "make somebody the commander"},
	{words: "role", args: "NAME @user", group: groupNow, public: true, access: AccessResponder, read: readRole, help: "give somebody a role, such as scribe"},
	{words: "note", args: "TEXT", group: groupNow, access: AccessResponder, read: readNote, help: "put something on the timeline"},
	{words: "note at", args: "TIME TEXT", verb: "note", group: groupNow, access: AccessResponder, beside: true, read: readNoteAt, help: "the same for earlier: `14:32`, `10m ago`, `yesterday 23:10`"},
	{words: "milestone", args: "NAME [at TIME]", group: groupNow, public: true, access: AccessResponder, read: readMilestone, help: "detected, acknowledged, contained, eradicated or recovered"},
	{words: "update", args: "TEXT", group: groupNow, public: true, access: AccessResponder, read: readNote, help: "tell the stakeholders how it stands"},
	{words: "page", args: "TARGET", group: groupNow, public: true, access: AccessResponder, read: readTarget, help: "call a person or a team: @user, e-mail, PagerDuty name or escalation policy"},
	{words: "split", args: "N at WORDS", verb: "split entry", group: groupEdit, aside: true, access: AccessResponder, read: readSplitEntry, help: "make two of an entry; WORDS begin the second"},
	{words: "split", args: "N", group: groupNow, public: true, access: AccessResponder, read: readN, help: "give a page of a storm its own incident; N is its entry's number"},
	{words: "handover", args: "@user", group: groupNow, public: true, access: AccessResponder, read: readUser, help: "ask somebody to take the lead, with where it stands"},
	{words: "playbook", args: "[NAME]", group: groupNow, access: AccessResponder, later: true, help: "start a playbook"},
	{words: "approve", args: "N", group: groupNow, access: AccessResponder, later: true, help: "allow a step"},
	{words: "deny", args: "N", group: groupNow, access: AccessResponder, later: true, help: "forbid a step"},

	{words: "task add", args: "TITLE [@owner] [due WHEN]", group: groupTasks, public: true, access: AccessResponder, read: readTask, help: "add a task, due `17:00`, `tomorrow`, `friday`, `in 2h`"},
	{words: "task list", group: groupTasks, access: AccessViewer, read: readNothing, help: "the tasks, one line each"},
	{words: "task done", args: "N", group: groupTasks, public: true, access: AccessResponder, read: readN, help: "tick one off"},
	{words: "task reopen", args: "N", group: groupTasks, public: true, access: AccessResponder, beside: true, read: readN, help: "take the tick back"},
	{words: "task assign", args: "N @user", group: groupTasks, public: true, access: AccessResponder, read: readAssignment, help: "give it to somebody"},
	{words: "task due", args: "N WHEN", group: groupTasks, public: true, access: AccessResponder, beside: true, read: readDue, help: "change when a task is due; `none` takes it away"},
	{words: "map", args: "@user GITLAB_USERNAME", group: groupTasks, access: AccessResponder, read: readMapping, help: "say who somebody is in GitLab"},

	{words: "timeline", args: "[FILTER]", group: groupSearch, access: AccessViewer, read: readTimeline, help: "the newest entries; FILTER: words, `kind:` `lane:` `from:` `pinned:`"},
	{words: "find", args: "QUERY", group: groupSearch, anywhere: true, access: AccessAnybody, read: readFind, help: "search all you may see; QUERY: words, `in:` `from:` `kind:` `lane:` `sev:` `ioc:` `before:` `after:` `pinned:`"},
	{words: "reveal", args: "N REASON", group: groupSearch, access: AccessLead, beside: true, read: readReveal, help: "what an entry says where it is masked, for you only; the reason is recorded"},
	{words: "edit", args: "[N]", verb: "editor", group: groupEdit, access: AccessResponder, read: readEditor, help: "open the timeline, or entry N, and correct it; also `kind`, `phase`, `merge`, `split`, `move`, `shift`, `history`"},
	{words: "edit", args: "N TEXT", group: groupEdit, access: AccessResponder, beside: true, read: readEdit, help: "correct what an entry says; N is its number on the timeline"},
	{words: "time", args: "N TIME", group: groupEdit, access: AccessResponder, beside: true, read: readEntryTime, help: "correct when something happened"},
	{words: "shift", args: "N SPAN", group: groupEdit, aside: true, access: AccessResponder, read: readShift, help: "correct when things happened by `+1h` or `-30m`; N may be several"},
	{words: "drop", args: "N", group: groupEdit, access: AccessResponder, read: readNs, help: "take entries off the timeline and out of the RCA; N may be several, `3 5 8-12`"},
	{words: "restore", args: "N", group: groupEdit, access: AccessResponder, beside: true, read: readNs, help: "put it back"},
	{words: "hide", args: "N", group: groupEdit, beside: true, access: AccessResponder, read: readNs, help: "leave them out of the RCA and exports only"},
	{words: "show", args: "N", group: groupEdit, access: AccessResponder, beside: true, read: readNs, help: "the opposite of `hide`"},
	{words: "kind", args: "N KIND", group: groupEdit, aside: true, access: AccessResponder, read: readKind, help: "make it a note, an update or a message"},
	{words: "phase", args: "N PHASE", group: groupEdit, aside: true, access: AccessResponder, read: readPhase, help: "say which phase it belongs to; `auto`: as the milestones say"},
	{words: "merge", args: "N M", verb: "merge entries", group: groupEdit, aside: true, access: AccessResponder, read: readMergeEntries, help: "make entry N say what M says too"},
	{words: "move", args: "N INC-n", group: groupEdit, aside: true, access: AccessResponder, read: readMove, help: "move it to another incident"},
	{words: "history", args: "N", group: groupEdit, aside: true, access: AccessResponder, read: readN, help: "what an entry has been, who changed it and why"},
	{words: "undo", group: groupEdit, access: AccessResponder, beside: true, read: readNothing, help: "take back your last correction"},
	{words: "redact", args: "N REASON", group: groupEdit, access: AccessResponder, later: true, help: "remove an entry's content everywhere"},
	{words: "detect", group: groupSearch, access: AccessViewer, read: readNothing, help: "what detectors have found; also `score`, `shadow`, `hints`, `mutes`, `unmute N`, `backtest RULE-ID`"},
	{words: "detect score", group: groupSearch, anywhere: true, aside: true, access: AccessResponder, read: readNothing, help: "how often each rule was right, the worst first, and what to do about it"},
	{words: "detect shadow", group: groupSearch, anywhere: true, aside: true, access: AccessResponder, read: readNothing, help: "what rules on trial would have told, to be judged"},
	{words: "detect hints", group: groupSearch, anywhere: true, aside: true, access: AccessResponder, read: readNothing, help: "what was found and told nobody: too little for an incident, or muted"},
	{words: "detect mutes", group: groupSearch, anywhere: true, aside: true, access: AccessResponder, read: readNothing, help: "the mutes in force"},
	{words: "detect unmute", args: "N", group: groupSearch, anywhere: true, aside: true, access: AccessResponder, read: readN, help: "lift a mute before its time"},
	{words: "detect backtest", args: "RULE-ID [DAYS]", group: groupSearch, anywhere: true, aside: true, access: AccessResponder, read: readBacktest, help: "what a rule would have found in the alerts that are kept, 30 days unless told otherwise"},
	{words: "ioc", group: groupSearch, access: AccessViewer, read: readNothing, help: "the indicators named here, such as addresses, domains and hashes"},
	{words: "seen", args: "INDICATOR", group: groupSearch, access: AccessViewer, beside: true, read: readIndicator, help: "where an indicator was seen before"},
	{words: "actions", group: groupSearch, access: AccessViewer, read: readNothing, help: "what is still to do outside, or could not be done, and why"},
	{words: "retry", args: "N", group: groupSearch, access: AccessResponder, beside: true, read: readN, help: "try a refused action again"},

	{words: "rca", group: groupAfter, access: AccessViewer, read: readNothing, help: "the RCA as it stands"},
	{words: "rca set", args: "SECTION TEXT", group: groupAfter, access: AccessResponder, read: readSection, help: "write summary, impact, root-cause, contributing, remediation or lessons"},
	{words: "rca publish", group: groupAfter, public: true, access: AccessResponder, read: readNothing, help: "publish it as a GitLab issue"},
	{words: "close", group: groupAfter, public: true, access: AccessResponder, read: closeAs(incident.Resolved, readNothing), help: "close it as resolved"},
	{words: "close false-positive", args: "REASON", verb: "close", group: groupAfter, access: AccessResponder, read: closeAs(incident.FalsePositive, readReason), help: "it was nothing"},
	{words: "close duplicate", args: "INC-n", verb: "close", group: groupAfter, access: AccessResponder, read: closeAs(incident.Duplicate, readOther), help: "another incident has it"},
	{words: "close drill", verb: "close", group: groupAfter, access: AccessResponder, beside: true, read: closeAs(incident.Drill, readNothing), help: "it was an exercise"},
	{words: "close override", args: "REASON", verb: "close", group: groupAfter, access: AccessResponder, read: closeAs(incident.Override, readReason), help: "close it although something is missing"},
	{words: "reopen", group: groupAfter, public: true, access: AccessResponder, beside: true, read: readNothing, help: "open it again"},
	{words: "merge", args: "INC-n", group: groupAfter, public: true, access: AccessResponder, later: true, help: "make two incidents one"},
	{words: "export", group: groupAfter, public: true, access: AccessResponder, beside: true, read: readNothing, help: "timeline and RCA as files, with a picture"},
	{words: "import", args: "[FILE] [zone ZONE]", group: groupAfter, access: AccessResponder, beside: true, read: readImport, help: "put the lines of a dropped CSV or JSONL file on the timeline"},
	{words: "evidence", args: "[N]", group: groupAfter, access: AccessViewer, read: readPiece, help: "the files kept as evidence, or one with its custody; `mark N [NOTE]`, `give N @user [NOTE]`, `seal N [NOTE]`, `unseal N REASON`"},
	{words: "evidence mark", args: "N [NOTE]", group: groupAfter, aside: true, access: AccessResponder, read: readPieceNote, help: "say that a file is evidence"},
	{words: "evidence give", args: "N @user [NOTE]", group: groupAfter, aside: true, public: true, access: AccessResponder, read: readPieceUser, help: "record that it was handed over to somebody"},
	{words: "evidence seal", args: "N [NOTE]", group: groupAfter, aside: true, public: true, access: AccessResponder, read: readPieceNote, help: "seal it: nothing may be done with it until it is unsealed"},
	{words: "evidence unseal", args: "N REASON", group: groupAfter, aside: true, public: true, access: AccessResponder, read: readPieceReason, help: "unseal it"},
	{words: "help", group: groupSearch, anywhere: true, access: AccessAnybody, read: readNothing, help: "this list"},
}

// errOtherForm says that the words are no arguments of this form, but may be
// some of a form recognised by fewer words.
var errOtherForm = errors.New("another form")

// Parse understands the text of a slash command as Slack sends it, with
// should_escape on. slash is the root command as typed, such as /inc; it is
// only shown back.
//
// A command is recognised in its full form only, in any letter case. The
// error is always a *UsageError, whose message is the answer to give; the
// command then holds no more than the incident named in front. No text at all
// means help.
func Parse(slash, text string) (Command, error) {
	p := parser{slash: slash, text: text}
	body := strings.TrimLeftFunc(text, unicode.IsSpace)
	if body == "" {
		return p.parse("help")
	}
	word, rest := cutWord(body)
	if !incidentForm.MatchString(word) {
		return p.parse(body)
	}
	n, err := incident.ParseNumber(word)
	if err != nil {
		return Command{}, p.refuse(form{}, "there is no "+code(word), "Incident numbers look like `INC-3`.")
	}
	p.incident = n
	return p.parse(strings.TrimLeftFunc(rest, unicode.IsSpace))
}

var incidentForm = regexp.MustCompile(`^(?i:inc)-[0-9]+$`)

// parser is one text being understood.
type parser struct {
	slash, text string
	incident    incident.Number // named in front
}

// parse understands what follows the incident's number.
func (p parser) parse(body string) (Command, error) {
	refused := Command{Incident: p.incident}
	for _, f := range matching(body) {
		if f.later {
			return refused, p.comesLater(f)
		}
		if f.anywhere && p.incident != 0 {
			return refused, p.refuse(f, p.do(f.words)+" concerns no single incident", "Leave "+p.incident.String()+" out: "+p.do(body)+".")
		}
		c := Command{Verb: cmp.Or(f.verb, f.words), Incident: p.incident, Public: f.public, Access: f.access}
		err := f.read(&c, body[len(prefix(body, f.words)):])
		if errors.Is(err, errOtherForm) {
			continue
		}
		if err != nil {
			return refused, p.misused(f, body, err)
		}
		return c, nil
	}
	return refused, p.unknown(body)
}

// matching gives the forms that body begins with, most words first.
func matching(body string) []form {
	var fit []form
	for _, f := range forms {
		if prefix(body, f.words) != "" {
			fit = append(fit, f)
		}
	}
	slices.SortStableFunc(fit, func(a, b form) int {
		return strings.Count(b.words, " ") - strings.Count(a.words, " ")
	})
	return fit
}

// prefix gives the start of body that consists of the given words, or "".
func prefix(body, words string) string {
	rest := body
	for want := range strings.FieldsSeq(words) {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		word, after := cutWord(rest)
		if !strings.EqualFold(word, want) {
			return ""
		}
		rest = after
	}
	return body[:len(body)-len(rest)]
}

// cutWord divides s behind its first word; rest begins with white space.
func cutWord(s string) (word, rest string) {
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}
