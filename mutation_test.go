package firebreak_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutation is a change of the code that breaks one guarantee. The test that
// holds the guarantee must turn red with it.
type mutation struct {
	name      string // as in docs/guarantees.md
	guarantee string
	edits     []edit
	pkg, test string // what must turn red
}

// edit replaces a text that stands exactly once in a file.
type edit struct{ file, from, to string }

// mutations lists them in the order of docs/guarantees.md.
func mutations() []mutation {
	e2e := "./cmd/firebreak"
	return []mutation{
		{
			"ack-without-commit", "commit before ack",
			[]edit{{"bot/deliver.go", "_, _, err := tx.Receive(in)", "var err error"}},
			e2e, "TestTimelineEqualsLedger",
		},
		{
			"ack-after-failed-commit", "commit before ack",
			[]edit{{"bot/deliver.go", "	if err != nil {\n		return nil, err\n	}\n	crash(\"inbox committed\")", "	_ = err\n	crash(\"inbox committed\")"}},
			"./bot", "TestNoAckWithoutCommit",
		},
		{
			"event-forgotten", "dedupe",
			[]edit{{"bot/deliver.go", `in.Key = "ev:" + c.EventID`, `in.Key = "ev:" + c.EventID + env.ID`}},
			"./bot", "TestRedeliveryIsOneRow",
		},
		{
			"identity-by-event", "dedupe",
			[]edit{{"bot/message.go", `return "slack:" + team + ":" + channel + ":" + ts`, `return "slack:" + team + ":" + channel + ":" + ts + time.Now().String()`}},
			e2e, "TestTimelineEqualsLedger",
		},
		{
			"pin-on-thread", "own-entry pins",
			[]edit{{"bot/reaction.go", "c.pin(e.Item.TS, e.User, e.Reaction, on, e.EventTS)", "c.pin(e.EventTS, e.User, e.Reaction, on, e.EventTS)"}},
			e2e, "TestTimelineEqualsLedger",
		},
		{
			"pin-never-removed", "own-entry pins",
			[]edit{{"bot/reaction.go", `on := e.Type == "reaction_added"`, `on := e.Type != ""`}},
			e2e, "TestLastRemovalUnpins",
		},
		{
			"page-opens-twice", "one channel",
			[]edit{
				{"bot/page.go", "	case row.Incident == 0:", "	case row.Incident >= 0 && row.Page.Status != p.Status:"},
				{"store/schema/0001_first.sql", "CREATE UNIQUE INDEX incidents_page", "CREATE INDEX incidents_page"},
			},
			e2e, "TestStory",
		},
		{
			"channel-not-looked-up", "one channel",
			[]edit{
				{"bot/kinds.go", "kindCreateChannel: {class: findable,", "kindCreateChannel: {class: idempotent,"},
				{"bot/effect_channel.go", "		if found && b.unclaimed(ctx, ch.ID) {\n			return ch, nil", "		if found && ch.ID == \"\" {\n			return ch, nil"},
			},
			e2e, "TestEveryAnswerLost/nobody/slack_conversations.create",
		},
		{
			"issue-not-looked-up", "one issue",
			[]edit{{"bot/kinds.go", "kindIssueCreate:   {class: findable,", "kindIssueCreate:   {class: idempotent,"}},
			e2e, "TestEveryAnswerLost/detection/gitlab_POST",
		},
		{
			"post-not-looked-up", "one message",
			[]edit{{"bot/kinds.go", "kindPost:          {class: findable,", "kindPost:          {class: idempotent,"}},
			e2e, "TestEveryAnswerLost/detection/slack_chat.postMessage",
		},
		{
			"claim-not-believed", "one message",
			[]edit{{"bot/runner.go", "b.perform(ctx, claimed, was == incident.ActionUnknown)", "b.perform(ctx, claimed, was == \"\")"}},
			"./bot", "TestWhatTheRunnerReadMayBePast",
		},
		{
			"broken-call-repeated", "every call may fail",
			[]edit{{"bot/runner.go", "		default:\n			return tx.RetryAction(a.ID, a.Fence, incident.ActionUnknown,", "		default:\n			return tx.RetryAction(a.ID, a.Fence, incident.ActionPlanned,"}},
			e2e, "TestEveryCallFails/detection/slack_chat.postMessage",
		},
		{
			"parked-silently", "every call may fail",
			[]edit{{"bot/runner.go", "	return b.tellParked(tx, a, reason)\n", "	return nil\n"}},
			e2e, "TestEveryCallRefused/detection/gitlab_POST",
		},
		{
			"retried-at-once", "every call may fail",
			[]edit{{"bot/runner.go", "Add(max(call.RetryAfter, shortestRetry))", "Add(call.RetryAfter)"}},
			"./bot", "TestARetryIsNeverDueAtOnce",
		},
		{
			"compared-too-finely", "simulated days",
			[]edit{{"bot/reconcile.go", "return nowUTC().Truncate(time.Microsecond)", "return nowUTC()"}},
			"./bot", "TestWhatComesWithTheComparisonIsNotGone",
		},
		{
			"gap-ignored", "simulated days",
			[]edit{{"bot/health.go", "	if gap {\n		poke(b.gaps)", "	if gap && connected < 0 {\n		poke(b.gaps)"}},
			e2e, "TestSimulation$",
		},
		{
			"sending-not-recovered", "one channel",
			[]edit{{"bot/bot.go", "		_, err := tx.RecoverActions()\n		return err", "		return nil"}},
			e2e, "TestKill",
		},
		{
			"rca-unmasked", "masking",
			[]edit{{"bot/rca.go", "incident.RCA{Mask: mask.Mask, Names: namesOf(v)}", "incident.RCA{Names: namesOf(v)}"}},
			e2e, "TestStory",
		},
		{
			"mask-finds-nothing", "masking",
			[]edit{{"bot/rca.go", "r := incident.RCA{Mask: mask.Mask,", "r := incident.RCA{Mask: strings.Clone,"}, {"bot/rca.go", "	\"fmt\"\n", "	\"fmt\"\n	\"strings\"\n"}},
			e2e, "TestStory",
		},
		{
			"carriage-return-kept", "quick actions",
			[]edit{
				{"incident/neutral.go", `b.WriteString("> ")`, `b.WriteString("")`},
				{"incident/neutral.go", "escapeMarkdown(joinSigils(escapeStart(text)))", "escapeMarkdown(joinSigils(text))"},
			},
			"./incident", "TestGitLabTextOfAnyUnicode",
		},
		{
			"mention-live", "quick actions",
			[]edit{{"incident/neutral.go", "escapeMarkdown(joinSigils(escapeStart(text)))", "escapeMarkdown(escapeStart(text))"}},
			"./incident", "TestGitLabTextOfAnyUnicode",
		},
		{
			"slack-unescaped", "quick actions",
			[]edit{{"incident/slacktext.go", `slackEscapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")`, `slackEscapes  = strings.NewReplacer("&", "&amp;")`}},
			"./bot", "TestMessagesAreSafeForAnyText",
		},
	}
}

var mutate = flag.Bool("mutate", false, "break each guarantee in turn and see its test turn red; takes minutes")

// TestMutationsApply keeps the list honest: each text to be replaced stands
// exactly once in its file, and the document names each mutation.
func TestMutationsApply(t *testing.T) {
	doc, err := os.ReadFile("docs/guarantees.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations() {
		if _, err := m.overlay(t.TempDir()); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		if !strings.Contains(string(doc), "`"+m.name+"`") {
			t.Errorf("docs/guarantees.md does not name %s", m.name)
		}
	}
}

// TestMutations runs each mutation's test over the mutated code. Each test is
// run over the code as it is first: one that is red anyway shows nothing.
func TestMutations(t *testing.T) {
	if !*mutate {
		t.Skip("rebuilds and runs a test for each mutation; ask for it with -mutate (make mutations)")
	}
	green := map[string]bool{}
	for _, m := range mutations() {
		t.Run(m.name, func(t *testing.T) {
			if name := m.pkg + " " + m.test; !green[name] {
				if out, err := m.run(t, ""); err != nil {
					t.Fatalf("%s is red without any mutation:\n%s", m.test, out)
				}
				green[name] = true
			}
			overlay, err := m.overlay(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			out, err := m.run(t, overlay)
			switch {
			case err == nil:
				t.Errorf("%s stays green without %s", m.test, m.guarantee)
			case !strings.Contains(string(out), "--- FAIL"):
				t.Errorf("the mutated code does not get as far as its test:\n%s", out)
			default:
				t.Logf("red, as it must be: %s", m.test)
			}
		})
	}
}

// run runs the mutation's test over the overlay, if there is one. It goes
// through the environment, so that what the test itself builds has it too.
func (m mutation) run(t *testing.T, overlay string) ([]byte, error) {
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", m.test, m.pkg)
	if overlay != "" {
		flags, err := exec.CommandContext(t.Context(), "go", "env", "GOFLAGS").Output()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(string(flags))+" -overlay="+overlay)
	}
	return cmd.CombinedOutput()
}

// overlay writes the mutated files and the overlay that go test takes.
func (m mutation) overlay(dir string) (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	replaced := map[string]string{}
	for i, e := range m.edits {
		path := filepath.Join(here, e.file)
		source := replaced[path]
		if source == "" {
			source = path
		}
		b, err := os.ReadFile(source)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(b), e.from); n != 1 {
			return "", fmt.Errorf("%q stands %d times in %s", e.from, n, e.file)
		}
		mutated := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(mutated, []byte(strings.Replace(string(b), e.from, e.to, 1)), 0o600); err != nil {
			return "", err
		}
		replaced[path] = mutated
	}
	b, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}
