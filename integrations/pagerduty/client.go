package pagerduty

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	pd "github.com/PagerDuty/go-pagerduty"

	"firebreak/incident"
)

const (
	defaultAPI    = "https://api.pagerduty.com"
	defaultEvents = "https://events.pagerduty.com"

	// callTimeout bounds one call from connecting to the end of the body.
	callTimeout = 10 * time.Second

	// eventCalls is how many events may be under way at once. The REST API
	// wants one call at a time; the Events API has no such wish.
	eventCalls = 4
)

// Config says how to reach PagerDuty.
type Config struct {
	Token      string // REST API token of an account or a user
	APIURL     string // empty: https://api.pagerduty.com
	EventsURL  string // empty: https://events.pagerduty.com
	From       string // e-mail of the user who writes; account tokens need one
	ServiceIDs []string
	TeamIDs    []string // needs the account ability "teams"
	HTTP       *http.Client
	Logger     *slog.Logger
}

// Client talks to one PagerDuty account.
type Client struct {
	api        *pd.Client
	http       *http.Client
	base       string
	events     string
	from       string
	serviceIDs []string
	teamIDs    []string
	rest       *gate
	enqueue    *gate
	people     *people
	list       unchanged
	logger     *slog.Logger
}

// New makes a client; it does not call PagerDuty yet. The token may be empty
// when only Enqueue is used.
func New(c Config) (*Client, error) { return newClient(c, maxAnswer) }

// newClient takes the largest answer in bytes.
func newClient(c Config, most int64) (*Client, error) {
	base, err := baseURL(c.APIURL, defaultAPI)
	if err != nil {
		return nil, fmt.Errorf("PagerDuty API address: %w", err)
	}
	events, err := baseURL(c.EventsURL, defaultEvents)
	if err != nil {
		return nil, fmt.Errorf("PagerDuty events address: %w", err)
	}
	client := doorClient(c.HTTP, most)
	// NewClient and not NewOAuthClient: that one drops its options.
	api := pd.NewClient(c.Token, pd.WithAPIEndpoint(base))
	api.HTTPClient = client
	logger := c.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Client{
		api: api, http: client, base: base, events: events, from: c.From,
		serviceIDs: c.ServiceIDs, teamIDs: c.TeamIDs,
		rest: newGate(1), enqueue: newGate(eventCalls),
		people: newPeople(), logger: logger,
	}, nil
}

// baseURL checks an address and gives it without a trailing slash.
func baseURL(address, fallback string) (string, error) {
	if address == "" {
		return fallback, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		// The address itself may hold a password: keep it out of the error.
		return "", errors.New("want http(s)://host or http(s)://host/path")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("want no user, query or fragment in it")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// Budget tells how many calls are left until resets, out of limit; all zero
// before the first answer. PagerDuty allows 960 a minute for each account
// token ("REST API Rate Limits"); below a fifth a poller should slow down.
func (c *Client) Budget() (remaining, limit int, resets time.Time) {
	return c.rest.budget()
}

// get reads path into the value behind into, or gives its body to a [decoder].
func (c *Client) get(ctx context.Context, call, path string, query url.Values, into any) error {
	return c.send(ctx, call, http.MethodGet, path+"?"+query.Encode(), nil, into)
}

// send makes one call of the REST API. A nil into leaves the answer's body
// unread: the status says all.
func (c *Client) send(ctx context.Context, call, method, path string, body, into any) error {
	return c.rest.pass(ctx, call, func(ctx context.Context) error {
		req, err := newRequest(ctx, method, c.base+path, body)
		if err != nil {
			return err
		}
		if method != http.MethodGet && c.from != "" {
			req.Header.Set("From", c.from)
		}
		resp, err := c.api.Do(req, true)
		if err != nil {
			return err
		}
		return readAnswer(resp, into)
	})
}

func newRequest(ctx context.Context, method, address string, body any) (*http.Request, error) {
	if body == nil {
		return http.NewRequestWithContext(ctx, method, address, nil)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	return http.NewRequestWithContext(ctx, method, address, bytes.NewReader(text))
}

func readAnswer(resp *http.Response, into any) error {
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return errStatus
	}
	text, err := io.ReadAll(resp.Body) // to its end, so that the connection is used again
	if into == nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	read, ok := into.(decoder)
	if !ok {
		read = func(text []byte) error { return json.Unmarshal(text, into) }
	}
	if err := read(text); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	return nil
}

// decoder takes an answer's body.
type decoder func(text []byte) error

// refuse is an error for what this package won't send.
func refuse(call, code, reason string) error {
	return &incident.CallError{Call: call, Outcome: incident.OutcomeRefused, Code: code, Reason: reason}
}
