package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// A person's Home tab shows their incidents and tasks. It is published when
// they open it, and again while it is kept, when it would show something else:
// it is made anew and compared, whatever it was that happened. What they may
// not see any more goes the same way.

const (
	homeEvery = 10 * time.Second // how often homes are compared while things happen
	homeLeast = 15 * time.Second // between two refreshes of one
	homeClock = time.Minute      // how often they are when nothing does: tasks become overdue
	homeKept  = 24 * time.Hour   // since it was opened; then it is emptied until it is opened again
	// homeBatch is how many are refreshed at once: half of what Slack lets
	// through (views.publish is of tier 4, 100 a minute), so that who opens
	// theirs does not wait.
	homeBatch = 8
)

// homeOrder asks to publish somebody's Home tab.
type homeOrder struct {
	User  string
	Empty bool // nothing shall be left on it
}

// openedHome plans to publish the Home tab of who has opened theirs. The
// messages tab, which tells of itself by the same event, is not used.
func (b *Bot) openedHome(tx *store.Tx, e slackEvent, key string) error {
	if e.Tab != "home" || !userID.MatchString(e.User) {
		return nil
	}
	if err := tx.OpenedHome(e.User, nowUTC()); err != nil {
		return err
	}
	return planHome(tx, key+":home", homeOrder{User: e.User}, true)
}

// planHome plans to publish a Home tab. Until that is done nothing is known of
// what it shows: one that Slack refuses is not tried again and again.
func planHome(tx *store.Tx, key string, o homeOrder, asked bool) error {
	if err := tx.ShownHome(o.User, "", nowUTC()); err != nil {
		return err
	}
	return plan(tx, step{Key: key, Kind: kindHome, Lane: "home:" + o.User, Payload: o, First: asked})
}

// publishedHome is what a Home tab shows.
type publishedHome struct{ Shown string }

// publishHome shows somebody's Home tab as it is now.
func publishHome(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	o, err := payloadOf[homeOrder](a)
	if err != nil {
		return nil, err
	}
	view := emptiedHome()
	if !o.Empty {
		_, rights, identified := b.authorise(ctx, slashCommand{UserID: o.User, TeamID: b.home()})
		if view, err = b.homeView(ctx, rights, identified); err != nil {
			return nil, err
		}
	}
	return publishedHome{hashOf(view)}, b.chat.PublishView(ctx, o.User, view)
}

func hashOf(view json.RawMessage) string {
	sum := sha256.Sum256(view)
	return hex.EncodeToString(sum[:16])
}

func homePublished(tx *store.Tx, _ *Bot, a incident.Action, result json.RawMessage) error {
	o, err := payloadOf[homeOrder](a)
	if err != nil {
		return err
	}
	var p publishedHome
	if err := json.Unmarshal(result, &p); err != nil {
		return fmt.Errorf("read what a home shows: %w", err)
	}
	if o.Empty {
		return tx.ForgetHome(o.User, nowUTC().Add(-homeKept))
	}
	return tx.ShownHome(o.User, p.Shown, nowUTC())
}

// homeView makes the view for who has these rights.
func (b *Bot) homeView(ctx context.Context, r rights, identified error) (json.RawMessage, error) {
	if refused, m := refusalOf(identified); refused != "" {
		return homeSaying(m), nil
	}
	if r.viewer == (incident.Viewer{}) || r.identity == identityGuest || r.identity == identityStranger {
		return homeSaying(sentence(onlyFullMembers)), nil
	}
	var h home
	err := b.store.View(ctx, func(v *store.View) (err error) {
		h, err = homeOf(v, r)
		return err
	})
	return homeShown(h, b.me().URL, nowUTC(), b.cfg.Command), err
}

// home is what somebody's Home tab shows.
type home struct {
	incidents []homeIncident
	tasks     []homeTask
	opens     bool // they may open incidents
}

type homeIncident struct {
	incident.Incident
	tasks int // open ones, whoever's
}

type homeTask struct {
	incident.Task
	title  string // of its incident
	answer bool   // they may mark it done
}

// homeOf reads what concerns somebody, as far as they may see it.
func homeOf(v *store.View, r rights) (home, error) {
	h := home{opens: r.may(AccessResponder, incident.Incident{}) == nil}
	incidents, err := v.IncidentsOf(r.viewer)
	if err != nil {
		return h, err
	}
	for _, inc := range incidents {
		shown := homeIncident{Incident: inc}
		if len(h.incidents) < homeIncidents {
			tasks, err := v.Tasks(inc.Number)
			if err != nil {
				return h, err
			}
			open, _ := byState(tasks)
			shown.tasks = len(open)
		}
		h.incidents = append(h.incidents, shown)
	}
	tasks, err := v.TasksOf(r.viewer)
	if err != nil {
		return h, err
	}
	for _, t := range tasks {
		shown := homeTask{Task: t}
		if len(h.tasks) < homeTasks {
			inc, err := v.Incident(r.viewer, t.Incident)
			if err != nil {
				return h, err
			}
			shown.title, shown.answer = inc.Title, r.may(AccessResponder, inc) == nil
		}
		h.tasks = append(h.tasks, shown)
	}
	return h, nil
}

// refreshHomes compares the Home tabs that are kept with what they should
// show, until ctx ends.
func (b *Bot) refreshHomes(ctx context.Context) error {
	wake, stop := b.store.Watch()
	defer stop()
	for {
		kept, err := b.refresh(ctx)
		if err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "home tabs could not be refreshed", "error", err)
		}
		wait := homeClock
		if kept == 0 && err == nil {
			wait = homeKept // nothing to be late for
		}
		if !pauseOrPoke(ctx, wait, wake) || !pause(ctx, homeEvery) {
			return ctx.Err()
		}
	}
}

// refresh plans to publish those that would show something else by now, and
// says how many are kept.
func (b *Bot) refresh(ctx context.Context) (kept int, err error) {
	var homes []store.Home
	err = b.store.View(ctx, func(v *store.View) (err error) {
		homes, err = v.Homes()
		return err
	})
	if err != nil {
		return 0, err
	}
	now := nowUTC()
	var orders []homeOrder
	for _, h := range homes {
		if len(orders) == homeBatch {
			break
		}
		o := homeOrder{User: h.User, Empty: now.Sub(h.OpenedAt) > homeKept}
		if h.Shown == "" || now.Sub(h.ShownAt) < homeLeast { // being published, or just now
			continue
		}
		changed, err := b.homeChanged(ctx, h)
		if err != nil {
			return len(homes), err
		}
		if changed || o.Empty {
			orders = append(orders, o)
		}
	}
	if len(orders) == 0 {
		return len(homes), nil
	}
	return len(homes), b.store.Update(ctx, func(tx *store.Tx) error {
		for _, o := range orders {
			if err := planHome(tx, fmt.Sprintf("home:%s:%s", o.User, timeTS(now)), o, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// homeChanged says whether a Home tab would show something else by now, as
// far as the store knows who its owner is: Slack is asked when it is
// published.
func (b *Bot) homeChanged(ctx context.Context, h store.Home) (bool, error) {
	var p incident.Person
	err := b.store.View(ctx, func(v *store.View) (err error) {
		p, _, err = v.Person(h.User)
		return err
	})
	if isNotFound(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	_, rights, identified := b.entitled(ctx, p)
	if identified != nil {
		return false, nil // asked again in a while
	}
	view, err := b.homeView(ctx, rights, nil)
	return err == nil && hashOf(view) != h.Shown, err
}
