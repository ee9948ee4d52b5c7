package bot

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/sigma"
	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// Limits on a back-test.
const (
	backtestAtOnce    = 256     // alerts that are read in one snapshot
	backtestKept      = 200_000 // alerts that correlations keep
	backtestGroups    = 100_000 // groups whose detections are told apart
	backtestJudged    = 20_000  // verdicts that are compared, the newest
	backtestShown     = 5       // detections that are shown, the newest
	backtestShownText = 300     // bytes of what an alert says, secrets masked
	backtestKeptText  = 2 << 10 // and before they are, which need what is around them
)

// backtested is what came of a back-test.
type backtested struct {
	Title, Level string
	Alerts       int // examined
	Left         int // of incidents that who reads it may not see, and left out
	From, To     time.Time
	Found        int // detections
	Told         int // those that do not follow another about the same group within ruleStands
	Groups       int
	Newest       []backtestFound // the newest first
	Judged       [2]judgedFound  // false positives and confirmed detections
	Ended        string          // why not all alerts were examined
}

// judgedFound is how many detections of the rule people have judged so, and
// how many of them it finds now.
type judgedFound struct{ Of, Found int }

// backtestFound is a detection that is shown.
type backtestFound struct {
	At    time.Time
	Group incident.Entity
	Count int
	Text  string
}

// backtestRule tries the rules that are in force on the alerts that are kept,
// and keeps what one of them finds. All of it is done anew after a crash: it
// only reads, and nothing but the message about its progress has left the
// process.
func backtestRule(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	o, err := payloadOf[backtestOrder](a)
	if err != nil {
		return nil, err
	}
	set := b.currentRules()
	if set == nil {
		return nil, backtestRefused("There are no rules any more.")
	}
	head, ok := ruleNamed(set, o.Rule)
	if !ok {
		return nil, backtestRefused("The rule is not there any more.")
	}
	t := &backtesting{b: b, order: o, run: set.Sigma.NewRun(sigma.Logsource{}), groups: map[incident.Entity]time.Time{}, hidden: map[incident.Number]bool{a.Incident: false}}
	t.run.Loud = true // a rule that only serves correlations can be asked for as well
	t.run.KeepAtMost(backtestKept)
	t.Title, t.Level = head.Title, head.Level
	defer t.progress(ctx, a)()
	if err := t.verdicts(ctx); err != nil {
		return nil, err
	}
	if err := t.alerts(ctx); err != nil {
		return nil, err
	}
	t.take(t.run.Finish(), incident.Alert{})
	for i := range t.Newest {
		t.Newest[i].Text = cut(mask.Text(t.Newest[i].Text), backtestShownText)
		t.Newest[i].Group.Value = mask.Text(t.Newest[i].Group.Value)
	}
	slices.Reverse(t.Newest)
	return t.backtested, nil
}

func backtestRefused(why string) error {
	return &incident.CallError{Call: kindBacktest, Outcome: incident.OutcomeRefused, Reason: why}
}

// backtesting is a back-test in progress.
type backtesting struct {
	backtested
	b      *Bot
	order  backtestOrder
	run    *sigma.Run
	groups map[incident.Entity]time.Time // when what stands for more was found
	hidden map[incident.Number]bool      // whether its alerts are left out
	judged map[string][]int              // by alert: the rule's judged detections
	real   []bool                        // of those: whether it was confirmed
	seen   []bool                        // and whether it is found now
	at     atomic.Int64                  // the time it has come to, in microseconds
	count  atomic.Int64                  // alerts
}

// verdicts reads what people have said about the rule's detections.
func (t *backtesting) verdicts(ctx context.Context) error {
	t.judged = map[string][]int{}
	return t.b.store.View(ctx, func(v *store.View) error {
		list, err := v.Judgements(t.since(), backtestJudged)
		for _, j := range list {
			if j.Rule != t.order.Rule {
				continue
			}
			for _, alert := range j.Evidence {
				t.judged[alert] = append(t.judged[alert], len(t.real))
			}
			t.real, t.seen = append(t.real, j.Confirmed), append(t.seen, false)
			t.Judged[index(j.Confirmed)].Of++
		}
		return err
	})
}

func (t *backtesting) since() time.Time { return t.order.At.AddDate(0, 0, -t.order.Days) }

// alerts examines what is kept, in order of time, a page in one snapshot.
func (t *backtesting) alerts(ctx context.Context) error {
	last, begun := incident.Alert{At: t.since()}, time.Now()
	for {
		var page []incident.Alert
		err := t.b.store.View(ctx, func(v *store.View) (err error) {
			if page, err = v.AlertsAfter(last, t.order.At, backtestAtOnce); err == nil {
				page, last, err = t.visible(v, page, last)
			}
			return err
		})
		if err != nil || page == nil {
			return err
		}
		for _, a := range page {
			t.alert(a)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Since(begun) > backtestRead {
			t.Ended = "there was no time for alerts after " + last.At.UTC().Format(time.DateTime) + " UTC"
			return nil
		}
	}
}

// visible leaves out the alerts of incidents that who reads the answer may not
// see; nil: there are no more at all.
func (t *backtesting) visible(v *store.View, page []incident.Alert, last incident.Alert) ([]incident.Alert, incident.Alert, error) {
	if len(page) == 0 {
		return nil, last, nil
	}
	open := make([]incident.Alert, 0, len(page))
	for _, a := range page {
		hidden, known := t.hidden[a.Incident]
		if !known && a.Incident != 0 {
			_, err := v.Incident(t.order.Viewer, a.Incident)
			if err != nil && !isNotFound(err) {
				return nil, last, err
			}
			hidden = err != nil
			t.hidden[a.Incident] = hidden
		}
		if hidden {
			t.Left++
			t.recognise([]correlate.Place{alertPlace(a.ID)}, -1)
			continue
		}
		open = append(open, a)
	}
	return open, page[len(page)-1], nil
}

func (t *backtesting) alert(a incident.Alert) {
	at := Happened(a)
	if t.Alerts++; t.From.IsZero() || at.Before(t.From) {
		t.From = at
	}
	if at.After(t.To) {
		t.To = at
	}
	t.take(t.run.Forms(AlertEvents(a), at, alertPlace(a.ID)), a)
	t.at.Store(at.UnixMicro())
	t.count.Store(int64(t.Alerts))
}

// take counts what the rule has found. The alert is the one that was examined
// just now, if any.
func (t *backtesting) take(found []sigma.Detection, a incident.Alert) {
	for _, d := range found {
		if RuleName(d.Rule) != t.order.Rule {
			continue
		}
		t.Found++
		if d.Event.File != a.ID {
			a = incident.Alert{}
		}
		group := groupEntity(d.Group, a)
		if stands, known := t.groups[group]; !known || d.At.Sub(stands) > ruleStands {
			t.Told++
			if !known && len(t.groups) < backtestGroups {
				t.Groups++
			}
			if known || len(t.groups) < backtestGroups {
				t.groups[group] = d.At
			}
			t.show(backtestFound{At: d.At, Group: group, Count: d.Count, Text: cut(a.Raw, backtestKeptText)})
		}
		t.recognise(d.Evidence, 1)
	}
}

// show keeps the newest.
func (t *backtesting) show(f backtestFound) {
	if t.Newest = append(t.Newest, f); len(t.Newest) > backtestShown {
		t.Newest = slices.Delete(t.Newest, 0, 1)
	}
}

// recognise notes which judged detections are found, or, one less, left out.
func (t *backtesting) recognise(places []correlate.Place, found int) {
	for _, p := range places {
		for _, i := range t.judged[p.File] {
			if !t.seen[i] {
				t.seen[i] = true
				if j := &t.Judged[index(t.real[i])]; found > 0 {
					j.Found++
				} else {
					j.Of--
				}
			}
		}
	}
}

func index(confirmed bool) int {
	if confirmed {
		return 1
	}
	return 0
}

// progress shows now and then in the one message how far it is, until end is
// called.
func (t *backtesting) progress(ctx context.Context, a incident.Action) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var showing sync.WaitGroup
	if t.order.Post != "" {
		showing.Go(func() {
			for wait := progressAfter; pause(ctx, wait); wait = progressEvery {
				m := backtestingMessage(t.order, int(t.count.Load()), time.UnixMicro(t.at.Load()))
				t.b.showProgress(ctx, a, t.order.examineOrder, m)
			}
		})
	}
	return func() {
		cancel()
		showing.Wait()
	}
}
