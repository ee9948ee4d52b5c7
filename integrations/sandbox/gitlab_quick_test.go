package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	"firebreak/integrations/sandbox"
)

// TestQuickActionVectors: which texts run /close, in either generation.
func TestQuickActionVectors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		runs       bool
	}{
		{"bare", "/close", true},
		{"upper case", "/CLOSE", true},
		{"trailing space", "/close ", true},
		{"with an argument", "/close now", true},
		{"after text", "a\n/close\nb", true},
		{"after a blank line", "a\n\n/close", true},
		{"hidden by a carriage return", "a\n\r/close", true},
		{"carriage return first", "\r/close", true},
		{"carriage return inside", "/clo\rse", true},
		{"unclosed fence", "```\n/close", true},
		{"fence closed early", "```\nx\n```\n/close\n```", true},
		{"tilde fence", "~~~\n/close\n~~~", true},
		{"fence with text behind it", "```a``` b\n/close\n```", true},
		{"HTML without its end", "<div>\n/close", true},
		{"blank lines end HTML", "<div>\n\n/close\n\n</div>", true},
		{"lazy quote", "> q\n/close", true},
		{"lazy list item", "- q\n/close", true},
		{"unclosed >>>", ">>>\n/close", true},

		{"closed fence", "```\n/close\n```", false},
		{"closed HTML", "<div>\n/close\n</div>", false},
		{"closed >>>", ">>>\n/close\n>>>", false},
		{"quoted", "> /close", false},
		{"space", " /close", false},
		{"tab", "\t/close", false},
		{"backslash", `\/close`, false},
		{"in a line", "then /close it", false},
		{"unknown", "/closed", false},
		{"a path", "/etc/passwd /close", false},
		{"two slashes", "//close", false},
		{"line separator is no line", "a\u2028/close", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
				w.gl("POST", ours+"/issues", map[string]any{"title": "/close", "description": c.text})
				is := w.GitLab.Issue(1)
				want(t, "closed", is.State == "closed", c.runs)
				want(t, "recorded", len(is.QuickActions) > 0, c.runs)
				want(t, "in the ledger", len(w.Ledger.Of("gitlab", sandbox.RecordQuick)) > 0, c.runs)
				want(t, "still in the text", strings.Contains(strings.ToLower(is.Description), "/close"), !c.runs)
				want(t, "title", is.Title, "/close")
			})
		})
	}
}

func TestQuickActionsEverywhere(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.gl("POST", ours+"/labels", `{"name":"red","color":"#f00"}`)
		w.gl("POST", ours+"/issues", `{"title":"x"}`)
		issue := ours + "/issues/1"
		r := w.gl("PUT", issue, map[string]any{"description": "kept\n/confidential\n/label ~red ~unknown\n/title stolen\n/shrug"})
		want(t, "description", r.at("description"), "kept")
		want(t, "confidential", r.at("confidential"), true)
		want(t, "title", r.at("title"), "stolen")
		want(t, "labels", r.len("labels"), 1)
		note := w.gl("POST", issue+"/notes", map[string]any{"body": "look\n/assign @jo\n"})
		want(t, "note", note.at("body"), "look")
		only := w.gl("POST", issue+"/notes", map[string]any{"body": "/close\n/due 2026-01-01"})
		want(t, "status", only.status, 202)
		absent(t, "id", only.at("id"))
		if _, there := only.at("commands_changes").(map[string]any); !there {
			t.Errorf("body %s, want commands_changes", only.text)
		}
		edited := w.gl("PUT", issue+"/notes/7001", nil)
		want(t, "no body", edited.status >= 400, true)
		is := w.GitLab.Issue(1)
		var names []string
		for _, a := range is.QuickActions {
			names = append(names, a.Command)
			want(t, "by", a.By, "firebreak-bot")
		}
		if wanted := []string{"confidential", "label", "title", "shrug", "assign", "close", "due"}; !slices.Equal(names, wanted) {
			t.Errorf("recorded %q, want %q", names, wanted)
		}
		want(t, "assignee", is.Assignees[0], "jo")
		want(t, "due", is.Due, "2026-01-01")
		want(t, "state", is.State, "closed")
	})
}

// TestMentions: what reaches out of a text and what does not.
func TestMentions(t *testing.T) {
	for _, c := range []struct {
		name, text string
		found      []string
	}{
		{"user", "ask @alex now", []string{"@alex"}},
		{"everybody", "(@all)", []string{"@all"}},
		{"group path", "@security/soc", []string{"@security/soc"}},
		{"issue", "see #12", []string{"#12"}},
		{"elsewhere's issue", "a/b#12", []string{"#12"}},
		{"merge request", "!3", []string{"!3"}},
		{"epic", "&4", []string{"&4"}},
		{"label", `~red and ~"two words"`, []string{"~red", `~"two words"`}},
		{"milestone", "%v1", []string{"%v1"}},
		{"image", "![x](http://evil/)", []string{"!["}},
		{"raw image", "<IMG src=x>", []string{"<img"}},
		{"entity", "&#64;alex &#35;12", []string{"@alex", "#12"}},
		{"backslash protects nothing", `\@alex`, []string{"@alex"}},
		{"unclosed span", "`@alex", []string{"@alex"}},
		{"span closed early", "`a` @alex `b`", []string{"@alex"}},
		{"unequal ticks", "`` @alex `", []string{"@alex"}},
		{"a tick in the line before", "it`s\n`@all`", []string{"@all"}},
		{"escaped tick", "\\`@alex\\`", []string{"@alex"}},
		{"after a fence", "```\nx\n```\n@alex", []string{"@alex"}},
		{"fence ends with its quote", "> ```\n@alex", []string{"@alex"}},
		{"after a comment", "<!-- k --> @alex", []string{"@alex"}},

		{"span", "`@alex #12`", nil},
		{"long span", "``@alex ` #12``", nil},
		{"fence", "```\n@alex\n```", nil},
		{"tilde fence", "~~~\n@alex\n~~~", nil},
		{"quoted fence", "> ```\n> @alex\n> ```\n> x", nil},
		{"comment", "<!-- firebreak:v1 key=@alex#12 -->", nil},
		{"e-mail", "alex@example.com", nil},
		{"word joiner", "@\u2060alex #\u206012 !\u20603 &\u20604 ~\u2060red", nil},
		{"entities of text", "it&#39;s &lt;img&gt; &amp;", nil},
		{"prose", "100% of 3 & 4, ~ 5! #x", nil},
		{"link", "[x](http://example.com/a)", nil},
		{"bullets with one tick each", "- it`s\n- that`s\n- `@x`", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
				w.gl("POST", ours+"/issues", map[string]any{"title": "plain", "description": c.text})
				if got := w.GitLab.Issue(1).Mentions(); !slices.Equal(got, c.found) {
					t.Errorf("Mentions() = %q, want %q", got, c.found)
				}
			})
		})
	}
}
