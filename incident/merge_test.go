package incident

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestMerge is the whole truth table of one field.
func TestMerge(t *testing.T) {
	for name, tt := range map[string]struct {
		base        Pair
		here, there string
		want        Direction
	}{
		"nothing":             {Pair{"a", "A"}, "a", "A", ""},
		"only here":           {Pair{"a", "A"}, "b", "A", Push},
		"only there":          {Pair{"a", "A"}, "a", "X", Pull},
		"both alike":          {Pair{"a", "A"}, "b", "B", Settled},
		"both":                {Pair{"a", "A"}, "b", "C", Conflict},
		"here, alike there":   {Pair{"a", "A"}, "A", "A", Settled}, // such as another hour of the day
		"cleared here":        {Pair{"a", "A"}, "", "A", Push},
		"cleared there":       {Pair{"a", "A"}, "a", "", Pull},
		"cleared on both":     {Pair{"a", "A"}, "", "", Settled},
		"never agreed":        {Pair{}, "b", "", Push},
		"never agreed, there": {Pair{}, "", "C", Pull},
	} {
		t.Run(name, func(t *testing.T) {
			upper := func(_ Field, v string) string { return strings.ToUpper(v) }
			got := Merge(Agreed{FieldTitle: tt.base}, Values{FieldTitle: tt.here}, Values{FieldTitle: tt.there}, upper)
			if tt.want == "" {
				if len(got) > 0 {
					t.Errorf("got %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Direction != tt.want || got[0].Here != tt.here || got[0].There != tt.there {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestEchoIsOnlyWhatStandsThere(t *testing.T) {
	base := Agreed{FieldTitle: {"a", "A"}, FieldOwner: {"u", "U"}}
	got := base.Echo(Agreed{FieldTitle: {"b", "B"}, FieldOwner: {"v", "V"}}, Values{FieldTitle: "B", FieldOwner: "X"})
	if got[FieldTitle] != (Pair{"b", "B"}) || got[FieldOwner] != (Pair{"u", "U"}) {
		t.Errorf("got %v", got)
	}
	if base[FieldTitle] != (Pair{"a", "A"}) {
		t.Error("the agreement itself was changed")
	}
}

// side is a model of a task and its issue that anybody may edit at any time,
// and of the bot, whose writes may not arrive or be answered.
type side struct {
	base, writing Agreed
	here, there   string
	told          []string // values that were overwritten here
	theirs        string   // GitLab's last edit while the bot has not seen it
	trampled      string   // one that the bot wrote over unseen
	mistaken      string   // our own value that was taken for somebody else's
}

// meet is one visit of the bot.
func (s *side) meet(written, answered bool) {
	same := func(_ Field, v string) string { return v }
	base := s.base.Echo(s.writing, Values{FieldTitle: s.there})
	for _, c := range Merge(base, Values{FieldTitle: s.here}, Values{FieldTitle: s.there}, same) {
		switch c.Direction {
		case Push:
			// What they set back to what was agreed, or to what we were
			// writing ourselves, cannot be told from nobody's edit and our
			// own: both values are known here and on the timeline.
			s.base, s.writing = maps.Clone(base), Agreed{FieldTitle: {c.Here, c.Send}}
			if written {
				if s.theirs != "" && s.theirs != base[FieldTitle].There {
					s.trampled = s.theirs
				}
				s.there, s.theirs = c.Send, ""
			}
			if !answered || !written {
				return
			}
			base[FieldTitle] = Pair{c.Here, c.Send}
		case Pull, Conflict:
			if s.theirs == "" {
				s.mistaken = c.There
			}
			s.told = append(s.told, c.Here)
			s.here = c.There
			base[FieldTitle] = Pair{c.There, c.There}
		case Settled:
			base[FieldTitle] = Pair{c.Here, c.There}
		}
	}
	s.base, s.writing, s.theirs = base, nil, ""
}

// TestMergeLosesNothing edits both sides at random, losing writes and answers
// at random: in the end both are equal, nothing said in GitLab was written
// over unseen, and what was said here last stands or was told as lost.
func TestMergeLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &side{base: Agreed{FieldTitle: {"0", "0"}}, here: "0", there: "0"}
		words := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		edited, told := "0", 0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"here", "there", "meet"}).Draw(t, "what") {
			case "here":
				s.here = words.Draw(t, "here")
				edited, told = s.here, len(s.told)
			case "there":
				s.there = words.Draw(t, "there")
				s.theirs = s.there
			case "meet":
				s.meet(rapid.Bool().Draw(t, "written"), rapid.Bool().Draw(t, "answered"))
			}
		}
		s.meet(true, true)
		if s.here != s.there {
			t.Fatalf("here %q, there %q", s.here, s.there)
		}
		if s.mistaken != "" {
			t.Fatalf("our own %q was taken for GitLab's", s.mistaken)
		}
		if s.trampled != "" {
			t.Fatalf("GitLab's %q was written over unseen", s.trampled)
		}
		if s.here != edited && !slices.Contains(s.told[told:], edited) {
			t.Fatalf("%q is gone silently; it is %q now, told %q", edited, s.here, s.told[told:])
		}
	})
}
