package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// samples is how each command of the guide's table is typed. A command
// without a sample fails the test.
var samples = map[string]string{
	"open [sev1, sev2, sev3, sev4] TITLE": "open sev3 Another one",
	"status":                              "status", "ack": "ack", "sev N": "sev 2",
	"lead @user": "lead @kim", "role NAME @user": "role scribe @sam",
	"note TEXT": "note seen on web-3", "note at TIME TEXT": "note at 10m ago first seen",
	"milestone NAME [at TIME]":           "milestone contained",
	"task add TITLE [@owner] [due WHEN]": "task add Rotate the keys @sam", "task list": "task list",
	"task done N": "task done 1", "task reopen N": "task reopen 1", "task assign N @user": "task assign 1 @sam",
	"timeline [FILTER]": "timeline kind:note", "find QUERY": "find keys",
	"rca": "rca", "rca set SECTION TEXT": "rca set summary a stolen key", "rca publish": "rca publish",
	"close": "close", "close false-positive REASON": "close false-positive a scanner", "close duplicate INC-n": "close duplicate INC-9",
	"close drill": "close drill", "close override REASON": "close override it must be", "reopen": "reopen",
	"help": "help", "update TEXT": "update contained for now", "page TARGET": "page nobody at all", "actions": "actions", "retry N": "retry 1", "split N": "split 1", "detect": "detect", "ioc": "ioc", "seen INDICATOR": "seen 203.0.113.5",
	"export":  "export",
	"catchup": "catchup", "handover @user": "handover @sam",
	"edit N TEXT": "edit 1 Phishing it was", "time N TIME": "time 1 10m ago", "drop N": "drop 1", "restore N": "restore 1", "undo": "undo", "redact N REASON": "redact 2 a password",
	"retain DAYS": "retain 30", "hold REASON": "hold the court asks", "hold off": "hold off",
	"edit [N]": "edit 1", "shift N SPAN": "shift 1 -1m", "hide N": "hide 1", "show N": "show 1", "kind N KIND": "kind 1 note", "phase N PHASE": "phase 1 review",
	"merge N M": "merge 1 2", "split N at WORDS": "split 1 at it", "move N INC-n": "move 1 INC-9", "history N": "history 1",
	"detect score": "detect score", "detect shadow": "detect shadow", "detect hints": "detect hints", "detect mutes": "detect mutes", "detect unmute N": "detect unmute 1", "detect backtest RULE-ID [DAYS]": "detect backtest brute-force",
	"reveal N REASON": "reveal 1 to rotate it",
	"evidence [N]":    "evidence", "evidence mark N [NOTE]": "evidence mark 1", "evidence give N @user [NOTE]": "evidence give 1 @sam",
	"evidence seal N [NOTE]": "evidence seal 1", "evidence unseal N REASON": "evidence unseal 1 a mistake",
	"task due N WHEN": "task due 1 tomorrow", "map @user GITLAB_USERNAME": "map @sam sam",
	"import [FILE] [zone ZONE]": "import edr.csv zone UTC",
}

// rightsTable reads the guide's table: which identity may give which command.
func rightsTable(t *testing.T) (commands, identities []string, may map[string]map[string]bool) {
	t.Helper()
	b, err := os.ReadFile("../../docs/guide/access.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(b), "\n| command |")
	if !ok {
		t.Fatal("the guide has lost its table")
	}
	may = map[string]map[string]bool{}
	for line := range strings.Lines("| command |" + table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `")
		}
		switch {
		case cells[0] == "command":
			identities = cells[1:]
		case len(identities) == 0 || strings.HasPrefix(cells[0], "---"):
		case len(cells) != len(identities)+1:
			return commands, identities, may
		default:
			commands = append(commands, cells[0])
			may[cells[0]] = map[string]bool{}
			for i, who := range identities {
				may[cells[0]][who] = cells[i+1] == "yes"
			}
		}
	}
	return commands, identities, may
}

// TestRightsTable gives every command as every identity, and wants what the
// guide's table says, no more and no less.
func TestRightsTable(t *testing.T) {
	commands, identities, may := rightsTable(t)
	if len(commands) < 20 || len(identities) < 8 {
		t.Fatalf("the table has %d commands and %d identities", len(commands), len(identities))
	}
	for _, who := range identities {
		t.Run(who, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c, person := w.as(who)
				for _, command := range commands {
					line := samples[command]
					if line == "" {
						t.Fatalf("no sample of %q", command)
					}
					refused := w.refusal(c, person, line)
					if got := !strings.HasPrefix(refused, "Only "); got != may[command][who] {
						t.Errorf("%s: the table says %t, the answer was %q", line, may[command][who], refused)
					}
				}
			})
		})
	}
}

// as makes a person of that identity stand in an incident's channel.
func (w *world) as(who string) (c sandbox.SlackChannel, person string) {
	w.t.Helper()
	w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam")
	w.env["FIREBREAK_SLACK_ADMINS"] = w.user("jo")
	w.start()
	_, c = w.opened("sam", "Phishing")
	w.sb.Slack.AddUser(sandbox.User{Name: "robot", Bot: true})
	person = map[string]string{
		"bot": "robot", "deactivated": "kim", "other workspace": "stranger", "guest": "guest",
		"member": "kim", "commander": "kim", "responder": "sam", "admin": "jo",
	}[who]
	if person == "" {
		w.t.Fatalf("who is a %s?", who)
	}
	if person != "sam" {
		join(c, "sam", person)
	}
	c.Command("sam", "/inc task add Look at the keys")
	if who == "commander" {
		c.Command("sam", "/inc lead @kim")
	}
	if who == "deactivated" {
		w.sb.Slack.Deactivate(person)
		w.pass(11 * time.Minute) // what Slack said of a person is believed for ten
	}
	w.settle()
	return c, person
}

// refusal gives a command and says for what reason it was refused, "" if it
// was not. It looks at the record: somebody whose account is closed has no
// client to see an answer in.
func (w *world) refusal(c sandbox.SlackChannel, person, line string) string {
	w.t.Helper()
	before, opened := len(w.of(1, incident.KindCommand)), len(w.incidents())
	u := w.sb.Slack.User(person)
	w.sb.Slack.InjectEnvelope("slash_commands", `{"command":"/inc","text":"`+w.typed(line)+`","user_id":"`+u.ID+
		`","user_name":"`+u.Name+`","channel_id":"`+c.ID()+`","team_id":"`+u.TeamID+`"}`)
	var commands []incident.Entry
	w.until("the command is recorded", func() bool {
		commands = w.of(1, incident.KindCommand)
		return len(commands) > before || len(w.incidents()) > opened
	})
	if len(commands) == before { // it is recorded in the incident it opened
		return ""
	}
	reason, _ := commands[len(commands)-1].Data["refused"].(string)
	return reason
}

// typed writes the mentions of a line as Slack sends them.
func (w *world) typed(line string) string {
	words := strings.Fields(line)
	for i, word := range words {
		if name, ok := strings.CutPrefix(word, "@"); ok {
			words[i] = "<@" + w.user(name) + ">"
		}
	}
	return strings.Join(words, " ")
}

// TestPrivateIncidentLeavesNoTrace: who may not see an incident is answered as
// if it were not there, byte for byte, on every command and in search.
func TestPrivateIncidentLeavesNoTrace(t *testing.T) {
	commands, _, _ := rightsTable(t)
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam") + "," + w.user("kim")
		w.start()
		_, c := w.opened("sam", "Zweihander in payroll")
		m := c.Say("sam", "zweihander found in the payroll mail")
		c.Say("sam", "zweihander-seven.com of old")
		c.Command("sam", "/inc task add Burn the zweihander")
		c.Command("sam", "/inc rca set summary a zweihander")
		w.settle()
		c.Edit("sam", m.TS, "not what we thought") // what it said before is searched, too
		w.settle()
		general := w.sb.Slack.In("#general")
		for _, outsider := range []string{"kim", "jo", "guest"} {
			for _, command := range commands {
				if line := samples[command]; !strings.HasPrefix(line, "open") {
					there := shownTo(general.Command(outsider, "/inc INC-1 "+line))
					nowhere := shownTo(general.Command(outsider, "/inc INC-7 "+line))
					if there != strings.ReplaceAll(nowhere, "INC-7", "INC-1") {
						t.Errorf("%s, %s:\n there: %s\nnot there: %s", outsider, line, there, nowhere)
					}
				}
			}
			for _, query := range []string{"zweihander", "zweihander lane:responder", `"zweihander found"`, "ioc:zweihander-seven[.]com", "lane:responder in:INC-1 zweihander"} {
				there, nowhere := shownTo(general.Command(outsider, "/inc find "+query)), shownTo(general.Command(outsider, "/inc find "+strings.ReplaceAll(query, "zweihander", "zweihxnder")))
				if there != strings.ReplaceAll(nowhere, "zweihxnder", "zweihander") {
					t.Errorf("%s finds %s, and of nothing: %s", outsider, there, nowhere)
				}
			}
		}
		w.pass(time.Minute)
		w.noTrace("zweihander", c)
	})
}

// blockIDs are given by Slack, at random.
var blockIDs = regexp.MustCompile(`"block_id":"[^"]*",?`)

// shownTo is an answer as the bot gave it.
func shownTo(r sandbox.Reply) string { return blockIDs.ReplaceAllString(answer(r), "") }

// noTrace wants a word of a private incident in no place but its channel.
func (w *world) noTrace(word string, but sandbox.SlackChannel) {
	w.t.Helper()
	for _, ch := range w.sb.Slack.Channels() {
		for _, m := range w.sb.Slack.In(ch.ID).Messages() {
			if text := strings.ToLower(m.Text + texts(m.Blocks) + string(m.Metadata)); ch.ID != but.ID() && strings.Contains(text, word) {
				w.t.Errorf("#%s says %s", ch.Name, text)
			}
		}
	}
	for _, path := range []string{"/metrics", "/readyz", "/healthz"} {
		_, body := w.get(path)
		if strings.Contains(strings.ToLower(body), word) || strings.Contains(body, "INC-1") || strings.Contains(body, but.ID()) {
			w.t.Errorf("%s tells of the incident: %s", path, body)
		}
	}
}
