package slack

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"

	"firebreak/incident"

	"github.com/slack-go/slack"
)

// defaultAPIURL is where Slack's Web API is.
const defaultAPIURL = slack.APIURL

// Config says how Slack is reached.
type Config struct {
	AppToken string // xapp-…, opens the Socket Mode connections
	BotToken string // xoxb-…, everything else
	APIURL   string // base URL of the Web API; empty: https://slack.com/api/

	// HTTP sends the requests; nil: a client of the package's own. Its
	// redirect policy is replaced: tokens never follow a redirect.
	HTTP *http.Client
	// Dial connects the websockets; nil: the default dialer, with the
	// environment's proxy.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	Logger *slog.Logger // nil: silent
}

// Client speaks with one Slack workspace as one app.
type Client struct {
	api    *slack.Client
	http   *http.Client // records each answer, follows no redirect
	files  *http.Client // follows redirects within one host
	base   string       // API URL with a slash at its end
	bot    string
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	log    *slog.Logger
	pace   *pace
	counts counters
	short  atomic.Bool // history comes in short pages
}

// New makes a client. It does not call Slack yet.
func New(c Config) *Client {
	base := c.APIURL
	if base == "" {
		base = defaultAPIURL
	}
	base = strings.TrimSuffix(base, "/") + "/"
	log := c.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	calls := recording(c.HTTP)
	return &Client{
		// slack-go retries nothing unless told to, and it is not told to.
		api: slack.New(c.BotToken, slack.OptionAppLevelToken(c.AppToken),
			slack.OptionHTTPClient(calls), slack.OptionAPIURL(base)),
		http:  calls,
		files: withinHost(c.HTTP),
		base:  base,
		bot:   c.BotToken,
		dial:  c.Dial,
		log:   log,
		pace:  newPace(),
	}
}

// Identity asks Slack who the bot is (auth.test). Scopes are what the token
// holds now, from the X-OAuth-Scopes header.
func (c *Client) Identity(ctx context.Context) (incident.Self, error) {
	a, err := c.ask(ctx, "auth.test", "", func(ctx context.Context) error {
		_, err := c.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return incident.Self{}, err
	}
	var self struct {
		URL    string `json:"url"`
		Team   string `json:"team"`
		TeamID string `json:"team_id"`
		UserID string `json:"user_id"`
		BotID  string `json:"bot_id"`
	}
	if err := a.decode("auth.test", &self); err != nil {
		return incident.Self{}, err
	}
	return incident.Self{
		UserID: self.UserID, BotID: self.BotID, TeamID: self.TeamID,
		Team: self.Team, URL: self.URL, Scopes: a.scopes(),
	}, nil
}
