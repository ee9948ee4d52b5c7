package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"firebreak/incident"
)

// complaint says what is wrong with a command's arguments, as the middle of
// a sentence in mrkdwn. Whatever the person typed stands in it through code.
type complaint string

func (c complaint) Error() string { return string(c) }

// mentionForm is a person as Slack writes one: <@U123> or <@U123|name>.
var mentionForm = regexp.MustCompile(`^<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>$`)

// lastMention is one at the end of a text.
var lastMention = regexp.MustCompile(`(?:^|\s)(<@[UW][A-Z0-9]+(?:\|[^<>]*)?>)\s*$`)

func readNothing(_ *Command, args string) error {
	if args = strings.TrimSpace(args); args != "" {
		return complaint("nothing comes after it, so I don't know what " + code(args) + " means")
	}
	return nil
}

// verbatim takes the one white-space character off that separates a text
// from its command, and nothing else.
func verbatim(args string) string {
	_, size := utf8.DecodeRuneInString(args)
	return args[size:]
}

// oneLine makes a title of a text: line breaks become spaces.
func oneLine(s string) string {
	s = strings.ReplaceAll(s, "\r\n", " ")
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

var severityForm = regexp.MustCompile(`^(?i:sev)[0-9]+$`)

func readOpen(c *Command, args string) error {
	title := oneLine(args)
	word, rest := cutWord(title)
	if severityForm.MatchString(word) {
		sev, err := incident.ParseSeverity(word)
		if err != nil {
			return complaint(code(word) + " is no severity, only sev1 (worst) to sev4 are")
		}
		c.Severity, title = sev, strings.TrimSpace(rest)
	}
	if title == "" {
		return complaint("the TITLE is missing")
	}
	c.Text = title
	return nil
}

func readSeverity(c *Command, args string) error {
	word := strings.TrimSpace(args)
	if len(word) != 1 || word < "1" || word > "4" {
		return missingOr(word, "N", " is no severity, only 1 (worst) to 4 are")
	}
	c.Severity = incident.Severity(word[0] - '0')
	return nil
}

func readUser(c *Command, args string) error {
	word := strings.TrimSpace(args)
	m := mentionForm.FindStringSubmatch(word)
	if m == nil {
		return missingOr(word, "@user", " names nobody I know. Pick the person from the list Slack offers after @")
	}
	c.User = m[1]
	return nil
}

// longestRole is how many characters a role's name may have: it must fit
// beside a person's name on a phone.
const longestRole = 40

func readRole(c *Command, args string) error {
	args = strings.TrimSpace(args)
	m := lastMention.FindStringSubmatchIndex(args)
	if m == nil {
		return missingOr(args, "NAME", " ends with nobody I know. Pick the person from the list Slack offers after @")
	}
	role := strings.Join(strings.Fields(args[:m[0]]), " ")
	switch {
	case role == "":
		return complaint("the role's NAME is missing")
	case strings.ContainsAny(role, "<>") || utf8.RuneCountInString(role) > longestRole:
		return complaint(code(role) + " is no role, a short name such as scribe is")
	}
	c.Role = role
	return readUser(c, args[m[2]:])
}

func readNote(c *Command, args string) error {
	if blank(args) {
		return complaint("the TEXT is missing")
	}
	c.Text = verbatim(args)
	return nil
}

// clockish is what people begin a time with. Prose hardly does, so behind
// "note at" it is asked about rather than recorded under the wrong time.
var clockish = regexp.MustCompile(`^\s*(?:[0-9]{1,2}:[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2})`)

func readNoteAt(c *Command, args string) error {
	when, text, ok := incident.SplitWhen(args)
	if !ok {
		if clockish.MatchString(args) {
			word, _ := cutWord(strings.TrimSpace(args))
			return complaint(code(word) + " is no time I know, such as 14:32, 10m ago, yesterday 23:10 or 2026-11-20 23:10")
		}
		return errOtherForm // "note at the gate …" is a text like any other
	}
	if blank(text) {
		return complaint("the TEXT after " + code(when) + " is missing")
	}
	c.When, c.Text = when, text
	return nil
}

func readMilestone(c *Command, args string) error {
	word, rest := cutWord(strings.TrimSpace(args))
	m, err := incident.ParseMilestone(word)
	if err != nil {
		return missingOr(word, "NAME", " is no milestone. There are detected, acknowledged, contained, eradicated and recovered")
	}
	c.Milestone = m
	if rest = strings.TrimSpace(rest); rest == "" {
		return nil
	}
	at, rest := cutWord(rest)
	if !strings.EqualFold(at, "at") {
		return complaint("only `at TIME` may follow the name, so I don't know what " + code(at+rest) + " means")
	}
	when, more, ok := incident.SplitWhen(rest)
	if !ok || !blank(more) {
		return missingOr(strings.TrimSpace(rest), "TIME", " is no time I know, such as 14:32, 10m ago or yesterday 23:10")
	}
	c.When = when
	return nil
}

func readTask(c *Command, args string) error {
	title := oneLine(args)
	// The owner and the due date may come in either order.
	for range 2 {
		if m := lastMention.FindStringSubmatchIndex(title); m != nil && c.User == "" {
			if err := readUser(c, title[m[2]:]); err != nil {
				return err
			}
			title = strings.TrimSpace(title[:m[0]])
		}
		if c.When == "" {
			title, c.When = cutDue(title)
		}
	}
	if title == "" {
		return complaint("the TITLE is missing")
	}
	c.Text = title
	return nil
}

var dueWord = regexp.MustCompile(`(?i)(?:^|\s)due\s`)

// cutDue takes "due WHEN" off the end of a title. A "due" with anything else
// behind it belongs to the title.
func cutDue(title string) (rest, when string) {
	for _, m := range slices.Backward(dueWord.FindAllStringIndex(title, -1)) {
		if tail := strings.TrimSpace(title[m[1]:]); incident.IsDue(tail) {
			return strings.TrimSpace(title[:m[0]]), tail
		}
	}
	return title, ""
}

var countForm = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)

func readN(c *Command, args string) error {
	word := strings.TrimSpace(args)
	if !countForm.MatchString(word) {
		return missingOr(word, "N", " is no number such as 3")
	}
	n, err := strconv.Atoi(word)
	c.N = n
	return err
}

func readAssignment(c *Command, args string) error {
	number, user := cutWord(strings.TrimSpace(args))
	if err := readN(c, number); err != nil {
		return err
	}
	return readUser(c, user)
}

func readEdit(c *Command, args string) error {
	number, text := cutWord(strings.TrimLeftFunc(args, unicode.IsSpace))
	if err := readN(c, number); err != nil {
		return err
	}
	return readNote(c, text)
}

func readEntryTime(c *Command, args string) error {
	number, rest := cutWord(strings.TrimSpace(args))
	if err := readN(c, number); err != nil {
		return err
	}
	when, more, ok := incident.SplitWhen(rest)
	if !ok || !blank(more) {
		return missingOr(strings.TrimSpace(rest), "TIME", " is no time I know, such as 14:32, 10m ago or yesterday 23:10")
	}
	c.When = when
	return nil
}

func readDue(c *Command, args string) error {
	number, when := cutWord(strings.TrimSpace(args))
	if err := readN(c, number); err != nil {
		return err
	}
	c.When = strings.Join(strings.Fields(when), " ")
	if !strings.EqualFold(c.When, "none") && !incident.IsDue(c.When) {
		return missingOr(c.When, "WHEN", " is no time I know, such as 17:00, tomorrow, friday 9:00, in 2h or 2026-11-25; none takes the due date away")
	}
	return nil
}

// accountForm is a GitLab username: letters, digits, and . _ - between them
// (docs.gitlab.com, Reserved project and group names: usernames).
var accountForm = regexp.MustCompile(`^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_-])?$`)

func readMapping(c *Command, args string) error {
	user, name := cutWord(strings.TrimSpace(args))
	if err := readUser(c, user); err != nil {
		return err
	}
	name = strings.TrimPrefix(strings.TrimSpace(name), "@")
	if !accountForm.MatchString(name) {
		return missingOr(name, "GITLAB_USERNAME", " is no GitLab username such as sam.lee")
	}
	c.Text = name
	return nil
}

func readFind(c *Command, args string) error {
	c.Text = strings.TrimSpace(args)
	if c.Text == "" {
		return complaint("the QUERY is missing")
	}
	return nil
}

func readSection(c *Command, args string) error {
	word, text := cutWord(strings.TrimLeftFunc(args, unicode.IsSpace))
	name, err := incident.ParseSection(word)
	if err != nil {
		return missingOr(word, "SECTION", " is no section. There are "+strings.Join(incident.SectionNames(), ", "))
	}
	if blank(text) {
		return complaint("the TEXT is missing")
	}
	c.Section, c.Text = name, verbatim(text)
	return nil
}

// longestTarget is how many characters whom to page may have: more than any
// name, less than what somebody pastes by mistake.
const longestTarget = 200

func readTarget(c *Command, args string) error {
	target := strings.Join(strings.Fields(args), " ")
	switch {
	case target == "":
		return complaint("the TARGET is missing")
	case utf8.RuneCountInString(target) > longestTarget || strings.HasPrefix(target, "<!"):
		return complaint(code(target) + " is nobody I can page. A @user, an e-mail address, a PagerDuty user or an escalation policy is")
	case strings.Contains(target, "<@") && !mentionForm.MatchString(target):
		return complaint(code(target) + " is more than one I can page. Page one after the other")
	}
	c.Text = target
	return nil
}

// readIndicator takes the indicator as it was typed; what it is is seen when
// it is looked up.
func readIndicator(c *Command, args string) error {
	if c.Text = strings.TrimSpace(args); c.Text == "" {
		return complaint("the INDICATOR is missing")
	}
	return nil
}

// closeAs reads a way to close with what it needs.
func closeAs(d incident.Disposition, read func(*Command, string) error) func(*Command, string) error {
	return func(c *Command, args string) error {
		c.Disposition = d
		return read(c, args)
	}
}

func readReason(c *Command, args string) error {
	c.Text = strings.TrimSpace(args)
	if c.Text == "" {
		return complaint("the REASON is missing")
	}
	return nil
}

func readReveal(c *Command, args string) error {
	number, reason := cutWord(strings.TrimSpace(args))
	if err := readN(c, number); err != nil {
		return err
	}
	return readReason(c, reason)
}

func readOther(c *Command, args string) error {
	word := strings.TrimSpace(args)
	n, err := incident.ParseNumber(word)
	if err != nil || !incidentForm.MatchString(word) {
		return missingOr(word, "INC-n", " is no incident number such as INC-3")
	}
	if n == c.Incident {
		return complaint("an incident is no duplicate of itself")
	}
	c.Other = n
	return nil
}

// missingOr complains that what stands in the form is missing, or, when
// something is there, what is wrong with it.
func missingOr(typed, what, wrong string) error {
	if typed == "" {
		return complaint("the " + strings.TrimPrefix(what, "the ") + " is missing")
	}
	return complaint(code(typed) + wrong)
}
