package bot

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"testing"
	"time"

	"firebreak/detect/rules"
	"firebreak/incident"
	"firebreak/store"
)

// rootProgram finds root, and dies of poison: a rule in sh, under a name that
// makes it a program.
const rootProgram = `#!/bin/sh
echo '{"type":"hello","firebreak":1,"rule":{"id":"root-program","title":"Root","level":"high","tags":["attack.t1078"]}}'
while IFS= read -r line; do
	case $line in
	*poison*) exit 1 ;;
	'{"type":"event",'*root*)
		id=${line#*\"id\":}
		echo "{\"type\":\"detection\",\"event\":${id%%,*},\"group\":{\"user\":\"root\"}}"
		;;
	'{"type":"sync",'*)
		sync=${line#*\"sync\":}
		echo "{\"type\":\"done\",\"sync\":${sync%\}}}"
		;;
	esac
done
`

// hangingProgram says hello and answers nothing.
const hangingProgram = `#!/bin/sh
echo '{"type":"hello","firebreak":1,"rule":{"id":"hanging-program","title":"Hanging"}}'
while read -r line; do :; done
`

// ownBot is a bot over a store, with rules.
func ownBot(t *testing.T, st *store.Store, book *rules.Book) *Bot {
	t.Helper()
	b := newBot(t, st)
	b.cfg.Rules = book
	b.cfg.ControlChannel = "C0CONTROL"
	return b
}

func giveAlerts(t *testing.T, b *Bot, lines ...string) {
	t.Helper()
	write(t, b.store, func(tx *store.Tx) error {
		for _, line := range lines {
			last, err := tx.LastQueued()
			if err != nil {
				return err
			}
			now := time.Now().UTC().Truncate(time.Microsecond)
			a := incident.Alert{ID: fmt.Sprintf("a%d", last+1), Source: "edr", At: now, SeenAt: now, Raw: line}
			if _, err := tx.SaveAlert(a); err != nil {
				return err
			}
			if err := b.queueAlert(tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// comeTo says how far a rule has come.
func comeTo(t *testing.T, b *Bot, rule string) (at int64) {
	t.Helper()
	if err := b.store.View(t.Context(), func(v *store.View) (err error) {
		at, _, err = place(v, "rules:own:"+rule)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return at
}

func await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

// work runs the rules in own code until the end that it gives is called.
func work(t *testing.T, b *Bot) (end func()) {
	t.Helper()
	set := b.currentRules()
	if err := b.beginOwn(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, d := range set.Own {
		wg.Go(func() { b.runOwn(ctx, set, d) })
	}
	return func() { cancel(); wg.Wait() }
}

func foundBy(t *testing.T, b *Bot, rule, user string) (found []incident.Detection) {
	t.Helper()
	group := incident.Entity{Type: "user", Value: user}
	if err := b.store.View(t.Context(), func(v *store.View) (err error) {
		found, err = v.DetectionsFor(rule, group, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// TestProgramsExamineAlerts: a program that dies loses only what it dies of,
// one that hangs holds up nobody, and another process goes on where the last
// one was.
func TestProgramsExamineAlerts(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh here")
	}
	st := openStore(t)
	book := ruleBook(t, map[string]string{"root.py": rootProgram, "hanging.py": hangingProgram})
	b := ownBot(t, st, book)
	end := work(t, b)
	giveAlerts(t, b, `{"User":"root"}`, `{"User":"poison"}`, `{"User":"ada"}`, `{"User":"root"}`)
	await(t, "the alerts are examined", func() bool { return comeTo(t, b, "root-program") == 4 })
	if at := comeTo(t, b, "hanging-program"); at != 0 {
		t.Errorf("the program that hangs has come to %d", at)
	}
	found := foundBy(t, b, "root-program", "root")
	if len(found) != 1 || found[0].Count != 2 || found[0].Title != "Root" || len(found[0].Techniques) != 1 || found[0].Incident == 0 {
		t.Errorf("found %+v", found)
	}
	end()
	book.Current().End()
	giveAlerts(t, b, `{"User":"root"}`) // nobody is at work
	b = ownBot(t, st, book)
	defer work(t, b)()
	await(t, "the last alert is examined", func() bool { return comeTo(t, b, "root-program") == 5 })
	if found = foundBy(t, b, "root-program", "root"); len(found) != 1 || found[0].Count != 3 {
		t.Errorf("after a restart: %+v", found)
	}
	var missed int
	if err := st.View(t.Context(), func(v *store.View) (err error) {
		missed, err = counted(v, missedCursor)
		return err
	}); err != nil || missed != 1 {
		t.Errorf("%d missed, error %v", missed, err)
	}
}

// TestQuarantineIsToldOnce, and the queue does not grow behind the program.
func TestQuarantineIsToldOnce(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh here")
	}
	b := ownBot(t, openStore(t), ruleBook(t, map[string]string{"root.py": rootProgram}))
	defer work(t, b)()
	for i := range 8 {
		giveAlerts(t, b, fmt.Sprintf(`{"User":"poison","n":%d}`, i))
	}
	await(t, "the alerts are examined", func() bool { return comeTo(t, b, "root-program") == 8 })
	if n := b.own.resting(); n != 1 {
		t.Errorf("%d rules in quarantine", n)
	}
	var posts []incident.Action
	if err := b.store.View(t.Context(), func(v *store.View) (err error) {
		posts, err = v.Actions(0, true)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(posts) != 1 || posts[0].Kind != kindPost {
		t.Errorf("planned: %+v", posts)
	}
}
