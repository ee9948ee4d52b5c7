package bot

import (
	"context"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// A socket can be up and bring nothing: Slack has cut the subscription, or
// somebody has changed the app. Only history shows it.
const (
	// quietFor is how long nothing must have been heard before history is
	// asked: at an ordinary pace it never is.
	quietFor = 3 * time.Minute
	// listenEvery is how often it is asked then, one channel at a time.
	listenEvery = time.Minute
	// late is how long an event may take, and clocks may differ.
	late = time.Minute
)

// listen asks history, when it has been quiet for long, whether something was
// said that should have been heard. If so, the channels are read. Where Slack
// gives one page a minute the comparisons need all of them.
func (w *watch) listen(ctx context.Context, now time.Time) {
	since, up := w.b.health.quietSince()
	if !up || now.Sub(since) < quietFor || now.Sub(w.probed) < listenEvery || w.b.chat.ShortPages() {
		return
	}
	w.probed = now
	channel := w.openChannel(ctx)
	if channel == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, watchEvery)
	defer cancel()
	raw, _, err := w.b.chat.History(ctx, channel, timeTS(since.Add(late)), timeTS(now.Add(-late)), "")
	if err != nil {
		return // whether something was missed is not known
	}
	if len(readMessages(raw)) == 0 {
		w.b.health.missed(since, "")
		return
	}
	w.b.health.missed(since, "connected, but events have stopped: history shows messages that Slack did not deliver; the channels are read instead. Check the app's event subscriptions")
	poke(w.b.gaps)
}

// openChannel is the channel of an open incident, another one each time.
func (w *watch) openChannel(ctx context.Context) string {
	var open []incident.Incident
	err := w.b.store.View(ctx, func(v *store.View) (err error) {
		open, err = v.Incidents(incident.Operator())
		return err
	})
	open = slices.DeleteFunc(open, func(i incident.Incident) bool { return i.Closed() || i.Channel.ID == "" })
	if err != nil || len(open) == 0 {
		return ""
	}
	w.asked++
	return open[w.asked%len(open)].Channel.ID
}
