package bot

import (
	"fmt"
	"strings"
	"testing"
)

// However many incidents are announced in one message, and whatever their
// titles, each is named in it and can be joined, and so is each page of a storm.
func TestNothingGatheredIsLeftOut(t *testing.T) {
	s := newScene(func(string) string { return strings.Repeat("長 & <b> ", 40) }, mostGathered)
	for i := range s.begun {
		s.begun[i].Private = false
	}
	said := string(announcement(s.begun, true).blockJSON())
	for _, inc := range s.begun {
		if n := inc.Number.String(); strings.Count(said, `"value":"`+n+`"`) != 1 || !strings.Contains(said, "*"+n+"*") {
			t.Errorf("%s is not named with its button", n)
		}
	}
	for n := 1; n <= mostGathered; n++ {
		said := string(stormPagesMessage(s.pages[:n]).blockJSON())
		for i := range n {
			if !strings.Contains(said, fmt.Sprintf("#%d", s.pages[i].Number)) {
				t.Fatalf("of %d pages number %d is not named", n, i)
			}
		}
	}
}
