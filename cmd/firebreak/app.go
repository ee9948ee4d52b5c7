package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"firebreak/bot"
	"firebreak/detect/indicator"
	"firebreak/detect/rules"
	"firebreak/incident"
	"firebreak/integrations/gitlab"
	"firebreak/integrations/pagerduty"
	"firebreak/integrations/slack"
	"firebreak/store"
	"firebreak/store/evidence"
)

// network is how the process reaches the outside and is reached. The zero
// value is the machine's own; tests put an in-memory one in its place.
type network struct {
	HTTP   *http.Client
	Dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	Listen func(network, addr string) (net.Listener, error)
	// Self is the program's own file, by which scripts are run in processes of
	// their own; "": they are run in this one.
	Self string
}

// app is the whole bot, put together: the one place where every package
// meets.
type app struct {
	cfg   Config
	log   *slog.Logger
	store *store.Store
	slack *slack.Client
	bot   *bot.Bot
	book  *rules.Book
	doors []door
}

// door is one address that the process answers on.
type door struct {
	server *http.Server
	at     net.Listener
}

// newApp opens the database, takes the listening address and wires the bot
// to the outside. Nothing is sent yet.
func newApp(ctx context.Context, cfg Config, n network, log *slog.Logger) (_ *app, err error) {
	a := &app{cfg: cfg, log: log}
	defer func() {
		if err != nil {
			_ = a.close() // the first error is the one to tell
		}
	}()
	watch, err := newWatch(cfg)
	if err != nil {
		return nil, err
	}
	if a.book, err = newBook(ctx, cfg, n.Self); err != nil {
		return nil, err
	}
	if a.store, err = store.Open(ctx, store.Config{Path: cfg.DatabasePath(), Logger: log, Indicators: finder(cfg)}); err != nil {
		return nil, err
	}
	a.slack = slack.New(slack.Config{
		AppToken: cfg.SlackAppToken.Reveal(), BotToken: cfg.SlackBotToken.Reveal(), APIURL: cfg.SlackAPIURL,
		HTTP: n.HTTP, Dial: n.Dial, Logger: log,
	})
	out := bot.Outside{Chat: a.slack}
	if cfg.PagerDuty() || cfg.PagerDutyRoutingKey != "" {
		pager, err := pagerduty.New(pagerduty.Config{
			Token: cfg.PagerDutyToken.Reveal(), APIURL: cfg.PagerDutyAPIURL, EventsURL: cfg.PagerDutyEventsURL,
			From: cfg.PagerDutyFrom, ServiceIDs: cfg.PagerDutyServiceIDs, TeamIDs: cfg.PagerDutyTeamIDs,
			HTTP: n.HTTP, Logger: log,
		})
		if err != nil {
			return nil, err
		}
		out.Pager = pager
	}
	if cfg.GitLab() {
		tracker, err := gitlab.New(gitlab.Config{
			URL: cfg.GitLabURL, Token: cfg.GitLabToken.Reveal(), Project: cfg.GitLabProject,
			Confidential: cfg.GitLabConfidential, HTTP: n.HTTP, Logger: log,
		})
		if err != nil {
			return nil, err
		}
		out.Tracker = tracker
	}
	settings := botConfig(cfg)
	settings.Watch, settings.Rules = watch, a.book
	if settings.CheckpointKey, err = checkpointKey(cfg.CheckpointKey); err != nil {
		return nil, err
	}
	if settings.Evidence, err = evidence.Open(cfg.EvidencePath(), cfg.EvidenceLimits()); err != nil {
		return nil, err
	}
	a.bot = bot.New(settings, a.store, out, log)
	return a, a.listen(n)
}

// botConfig is what of the configuration concerns the bot's behaviour.
func botConfig(c Config) bot.Config {
	return bot.Config{
		Command: c.SlackCommand, ControlChannel: c.SlackControlChannel, Invite: c.SlackInvite,
		Responders: c.SlackResponders, Admins: c.SlackAdmins, AlertChannels: c.SlackAlertChannels,
		PinEmoji: c.PinEmoji, Private: c.PrivateChannels, BridgeURL: c.BridgeURL, ArchiveAfter: c.SlackArchiveAfter,
		Severities: c.PagerDutySeverities, ServiceIDs: c.PagerDutyServiceIDs, TeamIDs: c.PagerDutyTeamIDs,
		Urgencies: c.PagerDutyUrgencies, PollInterval: c.PagerDutyPollInterval, AdoptOpen: c.PagerDutyAdoptOpen, StormPages: c.StormPages,
		RoutingKey: c.PagerDutyRoutingKey.Reveal(), Poll: c.PagerDuty(), OpenLevel: c.OpenLevel, PageLevel: c.PageLevel,
		Scratch:    filepath.Dir(c.DatabasePath()), // surely writable, which a container's /tmp is not
		Indicators: c.Indicators(), RetentionDays: c.RetentionDays, CheckpointInterval: c.CheckpointInterval, CheckpointIssue: c.CheckpointIssue,
		Project: c.GitLabProject, Confidential: c.GitLabConfidential, SyncInterval: c.GitLabSyncInterval,
	}
}

// finder finds the indicators that the store keeps with entries.
func finder(c Config) func(string) []incident.Indicator {
	options := c.Indicators()
	return func(text string) (list []incident.Indicator) {
		for _, found := range indicator.Extract(text, options) {
			list = append(list, found.Indicator)
		}
		return list
	}
}

// listen takes the addresses for health and metrics and, if it is another,
// for what comes in, so that a taken port is an error at once.
func (a *app) listen(n network) error {
	if err := a.open(n, "LISTEN", a.cfg.Listen, "health and metrics", a.routes()); err != nil || !a.ownIntake() {
		return err
	}
	return a.open(n, "INTAKE_LISTEN", a.cfg.IntakeListen, "alerts and webhooks", a.intake())
}

// open takes one address.
func (a *app) open(n network, name, address, what string, h http.Handler) error {
	take := n.Listen
	if take == nil {
		take = net.Listen
	}
	l, err := take("tcp", address)
	if err != nil {
		return fmt.Errorf("listen on %s for %s (set FIREBREAK_%s to a free address): %w", address, what, name, err)
	}
	a.doors = append(a.doors, door{at: l, server: &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}})
	return nil
}

// run works until ctx ends, then drains and returns.
func (a *app) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return a.bot.Run(ctx, func(ctx context.Context) error {
			return a.slack.Run(ctx, a.bot.Deliver, a.sockets)
		})
	})
	for _, d := range a.doors {
		g.Go(func() error {
			if err := d.server.Serve(d.at); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve on %s: %w", d.at.Addr(), err)
			}
			return nil
		})
		g.Go(func() error {
			<-ctx.Done()
			bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			return d.server.Shutdown(bounded)
		})
	}
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (a *app) sockets(s slack.SocketStatus) { a.bot.Sockets(s.Connected, s.Detail, s.Gap) }

// close gives back what newApp took.
func (a *app) close() error {
	var errs []error
	for _, d := range a.doors {
		errs = append(errs, d.server.Close())
		_ = d.at.Close() // the server may have closed it already
	}
	if a.book != nil {
		a.book.Close()
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}
