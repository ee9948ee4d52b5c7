package bot

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// The markers in the commands guide: what stands between them is generated.
const (
	guideBegin = "<!-- generated from bot/grammar.go by go test ./bot -update: do not edit -->"
	guideEnd   = "<!-- end of the generated part -->"
)

func TestCommandsGuide(t *testing.T) { guide(t, "../docs/guide/commands.md", commandsGuide()) }

func TestAccessGuide(t *testing.T) { guide(t, "../docs/guide/access.md", accessGuide()) }

// guide holds the generated part of a guide against what the tables say.
func guide(t *testing.T, path, generated string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(b)
	before, rest, ok := strings.Cut(doc, guideBegin)
	_, after, ok2 := strings.Cut(rest, guideEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has lost its markers", path)
	}
	want := before + guideBegin + "\n\n" + generated + "\n" + guideEnd + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Errorf("%s does not match the tables (-want +got); go test ./bot -update writes it:\n%s", path, diff)
	}
}

func TestHelpIsShort(t *testing.T) {
	lines, longest := 0, 0
	for _, text := range texts(helpMessage("/inc").Blocks) {
		for line := range strings.Lines(text) {
			lines++
			longest = max(longest, utf8.RuneCountInString(line))
		}
	}
	if lines > 40 {
		t.Errorf("help has %d lines", lines)
	}
	if first := texts(helpMessage("/inc").Blocks)[0]; longest > 500 || !strings.Contains(first, "`/inc sev N`") {
		t.Errorf("help: longest line has %d characters, first section:\n%s", longest, first)
	}
}

// optional is an argument that need not be given.
var optional = regexp.MustCompile(` \[[A-Z]+\]$`)

func TestHelpNamesEveryCommand(t *testing.T) {
	all := strings.Join(texts(helpMessage("/inc").Blocks), "\n")
	for _, f := range forms {
		if f.later {
			continue
		}
		if _, more, _ := strings.Cut(f.String(), " "); f.aside && (strings.Contains(all, "`"+more+"`") || strings.Contains(all, "`"+f.words+"`") || strings.Contains(all, "`"+optional.ReplaceAllString(more, "")+"`")) {
			continue // named by the line of the form that it belongs to
		}
		if want := "`/inc " + f.String() + "`"; !strings.Contains(all, want) {
			t.Errorf("help lacks %s", want)
		}
	}
}
