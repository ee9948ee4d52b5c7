package gitlab

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func TestUpdateBlock(t *testing.T) {
	const head, tail = "written by people\r\n\r\n/shrug is no command\n", "\r\nmore by people, no newline"
	s := newServer(t, issue{ID: 3, IID: 3, Description: head + beginMark + "\r\nold\n" + endMark + tail})
	c := client(t, s)
	for range 2 {
		if err := c.UpdateBlock(t.Context(), 3, "new\ntext"); err != nil {
			t.Fatal(err)
		}
	}
	want := head + beginMark + "\r\nnew\ntext\n" + endMark + tail
	if d := cmp.Diff(want, s.issues[3].Description); d != "" {
		t.Errorf("description (-want +got):\n%s", d)
	}
	// The second time nothing changes, so nothing is sent.
	if d := cmp.Diff([]string{"GET issues/3", "PUT issues/3", "GET issues/3"}, s.calls); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]any{"description": want}, s.bodies[1]); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
}

func TestUpdateBlockAddsOneAboveTheKey(t *testing.T) {
	s := newServer(t, issue{ID: 3, IID: 3, Description: "text\n\n" + keyLine("rca:INC-3")})
	if err := client(t, s).UpdateBlock(t.Context(), 3, "rca"); err != nil {
		t.Fatal(err)
	}
	want := "text\n\n" + beginMark + "\nrca\n" + endMark + "\n\n" + keyLine("rca:INC-3")
	if d := cmp.Diff(want, s.issues[3].Description); d != "" {
		t.Errorf("description (-want +got):\n%s", d)
	}
}

func TestUpdateBlockRefuses(t *testing.T) {
	whole := beginMark + "\nold\n" + endMark
	for name, tt := range map[string]struct{ description, block, code string }{
		"two blocks":   {whole + "\n" + whole, "new", "block"},
		"end missing":  {beginMark + "\nold", "new", "block"},
		"begin below":  {endMark + "\n" + beginMark, "new", "block"},
		"quick action": {whole, "a\n/close", "quick_action"},
		"marker":       {whole, "a\n" + endMark + "\nb", "marker"},
		"above opens":  {"```\n" + whole, "```\n/close\n```", "quick_action"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, issue{ID: 3, IID: 3, Description: tt.description})
			err := client(t, s).UpdateBlock(t.Context(), 3, tt.block)
			if incident.CodeOf(err) != tt.code || incident.OutcomeOf(err) != incident.OutcomeRefused || s.issues[3].Description != tt.description {
				t.Errorf("got %v, description now %q", err, s.issues[3].Description)
			}
		})
	}
}

func TestUpdateBlockSeesThatTextWasAltered(t *testing.T) {
	s := newServer(t, issue{ID: 3, IID: 3, Description: beginMark + "\n" + endMark})
	s.store = func(text string) string { return strings.ReplaceAll(text, "gone\n", "") }
	if err := client(t, s).UpdateBlock(t.Context(), 3, "gone\nkept"); incident.CodeOf(err) != "rewritten" {
		t.Errorf("got %v", err)
	}
}

// Whatever people write around it and whatever the block becomes, what lies
// outside of it stays byte for byte.
func TestWithBlockKeepsTheRest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		"a", "\n", "\r\n", "\r", "\n\n", " ", "```", "/close", "<!--", "-->", "é\u2028", "\x00\xff", beginMark + "x", "> " + endMark,
		" " + beginMark, keyLine("k"), "\t", "日本",
	}
	text := func() string {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 20000 {
		head, tail, block := text(), text(), text()
		if head != "" && !strings.HasSuffix(head, "\n") {
			head += "\n"
		}
		if tail != "" {
			tail = "\n" + tail
		}
		checkBlock(t, head, tail, text(), block)
	}
}

func FuzzWithBlock(f *testing.F) {
	f.Add("head\n", "\ntail", "old", "new")
	f.Add("", "", "", "\n")
	f.Add(endMark+"\n", "\n"+beginMark, "\r", keyLine("k"))
	f.Fuzz(func(t *testing.T, head, tail, old, block string) {
		if head != "" && !strings.HasSuffix(head, "\n") || tail != "" && !strings.HasPrefix(tail, "\n") {
			t.Skip("the markers are no lines of their own")
		}
		checkBlock(t, head, tail, old, block)
	})
}

func checkBlock(t *testing.T, head, tail, old, block string) {
	t.Helper()
	got, ok := withBlock(head+beginMark+"\n"+old+"\n"+endMark+tail, block)
	others := markerLines(head+old+"\n"+tail, beginMark)
	others = append(others, markerLines(head+old+"\n"+tail, endMark)...)
	if !ok {
		if len(others) == 0 {
			t.Fatalf("refused without another marker: head %q old %q tail %q", head, old, tail)
		}
		return
	}
	if !strings.HasPrefix(got, head+beginMark+"\n") || !strings.HasSuffix(got, endMark+tail) {
		t.Fatalf("head %q or tail %q changed in %q", head, tail, got)
	}
	inside := got[len(head+beginMark+"\n") : len(got)-len(endMark+tail)]
	if !sameText(inside, block) {
		t.Fatalf("block %q became %q", block, inside)
	}
	if hasMarker(block) {
		return // UpdateBlock refuses it
	}
	if again, ok := withBlock(got, block); !ok || again != got {
		t.Fatalf("the second time %q became %q", got, again)
	}
	// A description without a block keeps all its text, in order.
	if plain := head + tail; len(markerLines(plain, beginMark))+len(markerLines(plain, endMark)) == 0 {
		added, ok := withBlock(plain, block)
		i := strings.Index(added, beginMark+"\n")
		for ok && i >= 0 && !strings.HasPrefix(plain, strings.TrimSuffix(added[:i], "\n\n")) {
			i = -1
		}
		if !ok || i < 0 {
			t.Fatalf("%q became %q", plain, added)
		}
	}
}
