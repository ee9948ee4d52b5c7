package main

import (
	"fmt"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestFind is how people look things up: what is said in the channel, its
// files, tasks and RCA, narrowed down by filters.
func TestFind(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Say("sam", "the café's proxy sends a beacon to 2001:db8::7")
		c.Say("kim", "that beacon is a drill")
		w.wantAnswer(c, "sam", "/inc task add Block the beacon")
		w.wantAnswer(c, "sam", "/inc rca set root-cause a beacon nobody saw")
		w.wantAnswer(c, "kim", "/inc note the beacon is gone")
		w.settle()
		for _, find := range []struct {
			query string
			want  []string
			not   string
		}{
			{"beacon", []string{"INC-1", "task 1", "RCA root-cause", "is a drill", "beacon is gone", "↗"}, "nothing"},
			{`"a beacon nobody" kind:rca`, []string{"1 hit", "RCA root-cause", "a beacon nobody saw"}, "drill"},
			{"CAFE 2001:db8::7", []string{"1 hit", "café's proxy"}, ""},
			{"beacon -drill kind:message from:sam", []string{"1 hit", "café's proxy"}, "is a drill"},
			{"beacon from:@kim kind:message", []string{"1 hit", "is a drill"}, "café"},
			{"from:kim kind:note", []string{"1 hit", "beacon is gone"}, "drill"},
			{"drill in:INC-1 kind:message", []string{"1 hit"}, ""},
			{"drill in:#" + w.incident(1).Channel.Name + " kind:message", []string{"1 hit"}, ""},
			{"drill in:INC-9", []string{"Nothing found"}, ""},
			{"drill kind:message after:yesterday", []string{"1 hit"}, ""},
			{"drill before:yesterday", []string{"Nothing found"}, ""},
			{"sort:relevance beacon kind:message", []string{"3 hits"}, ""},
		} {
			got := answer(c.Command("sam", "/inc find "+find.query))
			for _, want := range find.want {
				if !strings.Contains(got, want) {
					t.Errorf("find %s: %q is not in\n%s", find.query, want, got)
				}
			}
			if find.not != "" && strings.Contains(got, find.not) {
				t.Errorf("find %s: %q is in\n%s", find.query, find.not, got)
			}
		}
	})
}

// TestFindTurnsPages: each hit is on one page, and the searches themselves,
// which are entries as well, push none of them off.
func TestFindTurnsPages(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		for i := range 20 {
			c.Say("sam", fmt.Sprintf("login number%02d failed", i))
		}
		w.settle()
		first := answer(c.Command("sam", "/inc find login failed"))
		if !strings.Contains(first, "More: `/inc find login failed page:2`") {
			t.Errorf("the first page does not lead to the second:\n%s", first)
		}
		second := answer(c.Command("sam", "/inc find login failed page:2"))
		for i := range 20 {
			number := fmt.Sprintf("number%02d", i)
			if n := strings.Count(first+second, number); n != 1 || strings.Contains(first, number) != (i >= 5) {
				t.Errorf("%s is on %d pages", number, n)
			}
		}
		w.wantAnswer(c, "sam", "/inc find login failed page:3", "There is no page 3")
	})
}

// TestFindRefusesAnImpossibleFilter says the right form with the person's own
// words, and records the refusal.
func TestFindRefusesAnImpossibleFilter(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc find beacon sev:9", "`beacon sev:9`", "`sev:9` is no severity", "sev:1 (worst) to sev:4")
		w.wantAnswer(c, "sam", "/inc find before:lunch x", "`before:lunch` is no time I know", "before:14:32")
		w.wantAnswer(c, "sam", "/inc find in:<script> x", "names no incident", "in:INC-3")
		w.settle()
		refused := 0
		for _, e := range w.of(1, incident.KindCommand) {
			if e.Data["refused"] != nil {
				refused++
			}
		}
		if refused != 3 {
			t.Errorf("%d refusals are recorded", refused)
		}
	})
}
