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
			[]edit{{"bot/deliver.go", "	if err != nil {\n		return nil, err\n	}\n	crash(\"inbox committed\")", "	crash(\"inbox committed\")"}},
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
			e2e, "TestTimelineEqualsLedger",
		},
		{
			"page-opens-twice", "one channel",
			[]edit{{"bot/page.go", "	case row.Incident == 0:", "	case row.Incident >= 0 && row.Page.Status != p.Status:"}},
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
			"agreement-not-kept", "both sides equal",
			[]edit{{"bot/agree.go", "	t.Agreed, t.Writing = m.Agreed, nil", "	t.Agreed, t.Writing = b.agreed(t), nil"}},
			e2e, "TestAgreementIsKept",
		},
		{
			"edit-not-kept-before-sent", "both sides equal",
			[]edit{{"bot/agree.go", "	if err := b.writing(ctx, t, base, w); err != nil {\n		return issue, err\n	}\n", ""}},
			e2e, "TestOwnEditIsNoConflict/drop_after",
		},
		{
			"local-wins-silently", "both sides equal",
			[]edit{{"incident/merge.go", "			c.Verdict = Conflict", "			c.Verdict = Push"}},
			e2e, "TestBothChanged",
		},
		{
			"loss-not-recorded", "both sides equal",
			[]edit{{"bot/taken.go", "	if k.Verdict == incident.Conflict {\n		data", "	if k.Verdict == \"\" {\n		data"}},
			e2e, "TestBothChanged",
		},
		{
			"refused-token-gives-up", "nothing given up",
			[]edit{{"bot/trouble.go", "	case incident.CodeOf(err) == \"401\":\n		return true", "	case incident.CodeOf(err) == \"401\":\n		return false"}},
			e2e, "TestGitLabShutsTheDoor/revoked_token",
		},
		{
			"hook-token-unchecked", "only hints",
			[]edit{{"cmd/firebreak/intake.go", "case !sameSecret(r.Header.Get(\"X-Gitlab-Token\"), want):", "case sameSecret(want, \"\"):"}},
			e2e, "TestWebhookAnswers",
		},
		{
			"reminder-key-without-day", "one reminder",
			[]edit{{"bot/remind.go", "\"remind:%s:%d:%s:%d:%s\"", "\"remind:%s:%d:%s:%d:%.0s\""}},
			e2e, "TestReminders",
		},
		{
			"reminder-not-asked-again", "one reminder",
			[]edit{{"bot/remind.go", "if err != nil || !holds {\n		return \"\", err\n	}\n	return b.chat.Post(ctx, p)\n}\n\nfunc findReminder", "if err != nil || !holds && a.ID == 0 {\n		return \"\", err\n	}\n	return b.chat.Post(ctx, p)\n}\n\nfunc findReminder"}},
			e2e, "TestReminderOvertaken",
		},
		{
			"post-not-looked-up", "one message",
			[]edit{{"bot/kinds.go", "kindPost:          {class: findable,", "kindPost:          {class: idempotent,"}},
			e2e, "TestEveryAnswerLost/detection/slack_chat.postMessage",
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

// TestMutations runs each mutation's test over the mutated code.
func TestMutations(t *testing.T) {
	if !*mutate {
		t.Skip("rebuilds and runs a test for each mutation; ask for it with -mutate (make mutations)")
	}
	for _, m := range mutations() {
		t.Run(m.name, func(t *testing.T) {
			overlay, err := m.overlay(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-count=1", "-run", m.test, m.pkg).CombinedOutput()
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
