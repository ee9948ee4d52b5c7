package bot

import (
	"context"
	"fmt"

	"firebreak/incident"
	"firebreak/store"
)

// Detection is how rules and detectors do, in figures.
type Detection struct {
	Detections  map[incident.Handling]int
	Rules       int // loaded
	Refused     int
	Quarantined int // rules in own code that rest
	Waiting     int // alerts that Sigma rules have not examined yet
	Missed      int // how often a rule in own code has not examined an alert
	Late        int // alerts that came later than correlations wait
	Forgotten   int // groups and alerts that correlations gave up for room
	Behaviour   store.BehaviourStats
}

// Detection counts, cheaply enough for each scrape.
func (b *Bot) Detection(ctx context.Context) (d Detection, err error) {
	if set := b.currentRules(); set != nil {
		d.Rules, d.Refused, d.Quarantined = set.Len(), len(set.Refused), b.own.resting()
	}
	err = b.store.View(ctx, func(v *store.View) (err error) {
		if d.Detections, err = v.CountDetections(); err != nil {
			return err
		}
		if d.Behaviour, err = v.AllBehaviourStats(); err != nil {
			return err
		}
		after, _, err := place(v, sigmaCursor)
		if err != nil {
			return err
		}
		if d.Waiting, err = v.Queued(after); err != nil {
			return err
		}
		for name, n := range map[string]*int{missedCursor: &d.Missed, lateCursor: &d.Late, forgottenCursor: &d.Forgotten} {
			if *n, err = counted(v, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return d, fmt.Errorf("count detections: %w", err)
	}
	return d, nil
}
