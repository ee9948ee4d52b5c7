package behaviour_test

import (
	"slices"
	"strings"
	"testing"

	"firebreak/detect/behaviour"
)

const sound = "- {id: x, title: t, level: low, kind: count, by: [account], at-least: 3, within: 1m}\n"

// TestRulesThatCannotBeHonoured are refused with line, rule and reason.
func TestRulesThatCannotBeHonoured(t *testing.T) {
	change := func(old, with string) string { return strings.Replace(sound, old, with, 1) }
	for name, tt := range map[string]struct{ file, want string }{
		"no list":          {"id: x", "line 1: want a list of rules"},
		"no YAML":          {"- [", "no YAML"},
		"no mapping":       {"- x", "line 1: a rule is a mapping"},
		"twice":            {sound + sound, `line 2: rule "x": stands there twice`},
		"key twice":        {change("title: t", "title: t, title: u"), `the key "title" stands there twice`},
		"unknown key":      {"\n" + change("within", "withn"), `line 2: rule "x": withn: no such key`},
		"no id":            {change("id: x", "id: X!"), "id: want"},
		"no title":         {change("title: t, ", ""), "title: is missing"},
		"level":            {change("low", "lowest"), `level: "lowest" is none of`},
		"kind":             {change("count", "counts"), `kind: "counts" is none of`},
		"by nothing":       {change("[account]", "[]"), "by: want one or two"},
		"by country":       {change("[account]", "[country]"), `"country" is none of`},
		"no number":        {change("3", "three"), `at-least: "three" is none`},
		"too many":         {change("3", "100000"), "at-least"},
		"no duration":      {change("1m", "1 minute"), `within: "1 minute" is none`},
		"negative":         {change("1m", "-1m"), "within: want 0 to 400d"},
		"missing":          {change(", within: 1m", ""), "within: is missing"},
		"pattern":          {change("kind", "actions: ['[']\n  , kind"), "is no pattern"},
		"at once":          {change("count", "volume, at-once: true, times: 5"), "at-once: what this rule finds may be taken back"},
		"at once, forever": {change("within", "at-once: true, within"), "stands"},
		"known too soon":   {change("within", "new: 1m, lateness: 5m, within"), "new: want more than the lateness"},
		"not a number":     {change("count", "volume, times: NaN"), "times"},
		"infinite":         {change("count", "volume, times: .inf"), "times"},
		"groups":           {change("within", "groups: 0, within"), "groups: want 1 to"},
		"lateness":         {change("within", "lateness: 2d, within"), "lateness: want at most"},
		"list for a text":  {change("title: t", "title: [t]"), "title: want one value"},
		"text for a list":  {change("[account]", "account"), "by: want a list"},
	} {
		t.Run(name, func(t *testing.T) {
			rules, err := behaviour.ParseRules(nil, []byte(tt.file))
			if err == nil || !strings.Contains(err.Error(), tt.want) || rules != nil {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// TestRulesOnTopOfOthers change them, take them away, and leave the others as
// they are.
func TestRulesOnTopOfOthers(t *testing.T) {
	base, err := behaviour.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(base)
	rules, err := behaviour.ParseRules(base, []byte(sound+"- {id: brute-force, at-least: 99}\n- {id: beaconing, off: true}\n"))
	if err != nil || len(rules) != len(base) {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	for i := range base {
		if base[i].ID != before[i].ID || base[i].AtLeast != before[i].AtLeast {
			t.Errorf("the base has changed: %+v", base[i])
		}
	}
	at := slices.IndexFunc(rules, func(r behaviour.Rule) bool { return r.ID == "brute-force" })
	if rules[at].AtLeast != 99 || rules[at].Within != base[at].Within {
		t.Errorf("changed to %+v", rules[at])
	}
	if slices.ContainsFunc(rules, func(r behaviour.Rule) bool { return r.ID == "beaconing" }) {
		t.Error("beaconing is still on")
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add(sound)
	f.Add("- {id: brute-force, off: true}")
	f.Add("- &a {id: x, except: {address: [10.0.0.0/8]}}\n- *a")
	f.Fuzz(func(t *testing.T, file string) {
		base, err := behaviour.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		rules, err := behaviour.ParseRules(base, []byte(file))
		if (rules == nil) == (err == nil) && len(rules) > 0 {
			t.Fatalf("%d rules and %v", len(rules), err)
		}
		for _, a := range failures(3, monday, 0) { // whatever is let through can run
			if _, err := behaviour.NewWatch(rules, behaviour.Places{}).Observe(newShelf(), a); err != nil {
				t.Fatal(err)
			}
		}
	})
}
