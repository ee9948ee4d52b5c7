package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"firebreak/detect/own"
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// Rules in the user's own code read the queue each at their own pace, so that
// one that hangs or is started again holds up nobody else. What they find and
// how far they have come is written down together: a crash loses nothing, and
// no alert counts twice.

const (
	// ownFailures in a row put a rule aside for ownRest.
	ownFailures = 5
	ownRest     = 10 * time.Minute
	// examineRetry is the pause after an error of the database.
	examineRetry = time.Second
)

// missedCursor counts how often a rule in own code has not examined an alert.
const missedCursor = "rules:missed"

func (b *Bot) ownCursor(rule sigma.Head) string { return "rules:own:" + RuleName(rule) }

// toldQuarantine is where it stands that a rule's quarantine was told.
func toldQuarantine(rule string) string { return "rules:quarantine:" + rule }

// ownRules is how rules in own code do.
type ownRules struct {
	mu   sync.Mutex
	rest map[string]bool // in quarantine, by name
}

func (o *ownRules) set(rule string, rests bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.rest == nil {
		o.rest = map[string]bool{}
	}
	if o.rest[rule] = rests; !rests {
		delete(o.rest, rule)
	}
}

func (o *ownRules) resting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.rest)
}

// beginOwn has rules that are new begin with the alerts that come from now on.
func (b *Bot) beginOwn(ctx context.Context, set *rules.Set) error {
	if len(set.Own) == 0 {
		return nil
	}
	return b.whenRoom(ctx, func(tx *store.Tx) error {
		last, err := tx.LastQueued()
		if err != nil {
			return err
		}
		for _, d := range set.Own {
			cursor := b.ownCursor(d.Head())
			if _, known, err := place(&tx.View, cursor); err != nil || known {
				if err != nil {
					return err
				}
				continue
			}
			if err := tx.SetCursor(cursor, strconv.FormatInt(last, 10)); err != nil {
				return err
			}
		}
		return nil
	})
}

// runOwn has one rule in own code examine what is in the queue, until ctx ends.
func (b *Bot) runOwn(ctx context.Context, set *rules.Set, d own.Detector) {
	r := &ownRunner{b: b, set: set, detector: d, name: RuleName(d.Head())}
	defer b.own.set(r.name, false)
	wake, stop := b.store.WatchQueue()
	defer stop()
	for {
		more, err := r.step(ctx)
		if err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "rule in own code could not go on; tried again", "rule", r.name, "error", err)
			pause(ctx, examineRetry)
		}
		if err == nil && more && ctx.Err() == nil {
			continue
		}
		if !pauseOrPoke(ctx, ownEvery, wake) {
			return
		}
	}
}

// ownRunner is one rule at work.
type ownRunner struct {
	b        *Bot
	set      *rules.Set
	detector own.Detector
	name     string
	failed   int       // alerts in a row that it has not examined
	rests    time.Time // until when it is put aside
}

// step has the rule examine some alerts, and says whether there may be more.
func (r *ownRunner) step(ctx context.Context) (more bool, err error) {
	var waiting []store.Unexamined
	err = r.b.store.View(ctx, func(v *store.View) error {
		after, _, err := place(v, r.b.ownCursor(r.detector.Head()))
		if err == nil {
			waiting, err = v.Unexamined(after, examinedAtOnce)
		}
		return err
	})
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	alerts := map[string]incident.Alert{}
	batch := make([]own.Event, 0, len(waiting))
	for _, w := range waiting {
		ev := AlertEvents(w.Alert)[0]
		r.set.Sigma.Prepare(ev)
		alerts[w.Alert.ID] = w.Alert
		batch = append(batch, own.Event{Event: ev, At: Happened(w.Alert), Place: alertPlace(w.Alert.ID)})
	}
	result := r.examine(ctx, batch)
	if ctx.Err() != nil {
		return false, ctx.Err() // examined again at the next start
	}
	last := waiting[len(waiting)-1].Place
	return len(waiting) == examinedAtOnce, r.b.store.Update(ctx, func(tx *store.Tx) error {
		for _, found := range result.Found {
			if err := r.b.ruleDetected(tx, r.detection(found, alerts)); err != nil {
				return err
			}
		}
		if err := r.tell(tx, result); err != nil {
			return err
		}
		return r.b.advanceTo(tx, r.set, r.b.ownCursor(r.detector.Head()), last)
	})
}

// examine gives the rule a batch. A program that dies again and again puts
// itself into quarantine; a rule that says of one alert after another that it
// cannot examine it is put there.
func (r *ownRunner) examine(ctx context.Context, batch []own.Event) own.Result {
	now := nowUTC()
	if now.Before(r.rests) {
		return own.Result{Missed: len(batch)}
	}
	result := r.detector.Examine(ctx, batch)
	if result.Missed < len(batch) {
		r.failed = 0
		return result
	}
	r.failed += len(batch)
	if r.failed < ownFailures || slices.ContainsFunc(result.Troubles, func(t own.Trouble) bool { return t.Quarantine }) {
		return result
	}
	reason := count(r.failed, "alert") + " in a row could not be examined"
	if len(result.Troubles) > 0 {
		reason += ", the last: " + result.Troubles[len(result.Troubles)-1].Reason
	}
	r.failed, r.rests = 0, now.Add(ownRest)
	result.Troubles = append(result.Troubles, own.Trouble{
		Rule: r.detector.Head(), Reason: reason + ". It is tried again in " + ownRest.String(), Quarantine: true,
	})
	return result
}

// tell counts what was missed, and says once that the rule is in quarantine.
func (r *ownRunner) tell(tx *store.Tx, result own.Result) error {
	head := r.detector.Head()
	if err := add(tx, missedCursor, result.Missed); err != nil {
		return err
	}
	cursor := toldQuarantine(r.name)
	told, err := tx.Cursor(cursor)
	if err != nil {
		return err
	}
	if result.Missed == 0 && told != "" {
		r.b.own.set(r.name, false)
		return tx.SetCursor(cursor, "")
	}
	for _, trouble := range result.Troubles {
		r.b.log.Warn("rule in own code has trouble", "rule", r.name, "file", head.File, "alert", trouble.Place.File, "quarantine", trouble.Quarantine)
		if !trouble.Quarantine {
			continue
		}
		r.b.own.set(r.name, true)
		if told != "" {
			continue
		}
		told = strconv.FormatInt(nowUTC().UnixMicro(), 10)
		if err := tx.SetCursor(cursor, told); err != nil {
			return err
		}
		m := ownTrouble(head.Title, head.File, mask.Text(strings.ReplaceAll(trouble.Reason, head.File+":", "line ")))
		if err := r.b.tellControl(tx, cursor+":"+told, m); err != nil {
			return err
		}
	}
	return nil
}

// detection is what the rule has found, as a detection of alerts.
func (r *ownRunner) detection(found sigma.Detection, alerts map[string]incident.Alert) incident.Detection {
	a := alerts[found.Event.File]
	names, texts := pairs(found.Group)
	d := r.b.ruleDetection(found.Rule, groupEntity(found.Group, a), Happened(a), a.ID+"\x00"+strings.Join(texts, "\x00"))
	d.Count, d.Handling = max(found.Count, 1), handlingOf(r.set, found.Rule)
	for _, p := range found.Evidence {
		d.Evidence = append(d.Evidence, p.File)
	}
	said := make([]sigma.Said, len(names))
	for i := range names {
		said[i] = sigma.Said{Field: names[i], Text: texts[i]}
	}
	d.Why = "the rule's own code found this alert"
	if len(said) > 0 {
		d.Why = r.b.whyFound(said, a)
	} else {
		d.Why += toldBy(a)
	}
	return d
}
