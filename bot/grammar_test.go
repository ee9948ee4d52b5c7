package bot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func TestParse(t *testing.T) {
	const sam = "<@U0SAM|sam>"
	tests := []struct {
		text string
		want Command
	}{
		{"", Command{Verb: "help"}},
		{" help ", Command{Verb: "help"}},
		{"open Brute force", Command{Verb: "open", Text: "Brute force"}},
		{"open sev2 Brute\nforce", Command{Verb: "open", Severity: incident.SEV2, Text: "Brute force"}},
		{"open SEV1  a &amp; b ", Command{Verb: "open", Severity: incident.SEV1, Text: "a &amp; b"}},
		{"open several hosts", Command{Verb: "open", Text: "several hosts"}},
		{"status", Command{Verb: "status"}},
		{"Status ", Command{Verb: "status"}},
		{"INC-3 status", Command{Verb: "status", Incident: 3}},
		{"  inc-12   sev\t2", Command{Verb: "sev", Incident: 12, Severity: incident.SEV2}},
		{"sev 1", Command{Verb: "sev", Severity: incident.SEV1}},
		{"lead " + sam, Command{Verb: "lead", User: "U0SAM"}},
		{"lead <@W123>", Command{Verb: "lead", User: "W123"}},
		{"role scribe " + sam, Command{Verb: "role", Role: "scribe", User: "U0SAM"}},
		{"role comms  lead <@U1> ", Command{Verb: "role", Role: "comms lead", User: "U1"}},
		{"note the host is off", Command{Verb: "note", Text: "the host is off"}},
		{"note  two spaces\nand a line &lt;b&gt; ", Command{Verb: "note", Text: " two spaces\nand a line &lt;b&gt; "}},
		{"note\nfirst line", Command{Verb: "note", Text: "first line"}},
		{"note at the gate", Command{Verb: "note", Text: "at the gate"}},
		{"note at 3 hosts", Command{Verb: "note", Text: "at 3 hosts"}},
		{"note at", Command{Verb: "note", Text: "at"}},
		{"note attack", Command{Verb: "note", Text: "attack"}},
		{"note at 14:32 the host is off", Command{Verb: "note", When: "14:32", Text: "the host is off"}},
		{"note at yesterday 23:10  off\n", Command{Verb: "note", When: "yesterday 23:10", Text: " off\n"}},
		{"note at 2026-11-20 23:10 off", Command{Verb: "note", When: "2026-11-20 23:10", Text: "off"}},
		{"INC-4 note at 10m ago off", Command{Verb: "note", Incident: 4, When: "10m ago", Text: "off"}},
		{"milestone contained", Command{Verb: "milestone", Milestone: incident.Contained}},
		{"milestone Contained at 10m ago", Command{Verb: "milestone", Milestone: incident.Contained, When: "10m ago"}},
		{"task add rotate keys", Command{Verb: "task add", Text: "rotate keys"}},
		{"task  add rotate\r\nkeys " + sam, Command{Verb: "task add", Text: "rotate keys", User: "U0SAM"}},
		{"task add rotate keys " + sam + " due tomorrow 9:00", Command{Verb: "task add", Text: "rotate keys", User: "U0SAM", When: "tomorrow 9:00"}},
		{"task add rotate keys due in 2h " + sam, Command{Verb: "task add", Text: "rotate keys", User: "U0SAM", When: "in 2h"}},
		{"task add rotate keys Due friday", Command{Verb: "task add", Text: "rotate keys", When: "friday"}},
		{"task add due diligence", Command{Verb: "task add", Text: "due diligence"}},
		{"task add due diligence due 17:00", Command{Verb: "task add", Text: "due diligence", When: "17:00"}},
		{"task add residue friday", Command{Verb: "task add", Text: "residue friday"}},
		{"task add ask " + sam + " about it", Command{Verb: "task add", Text: "ask " + sam + " about it"}},
		{"task add a <@U1> <@U2>", Command{Verb: "task add", Text: "a <@U1>", User: "U2"}},
		{"task list", Command{Verb: "task list"}},
		{"task done 3", Command{Verb: "task done", N: 3}},
		{"task reopen 3", Command{Verb: "task reopen", N: 3}},
		{"task assign 3 " + sam, Command{Verb: "task assign", N: 3, User: "U0SAM"}},
		{"task due 3 friday  9:00", Command{Verb: "task due", N: 3, When: "friday 9:00"}},
		{"task due 3 None", Command{Verb: "task due", N: 3, When: "None"}},
		{"map " + sam + " @sam.lee", Command{Verb: "map", User: "U0SAM", Text: "sam.lee"}},
		{"ack", Command{Verb: "ack"}},
		{"timeline", Command{Verb: "timeline"}},
		{"timeline root kind:note from:" + sam + " pinned:yes login", Command{Verb: "timeline", Filter: Filter{
			Words: []string{"root", "login"}, Kinds: []incident.Kind{incident.KindNote}, From: "U0SAM", Pinned: true,
		}}},
		{"timeline kind:note kind:TASK from:@ann http://x pinned:", Command{Verb: "timeline", Filter: Filter{
			Words: []string{"http://x"}, Kinds: []incident.Kind{incident.KindNote, incident.KindTask}, From: "ann", Pinned: true,
		}}},
		{"timeline lane:Adversary root", Command{Verb: "timeline", Filter: Filter{Words: []string{"root"}, Lane: incident.LaneAdversary}}},
		{"import", Command{Verb: "import"}},
		{"import edr export.csv", Command{Verb: "import", Text: "edr export.csv"}},
		{"import zone Europe/Paris", Command{Verb: "import", Zone: "Europe/Paris"}},
		{"import edr.jsonl Zone utc", Command{Verb: "import", Text: "edr.jsonl", Zone: "UTC"}},
		{"import zone.csv", Command{Verb: "import", Text: "zone.csv"}},
		{"find 10.0.0.1 OR \"x", Command{Verb: "find", Text: "10.0.0.1 OR \"x"}},
		{"rca", Command{Verb: "rca"}},
		{"rca publish", Command{Verb: "rca publish"}},
		{"rca set Root-Cause  a\n\nb ", Command{Verb: "rca set", Section: "root-cause", Text: " a\n\nb "}},
		{"close", Command{Verb: "close", Disposition: incident.Resolved}},
		{"close false-positive a scanner of ours", Command{Verb: "close", Disposition: incident.FalsePositive, Text: "a scanner of ours"}},
		{"INC-3 close duplicate inc-2", Command{Verb: "close", Incident: 3, Disposition: incident.Duplicate, Other: 2}},
		{"close drill", Command{Verb: "close", Disposition: incident.Drill}},
		{"close override it must be", Command{Verb: "close", Disposition: incident.Override, Text: "it must be"}},
		{"reopen", Command{Verb: "reopen"}},
		{"update  All is\nwell", Command{Verb: "update", Text: " All is\nwell"}},
		{"page " + sam, Command{Verb: "page", Text: sam}},
		{"page  Kim   Park ", Command{Verb: "page", Text: "Kim Park"}},
		{"actions", Command{Verb: "actions"}},
		{"export ", Command{Verb: "export"}},
		{"retry 12", Command{Verb: "retry", N: 12}},
		{"evidence", Command{Verb: "evidence"}},
		{"INC-3 Evidence  4", Command{Verb: "evidence", Incident: 3, N: 4}},
		{"evidence mark 3", Command{Verb: "evidence mark", N: 3}},
		{"evidence mark 3  the a &amp; b ", Command{Verb: "evidence mark", N: 3, Text: "the a &amp; b"}},
		{"evidence give 3 " + sam, Command{Verb: "evidence give", N: 3, User: "U0SAM"}},
		{"evidence give 3 " + sam + " for imaging", Command{Verb: "evidence give", N: 3, User: "U0SAM", Text: "for imaging"}},
		{"evidence seal 3", Command{Verb: "evidence seal", N: 3}},
		{"evidence unseal 3 a new image", Command{Verb: "evidence unseal", N: 3, Text: "a new image"}},
		{"detect", Command{Verb: "detect"}},
		{"detect score", Command{Verb: "detect score"}},
		{"Detect  Shadow", Command{Verb: "detect shadow"}},
		{"detect hints", Command{Verb: "detect hints"}},
		{"detect mutes ", Command{Verb: "detect mutes"}},
		{"detect unmute 3", Command{Verb: "detect unmute", N: 3}},
		{"edit", Command{Verb: "editor"}},
		{"edit 12 ", Command{Verb: "editor", N: 12}},
		{"edit 12  b", Command{Verb: "edit", N: 12, Text: " b"}},
		{"drop 5 3,8-10 9", Command{Verb: "drop", N: 3, Ns: []int{3, 5, 8, 9, 10}}},
		{"restore 3 3", Command{Verb: "restore", N: 3}},
		{"hide 3", Command{Verb: "hide", N: 3}},
		{"INC-2 show 3 4", Command{Verb: "show", Incident: 2, N: 3, Ns: []int{3, 4}}},
		{"shift 3 4 -1h30m", Command{Verb: "shift", N: 3, Ns: []int{3, 4}, Shift: -90 * time.Minute}},
		{"shift 3 +2d", Command{Verb: "shift", N: 3, Shift: 48 * time.Hour}},
		{"kind 3 Note", Command{Verb: "kind", N: 3, Kind: incident.KindNote}},
		{"phase 3-4 Recovery", Command{Verb: "phase", N: 3, Ns: []int{3, 4}, Phase: incident.PhaseRecovery}},
		{"phase 3 auto", Command{Verb: "phase", N: 3}},
		{"merge 3 7", Command{Verb: "merge entries", N: 3, M: 7}},
		{"split 3", Command{Verb: "split", N: 3}},
		{"split 3 at then  LSASS ", Command{Verb: "split entry", N: 3, Rest: "then  LSASS"}},
		{"move 3 5 inc-2", Command{Verb: "move", N: 3, Ns: []int{3, 5}, Other: 2}},
		{"history 3", Command{Verb: "history", N: 3}},
		{"reveal 3 to rotate it", Command{Verb: "reveal", N: 3, Text: "to rotate it"}},
		{"detect backtest brute-force", Command{Verb: "detect backtest", Text: "brute-force"}},
		{"detect backtest brute-force 7d", Command{Verb: "detect backtest", Text: "brute-force", N: 7}},
	}
	public := []string{"ack", "sev", "lead", "role", "milestone", "task add", "task done", "task reopen", "task assign", "task due", "rca publish", "reopen", "update", "page", "export", "evidence give", "evidence seal", "evidence unseal", "split"}
	viewer := []string{"status", "task list", "timeline", "rca", "actions", "detect", "evidence"}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			tt.want.Public = slices.Contains(public, tt.want.Verb) || tt.want.Disposition == incident.Resolved
			switch {
			case slices.Contains([]string{"help", "find"}, tt.want.Verb):
				tt.want.Access = AccessAnybody
			case slices.Contains(viewer, tt.want.Verb):
				tt.want.Access = AccessViewer
			case tt.want.Verb == "reveal":
				tt.want.Access = AccessLead
			default:
				tt.want.Access = AccessResponder
			}
			got, err := Parse("/inc", tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// refused are texts that change nothing; what each is answered stands in
// testdata/golden/usage.txt.
var refused = []string{
	"sev 5", "sev", "sev two", "sev 2 now", "sev sev2", "sve 2", "INC-3 sve 2",
	"status please", "closee", "close because", "close dril", "close duplicate", "close duplicate 3", "INC-3 close duplicate INC-3",
	"close false-positive", "close override  ", "reopen now",
	"lead", "lead sam", "lead <!subteam^S1|@ops>", "lead <@U1> <@U2>", "role <@U1>", "role scribe sam",
	"note", "note  ", "note at 14:32", "note at 25:10 off", "note at 14:32, off",
	"milestone", "milestone done", "milestone contained 14:32", "milestone contained at", "milestone contained at noon", "milestone contained at 14:32 off",
	"task", "task ad x", "task foo x", "task add", "task add <@U1> due friday", "task done", "task done 0", "task done all", "tsk list",
	"timeline kind:nothing", "timeline lane:", "timeline lane:fast", "timeline lane:adversary lane:responder", "timeline kind:", "timeline from:", "timeline pinned:no", "find", "fnd 10.0.0.1",
	"rca publish now", "rca pubish", "rca set", "rca set cause x", "rca set impact", "open", "open sev2", "open sev5 x",
	"help me", "INC-3", "INC-0 status", "INC-99999999999999999999 status", "INC-3 open x", "INC-3 find x",
	"reveal", "reveal 3", "reveal x y",
	"import x.csv zone Mars/Olympus", "import zone Local", "import x.csv zone",
	"edit x", "edit x y", "edit 0 y", "time", "time 3", "time 3 noonish", "time 3 14:32 or so", "time x 14:32", "drop", "drop all", "drop 3-", "drop 5-3", "drop 1-200", "shift", "shift 3", "shift 3 soon", "shift +1h", "hide", "show x", "kind 3", "kind 3 page", "phase 3", "phase 3 later", "phase auto", "merge 3", "merge 3 x", "merge 3 3", "split 3 at", "move 3", "move INC-2", "move x INC-2", "history", "restore", "undo 3", "redact 3 x", "INC-3 evidence now", "evidence 0", "evidence mark", "evidence mark all", "evidence give 3", "evidence give 3 sam", "evidence give <@U1>", "evidence seal x", "evidence unseal 3", "evidence sel 3", "page", "page <@U1> <@U2>", "page <!subteam^S1|@ops>", "update", "retry", "retry all", "actions now", "task assign <@U1>", "task assign 3", "task assign 3 sam", "ack now",
	"task due", "task due 3", "task due 3 noonish", "task due x friday", "map", "map sam sam", "map <@U1>", "map <@U1> two words", "map <@U1> -x",
	"what is going on", "<!channel> `rm -rf` <@U1|sam> &lt;b&gt;", "ok\nclose", strings.Repeat("long ", 60),
}

func TestParseRefuses(t *testing.T) {
	var got strings.Builder
	for _, text := range refused {
		c, err := Parse("/inc", text)
		e, ok := errors.AsType[*UsageError](err)
		if !ok {
			t.Errorf("%q: got %+v, %v, want a *UsageError", text, c, err)
			continue
		}
		got.WriteString("/inc " + strings.ReplaceAll(text, "\n", `\n`) + "\n  [" + e.Reason + "] " + e.Message + "\n")
	}
	golden(t, "usage.txt", []byte(got.String()))
}

func TestUsageErrorSaysWhichCommand(t *testing.T) {
	_, err := Parse("/inc", "sev 5")
	e, _ := errors.AsType[*UsageError](err)
	if e == nil || e.Verb != "sev" || e.Form != "sev N" || e.Later {
		t.Errorf("got %+v", e)
	}
	_, err = Parse("/inc", "playbook")
	e, _ = errors.AsType[*UsageError](err)
	if e == nil || e.Verb != "playbook" || !e.Later || !strings.Contains(e.Message, "`/inc playbook` comes later:") {
		t.Errorf("got %+v", e)
	}
}

func TestParseShowsTheRootCommand(t *testing.T) {
	c, err := Parse("/fire", "INC-7 sev 5")
	if c.Incident != 7 || c.Verb != "" {
		t.Errorf("got %+v, want the incident alone", c)
	}
	e, _ := errors.AsType[*UsageError](err)
	if e == nil || !strings.Contains(e.Message, "`/fire INC-7 sev N`") || strings.Contains(e.Message, "/inc") {
		t.Errorf("got %+v", e)
	}
}

// INTERFACE names every form; none may be lost.
func TestFormsAreComplete(t *testing.T) {
	want := strings.Split("help open status sev lead role note timeline edit time drop undo task map milestone update find detect ioc seen "+
		"playbook approve deny page ack handover catchup rca close reopen merge redact export evidence actions retry split restore import reveal "+
		"hide show kind phase shift move history", " ")
	var got []string
	for _, f := range forms {
		first, _, _ := strings.Cut(f.words, " ")
		got = append(got, first)
		if f.help == "" || f.group == "" || (f.read == nil) != f.later {
			t.Errorf("form %q is not complete", f.words)
		}
		if f.help != strings.TrimRight(f.help, ".") {
			t.Errorf("help of %q ends with a full stop", f.words)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"close", "close", 0},
		{"closee", "close", 1},
		{"sve", "sev", 1},
		{"", "abc", 3},
		{"timline", "timeline", 1},
		{"kitten", "sitting", 3},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range refused {
		f.Add(s)
	}
	for _, s := range []string{"note at 14:32 x", "task add a <@U1> due friday", "timeline kind:note", "rca set impact x", "INC-3 close", "drop 3,5-9", "shift 3 4 -1h30m", "phase 3 auto", "merge 3 7", "split 3 at then", "move 3-5 INC-2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("/inc", text)
		if err != nil {
			e, ok := errors.AsType[*UsageError](err)
			if !ok || e.Reason == "" {
				t.Fatalf("%q: %v", text, err)
			}
			if leak := liveToken(e.Message); leak != "" {
				t.Fatalf("%q: message has the live token %s: %s", text, leak, e.Message)
			}
			if n := len([]rune(e.Message)); n > 1500 {
				t.Fatalf("%q: message of %d characters", text, n)
			}
			return
		}
		if len(c.Ns) > mostNumbers || len(c.Ns) > 0 && (c.Ns[0] != c.N || !slices.IsSorted(c.Ns)) || c.N < 0 || c.M < 0 {
			t.Fatalf("%q: entries %d %v %d", text, c.N, c.Ns, c.M)
		}
		if (c.Shift != 0) != (c.Verb == "shift") || (c.Verb == "merge entries") != (c.M != 0) {
			t.Fatalf("%q: %+v", text, c)
		}
		if c.User != "" && !userID.MatchString(c.User) {
			t.Fatalf("%q: user %q", text, c.User)
		}
		if !strings.HasSuffix(text, c.Text) && (c.Verb == "note" || c.Verb == "rca set") {
			t.Fatalf("%q: text %q is not exact", text, c.Text)
		}
	})
}

func FuzzParseNote(f *testing.F) {
	f.Add("x")
	f.Add(" at 14:32 ")
	f.Fuzz(func(t *testing.T, text string) {
		if blank(text) {
			return
		}
		c, err := Parse("/inc", "note at 2026-11-20T23:10:00Z "+text)
		if err != nil || c.Text != text || c.When != "2026-11-20T23:10:00Z" {
			t.Fatalf("got %+v, %v, want the text %q", c, err, text)
		}
		c, err = Parse("/inc", "INC-3 rca set impact "+text)
		if err != nil || c.Text != text {
			t.Fatalf("got %+v, %v, want the text %q", c, err, text)
		}
	})
}
