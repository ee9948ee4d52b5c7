package child_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/child"
	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
)

// The rules here are shell scripts: there is a shell wherever this package
// runs, and none of them depends on what else is installed.
const (
	hello = `echo '{"type":"hello","firebreak":1,"rule":{"title":"T","level":"high"}}'` + "\n"
	loop  = `
while IFS= read -r line; do
	id=${line#*\"id\":}; id=${id%%,*}
	case $line in
	*'"type":"sync"'*) sync=${line#*\"sync\":}; echo "{\"type\":\"done\",\"sync\":${sync%\}}}" ;;
`
	bad = `	*bad*) echo "{\"type\":\"detection\",\"event\":$id}" ;;` + "\n"
	end = "	esac\ndone\n"
)

// quick are limits that a sound rule keeps on a busy machine.
func quick() child.Limits {
	l := child.DefaultLimits()
	l.Event, l.Batch, l.Backoff, l.Ceiling = 5*time.Second, 20*time.Second, time.Millisecond, 4*time.Millisecond
	return l
}

func spec(t *testing.T, script string) child.Spec {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rule.sh"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	return child.Spec{File: "rule.sh", Dir: dir, Command: []string{"sh", "rule.sh"}, Env: []string{"PATH=" + os.Getenv("PATH")}, Limits: quick()}
}

func begin(t *testing.T, s child.Spec) *child.Supervisor {
	t.Helper()
	rule, err := child.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rule.End)
	return rule
}

func batch(t *testing.T, lines ...string) []own.Event {
	t.Helper()
	var events []own.Event
	for i, line := range lines {
		ev, err := event.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, own.Event{
			Event: ev, At: time.Date(2026, 11, 22, 14, 0, i, 0, time.UTC), Place: correlate.Place{File: "e", Line: int64(i + 1)},
		})
	}
	return events
}

// found lists the lines of the events that were found.
func found(r own.Result) []int64 {
	var lines []int64
	for _, d := range r.Found {
		lines = append(lines, d.Event.Line)
	}
	return lines
}

func reasons(r own.Result) string {
	var all []string
	for _, trouble := range r.Troubles {
		all = append(all, trouble.String())
	}
	return strings.Join(all, "\n")
}

func TestSound(t *testing.T) {
	rule := begin(t, spec(t, hello+loop+bad+end))
	if h := rule.Head(); h.Title != "T" || h.Level != "high" {
		t.Errorf("head %+v", h)
	}
	for range 3 {
		r := rule.Examine(t.Context(), batch(t, `{"a":"bad"}`, `{"a":"good"}`, `{"a":"bad"}`))
		if diff := cmp.Diff([]int64{1, 3}, found(r)); diff != "" || reasons(r) != "" || r.Missed != 0 {
			t.Errorf("troubles %q, found:\n%s", reasons(r), diff)
		}
		if d := r.Found[0]; d.At.Hour() != 14 || d.Count != 1 || len(d.Evidence) != 1 || d.Rule.Title != "T" {
			t.Errorf("found %+v", d)
		}
	}
}

// TestHostile has rules that do everything wrong with an event that says
// worse. Each failure is said, costs that event alone, and the rule goes on.
func TestHostile(t *testing.T) {
	tests := []struct {
		name, does, want string
		limits           func(*child.Limits)
	}{
		{"endless output", `while :; do echo '{"type":"error","event":1}'; done`, "wrote more than 100000 bytes for one batch", func(l *child.Limits) { l.Output = 100_000 }},
		{"endless line", `while :; do printf xxxxxxxxxxxxxxxx; done`, "wrote a line longer than 65536 bytes", nil},
		{"endless standard error", `while :; do echo xxxxxxxxxxxxxxxx >&2; done`, "wrote more than 1048576 bytes to standard error for one batch", nil},
		{"never answers", `exec sleep 1000`, "no answer within ", func(l *child.Limits) { l.Event, l.Batch = time.Second, 3*time.Second }},
		{"dies", `echo why >&2; exit 3`, "ended: exit status 3, after 1 line on standard error", nil},
		{"dies in the middle of a line", `printf '{"type":"det'; exit 1`, "ended in the middle of a line", nil},
		{"prints what is no JSON", `echo debug: here`, "wrote a line that is no JSON object of the protocol", nil},
		{"prints another JSON", `echo '[]'`, "wrote a line that is no JSON object of the protocol", nil},
		{"unknown type", `echo '{"type":"alert"}'`, `wrote a line of the unknown type "alert"`, nil},
		{"event never sent", `echo '{"type":"detection","event":99}'`, "answered for event 99, which is not in the batch", nil},
		{"event zero", `echo '{"type":"detection"}'`, "answered for event 0, which is not in the batch", nil},
		{"other evidence", `echo "{\"type\":\"detection\",\"event\":$id,\"evidence\":[1,2]}"`, "which only a rule of type correlation may", nil},
		{"sync never asked", `echo '{"type":"done","sync":77}'`, "said done to sync 77", nil},
		{"hello again", `echo '{"type":"hello","firebreak":1,"rule":{"title":"X"}}'`, "said hello for a second time", nil},
		{"closes its output", `exec >&-; exec sleep 1000`, "closed its standard output", nil},
		{"forks and dies", `sleep 1000 & exit 4`, "ended: exit status 4", nil},
		{"killed", `kill -9 $$`, "ended: signal: killed", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := spec(t, hello+loop+bad+"	*worse*) "+tt.does+" ;;\n"+end)
			if tt.limits != nil {
				tt.limits(&s.Limits)
			}
			rule := begin(t, s)
			r := rule.Examine(t.Context(), batch(t, `{"a":"bad"}`, `{"a":"worse"}`, `{"a":"bad"}`))
			if !strings.Contains(reasons(r), tt.want) {
				t.Errorf("troubles %q, want one with %q", reasons(r), tt.want)
			}
			if diff := cmp.Diff([]int64{1, 3}, found(r)); diff != "" || r.Missed != 1 {
				t.Errorf("missed %d, found:\n%s\ntroubles: %s", r.Missed, diff, reasons(r))
			}
			if !strings.Contains(reasons(r), "has not examined e:2") {
				t.Errorf("the event is not named: %q", reasons(r))
			}
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the memory of another process is bounded on Linux only")
	}
	s := spec(t, hello+loop+bad+"	*worse*) x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done ;;\n"+end)
	s.Limits.Memory = 64 << 20
	r := begin(t, s).Examine(t.Context(), batch(t, `{"a":"worse"}`, `{"a":"bad"}`))
	if !strings.Contains(reasons(r), "ended: ") || len(r.Found) != 1 {
		t.Errorf("found %v, troubles %q", found(r), reasons(r))
	}
	r = begin(t, spec(t, hello+loop+bad+"	*limit*) echo \"{\\\"type\\\":\\\"error\\\",\\\"event\\\":$id,\\\"message\\\":\\\"$(ulimit -v) $(ulimit -c)\\\"}\" ;;\n"+end)).
		Examine(t.Context(), batch(t, `{"a":"limit"}`))
	if !strings.HasSuffix(reasons(r), "e:1: 524288 0") {
		t.Errorf("the limits (KiB of memory, of core dumps) are %q", reasons(r))
	}
}

// TestComplaint has a rule that cannot examine an event, and says so.
func TestComplaint(t *testing.T) {
	s := spec(t, hello+loop+bad+`	*worse*) echo "{\"type\":\"error\",\"event\":$id,\"message\":\"KeyError: user\"}" ;;`+"\n"+end)
	r := begin(t, s).Examine(t.Context(), batch(t, `{"a":"worse"}`, `{"a":"bad"}`))
	if reasons(r) != `rule "T" (rule.sh) has not examined e:1: KeyError: user` || r.Missed != 1 || len(r.Found) != 1 {
		t.Errorf("missed %d, found %v, troubles %q", r.Missed, found(r), reasons(r))
	}
}

func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"silent":        {`exec sleep 1000`, "has not said hello: no answer within 300ms"},
		"ends":          {`exit 1`, "has not said hello: ended: exit status 1"},
		"other version": {`echo '{"type":"hello","firebreak":2}'`, "it speaks version 2 of the protocol, firebreak speaks 1"},
		"no hello":      {`echo '{"type":"done"}'`, "said done before hello"},
		"level":         {`echo '{"type":"hello","firebreak":1,"rule":{"level":"bad"}}'; exec sleep 1000`, `the level "bad" is none of`},
		"wrong shape":   {`echo '{"type":"hello","firebreak":1,"rule":[]}'`, "wrote a hello that is wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			s := spec(t, tt.script)
			if name == "silent" {
				s.Limits.Hello = 300 * time.Millisecond
			}
			if _, err := child.Start(t.Context(), s); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	s := spec(t, "")
	s.Command = []string{"there-is-no-such-program"}
	if _, err := child.Start(t.Context(), s); err == nil || !strings.Contains(err.Error(), "cannot be started") {
		t.Errorf("error %v", err)
	}
}

// TestQuarantined has a rule that dies of everything, and one that is well.
func TestQuarantined(t *testing.T) {
	sick := begin(t, spec(t, hello+"read -r line; test -e well || exit 1\n"+`echo '{"type":"done","sync":1}'; exec sleep 1000`))
	events := batch(t, `{"a":1}`, `{"a":2}`, `{"a":3}`, `{"a":4}`, `{"a":5}`, `{"a":6}`)
	r := sick.Examine(t.Context(), events)
	if !strings.Contains(reasons(r), `rule "T" (rule.sh): in quarantine after 5 failures within 10m0s, the last: ended: exit status 1`) || r.Missed != 6 {
		t.Errorf("missed %d, troubles:\n%s", r.Missed, reasons(r))
	}
	// It is said once, and nothing runs any more.
	if r = sick.Examine(t.Context(), events); reasons(r) != "" || r.Missed != 6 {
		t.Errorf("missed %d, troubles:\n%s", r.Missed, reasons(r))
	}
}

func TestRelease(t *testing.T) {
	s := spec(t, hello+loop+"	*) test -e well || exit 1 ;;\n"+end)
	s.Limits.Failures = 1
	rule := begin(t, s)
	if r := rule.Examine(t.Context(), batch(t, `{"a":1}`)); !strings.Contains(reasons(r), "in quarantine") {
		t.Fatalf("troubles: %q", reasons(r))
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "well"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := rule.Examine(t.Context(), batch(t, `{"a":1}`)); r.Missed != 1 {
		t.Errorf("the quarantine is over by itself: %+v", r)
	}
	rule.Release()
	if r := rule.Examine(t.Context(), batch(t, `{"a":1}`)); r.Missed != 0 || reasons(r) != "" {
		t.Errorf("after the release: missed %d, %s", r.Missed, reasons(r))
	}
}

// TestAnotherHello has a rule that is another one after it was started again.
func TestAnotherHello(t *testing.T) {
	rule := begin(t, spec(t, `n=$(ls | wc -l); : > "again$n"; echo "{\"type\":\"hello\",\"firebreak\":1,\"rule\":{\"title\":\"T$n\"}}"; read -r line; exit 1`))
	r := rule.Examine(t.Context(), batch(t, `{"a":1}`, `{"a":2}`))
	if !strings.Contains(reasons(r), "said another hello than when it was loaded") {
		t.Errorf("troubles: %s", reasons(r))
	}
}

// TestEnd ends rules that do not want to, and leaves nothing behind.
func TestEnd(t *testing.T) {
	for name, does := range map[string]string{
		"ends with its input": `while read -r line; do :; done`,
		"ignores the end":     `while :; do sleep 1000; done`,
		"ignores SIGTERM":     `trap '' TERM; while :; do sleep 1000; done`,
		"forks":               `(trap '' TERM; while :; do sleep 1000; done) & sleep 1000 & wait`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := spec(t, `echo $$ > group; `+hello+does)
			rule, err := child.Start(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			group := number(t, filepath.Join(s.Dir, "group"))
			began := time.Now()
			rule.End()
			if took := time.Since(began); took > s.Limits.Grace+time.Second {
				t.Errorf("it took %s", took)
			}
			if alive(group) {
				t.Errorf("something of group %d is alive", group)
				_ = syscall.Kill(-group, syscall.SIGKILL)
			}
		})
	}
}

func number(t *testing.T, name string) int {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// alive says whether anybody of a group is more than a zombie.
func alive(group int) bool {
	if errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) {
		return false
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		content, _ := os.ReadFile(name)
		_, after, _ := strings.Cut(string(content), ") ")
		fields := strings.Fields(after)
		if len(fields) > 2 && fields[2] == strconv.Itoa(group) && fields[0] != "Z" && fields[0] != "X" {
			return true
		}
	}
	return len(stats) == 0
}

// TestEscaped has a child that leaves the group and keeps the pipes: nobody
// waits for it.
func TestEscaped(t *testing.T) {
	if _, err := os.Stat("/usr/bin/setsid"); err != nil {
		t.Skip("there is no setsid: nothing can leave its group here")
	}
	s := spec(t, `setsid sh -c 'echo $$ > escaped; exec sleep 1000' & while ! test -s escaped; do :; done; `+hello+`read -r line`)
	rule, err := child.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Kill(number(t, filepath.Join(s.Dir, "escaped")), syscall.SIGKILL) }()
	began := time.Now()
	rule.End()
	if took := time.Since(began); took > s.Limits.Grace+time.Second {
		t.Errorf("it took %s", took)
	}
}

// TestCancelled ends a run that waits for a rule; that is not the rule's
// failure.
func TestCancelled(t *testing.T) {
	s := spec(t, hello+"read -r line; : > read; exec sleep 1000")
	s.Limits.Event = time.Hour
	rule := begin(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(s.Dir, "read")); err == nil {
				cancel()
			}
		}
	}()
	r := rule.Examine(ctx, batch(t, `{"a":1}`, `{"a":2}`))
	if r.Missed != 2 || reasons(r) != "" {
		t.Errorf("missed %d, troubles %q", r.Missed, reasons(r))
	}
}

// TestEnvironment shows all that a rule is given.
func TestEnvironment(t *testing.T) {
	t.Setenv("FIREBREAK_SLACK_BOT_TOKEN", "xoxb-secret")
	s := spec(t, `env > env; pwd -P > dir; `+hello+"read -r line")
	s.Env = append(s.Env, "LANG=C")
	begin(t, s)
	content, err := os.ReadFile(filepath.Join(s.Dir, "env"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		name, _, _ := strings.Cut(line, "=")
		if name != "PATH" && name != "LANG" && name != "PWD" && name != "OLDPWD" && name != "SHLVL" && name != "_" { // the last four are the shell's own
			t.Errorf("the rule is given %s", line)
		}
	}
	dir, _ := os.ReadFile(filepath.Join(s.Dir, "dir"))
	if want, _ := filepath.EvalSymlinks(s.Dir); strings.TrimSpace(string(dir)) != want {
		t.Errorf("it runs in %s, want %s", dir, want)
	}
}

// TestCorrelation has a rule that names several events.
func TestCorrelation(t *testing.T) {
	rule := begin(t, spec(t, `echo '{"type":"hello","firebreak":1,"rule":{"type":"correlation"},"fields":["user"]}'`+loop+
		`	*) test "$id" -eq 3 && echo "{\"type\":\"detection\",\"event\":3,\"group\":{\"user\":\"a\"},\"count\":7,\"evidence\":[3,1,1]}" ;;`+"\n"+end))
	r := rule.Examine(t.Context(), batch(t, `{"user":1}`, `{"other":1}`, `{"user":2}`, `{"user":3}`))
	if len(r.Found) != 1 || reasons(r) != "" {
		t.Fatalf("found %v, troubles %q", found(r), reasons(r))
	}
	got := fmt.Sprint(r.Found[0].Event, r.Found[0].Count, r.Found[0].Evidence, r.Found[0].Group)
	if want := "{e 4} 7 [{e 1} {e 4}] map[user:a]"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

// TestStderr shows what a rule says to its author.
func TestStderr(t *testing.T) {
	s := spec(t, `echo starting >&2; `+hello+"read -r line")
	said := make(chan string, 1)
	s.Stderr = func(line string) { said <- line }
	begin(t, s)
	if got := <-said; got != "starting" {
		t.Errorf("said %q", got)
	}
}
