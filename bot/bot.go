package bot

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"firebreak/detect"
	"firebreak/detect/behaviour"
	"firebreak/detect/indicator"
	"firebreak/detect/rules"
	"firebreak/incident"
	"firebreak/store"
	"firebreak/store/evidence"
)

// Config is what the operator decides. The zero value of each field is its
// quiet form: no control channel, nobody extra to invite, no filters.
type Config struct {
	Command        string // root slash command, such as /inc
	ControlChannel string
	Invite         []string // users and user groups invited to every incident
	Responders     []string // users and user groups who may command; empty: every full member
	Admins         []string // users who may see and command every incident
	AlertChannels  []string
	PinEmoji       []string
	Private        bool
	BridgeURL      string
	ArchiveAfter   time.Duration // from closing to archiving the channel; 0: never

	Severities   map[string]incident.Severity // priority name, else urgency
	ServiceIDs   []string
	TeamIDs      []string
	Urgencies    []string
	PollInterval time.Duration
	AdoptOpen    bool
	StormPages   int              // new pages of one service within a minute that get incidents of their own; 0: all of them
	RoutingKey   string           // lets detections page
	OpenLevel    string           // from which level on a detection opens an incident; empty: medium
	PageLevel    string           // from which level on it pages; empty: as OpenLevel
	Watch        *behaviour.Watch // rules of behaviour; nil: none
	Rules        *rules.Book      // rules of the operator's folders; nil: none
	Scratch      string           // folder for files that are being examined; empty: the system's
	Evidence     *evidence.Folder // where the bytes of shared files are kept
	Poll         bool             // read pages; false where there is no REST token

	Indicators indicator.Options // what of texts is an indicator; the store has to know the same

	RetentionDays int // that incidents are kept after they were closed; 0: for ever

	CheckpointKey      ed25519.PrivateKey // signs checkpoints; nil: a key that the database keeps
	CheckpointInterval time.Duration      // between checkpoints; 0: none are made
	CheckpointIssue    bool               // they are published on an issue in GitLab, too

	Project      string // GitLab project, for people; empty: follow-ups stay local
	Confidential bool
	SyncInterval time.Duration
}

// Bot is firebreak at work. Make one with New and call Run once.
type Bot struct {
	cfg     Config
	store   *store.Store
	chat    Chat
	pager   Pager   // nil: neither pages to read nor to raise
	tracker Tracker // nil: no GitLab project
	finders []detect.Detector
	log     *slog.Logger
	kinds   map[string]kind

	self    atomic.Pointer[incident.Self]
	health  health
	doubt   doubt // set before anything runs
	answers answers
	inbox   chan struct{} // poked when a row has been received
	gaps    chan struct{} // poked when the sockets were away
	compare chan struct{} // poked when somebody wants a channel compared
	wanted  wanted
	pollNow chan struct{} // poked when a hint says that PagerDuty has news
	syncNow chan struct{} // poked when a hint says that GitLab has news
	sign    chan struct{} // poked when the logs are to be signed at once
	reload  chan struct{} // poked when somebody wants the rules loaded anew
	own     ownRules
	freed   chan struct{} // poked when the runner has room for another action
	groups  groupCache
	paged   calledCache
	crew    crew
	fetches fetches
}

// Outside is everything the bot talks to. Pager and Tracker may be nil.
type Outside struct {
	Chat    Chat
	Pager   Pager
	Tracker Tracker
}

// New makes a bot over an open store. It does nothing until Run.
func New(cfg Config, st *store.Store, out Outside, log *slog.Logger) *Bot {
	b := &Bot{
		cfg: cfg, store: st, tracker: out.Tracker,
		finders: detect.Builtin(), log: log,
		inbox:   make(chan struct{}, 1),
		gaps:    make(chan struct{}, 1),
		compare: make(chan struct{}, 1),
		pollNow: make(chan struct{}, 1),
		syncNow: make(chan struct{}, 1),
		sign:    make(chan struct{}, 1),
		reload:  make(chan struct{}, 1),
		freed:   make(chan struct{}, 1),
	}
	if out.Chat != nil {
		b.chat = guardedChat{Chat: out.Chat, store: st}
	}
	if out.Pager != nil {
		b.pager = guardedPager{out.Pager}
	}
	b.kinds = kindTable()
	b.answers.waiting = map[string][]chan reply{}
	b.groups.members = map[string]cachedGroup{}
	return b
}

// Run works until ctx ends, then returns nil once everything under way has
// been finished or safely left for the next start. It returns an error only
// for what no retry can heal, such as a revoked token or a failed disk.
//
// listen keeps the sockets: it is given Deliver and blocks until ctx ends.
func (b *Bot) Run(ctx context.Context, listen func(context.Context) error) error {
	if err := b.recover(ctx); err != nil {
		return err
	}
	if err := b.moveContents(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return b.store.AwaitFailure(ctx) })
	g.Go(func() error { return b.watchHealth(ctx) })
	if b.pager != nil && b.cfg.Poll {
		g.Go(func() error { return b.poll(ctx) })
	}
	g.Go(func() error {
		if err := b.identify(ctx); err != nil {
			return err
		}
		work, ctx := errgroup.WithContext(ctx)
		work.Go(func() error { return listen(ctx) })
		work.Go(func() error { return b.takeUp(ctx) })
		work.Go(func() error { return b.runActions(ctx) })
		work.Go(func() error { return b.reconcileGaps(ctx) })
		work.Go(func() error { return b.remind(ctx) })
		work.Go(func() error { return b.compareIndicators(ctx) })
		if b.cfg.CheckpointInterval > 0 {
			work.Go(func() error { return b.signLogs(ctx) })
		}
		work.Go(func() error { return b.refreshHomes(ctx) })
		work.Go(func() error { return b.sweepContents(ctx) })
		if b.cfg.Watch != nil {
			work.Go(func() error { return b.settleGroups(ctx) })
		}
		if b.cfg.Rules != nil {
			work.Go(func() error { return b.runSigma(ctx) })
			work.Go(func() error { return b.runRules(ctx) })
		}
		if b.tracker != nil {
			work.Go(func() error { return b.syncTracker(ctx) })
		}
		return work.Wait()
	})
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// takeUp handles what was received and what comes, once the rules are loaded:
// those in own code begin with the alerts that are queued from now on.
func (b *Bot) takeUp(ctx context.Context) error {
	if b.cfg.Rules != nil {
		if err := b.cfg.Rules.Load(); err != nil {
			return err
		}
		if err := b.beginOwn(ctx, b.currentRules()); err != nil {
			return err
		}
	}
	return b.handleInbox(ctx)
}

// recover turns what the last process left half done into questions: an
// action found in sending may or may not have happened.
func (b *Bot) recover(ctx context.Context) error {
	return b.whenRoom(ctx, func(tx *store.Tx) error {
		if _, err := tx.RecoverActions(); err != nil {
			return err
		}
		return b.fromCopy(tx)
	})
}

// identify learns who the bot is. Slack being away is waited out; a token
// that Slack refuses is an error that names the fix.
func (b *Bot) identify(ctx context.Context) error {
	for wait := 500 * time.Millisecond; ; wait = min(2*wait, 10*time.Second) {
		self, err := b.chat.Identity(ctx)
		if err == nil {
			b.self.Store(&self)
			b.health.slackKnown(self)
			return nil
		}
		if incident.OutcomeOf(err) == incident.OutcomeRefused {
			return err
		}
		b.log.WarnContext(ctx, "slack does not answer yet", "error", err)
		if !pause(ctx, wait) {
			return ctx.Err()
		}
	}
}

// me is who the bot is. It is known before anything that needs it runs.
func (b *Bot) me() incident.Self {
	if s := b.self.Load(); s != nil {
		return *s
	}
	return incident.Self{}
}

// home is the team whose members may command. Message keys carry it too.
func (b *Bot) home() string { return b.me().TeamID }

// pause waits for d or the end of ctx, and says whether d has passed.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// nowUTC is the present moment as the store keeps it.
func nowUTC() time.Time { return time.Now().UTC() }

// poke wakes whoever listens on c, or leaves the wake-up lying there.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// noEntry is the reaction that keeps a message out of the RCA and the exports.
const noEntry = "no_entry"

// hideEmoji says whether a reaction keeps a message out. Where somebody has
// made it a pin, it is one.
func (b *Bot) hideEmoji(name string) bool { return name == noEntry && !b.pinEmoji(name) }

// pinEmoji says whether a reaction pins, whatever its skin tone.
func (b *Bot) pinEmoji(name string) bool {
	name, _, _ = strings.Cut(name, "::")
	return slices.Contains(b.cfg.PinEmoji, name)
}
