package gitlab

//lint:file-ignore SA1019 go-gitlab is frozen in favour of gitlab.com/gitlab-org/api/client-go; it is used behind this door only, so that the change is one of this package.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	gl "github.com/xanzy/go-gitlab"

	"firebreak/incident"
)

const defaultURL = "https://gitlab.com"

// callTimeout bounds one call from connecting to the end of the body.
const callTimeout = 10 * time.Second

// Config says how to reach a project.
type Config struct {
	URL          string // empty: https://gitlab.com; may have a path
	Token        string // of a project, group or personal access token, scope api
	Project      string // path such as group/project, or id
	Confidential bool   // every issue is created confidential, whatever its draft says
	HTTP         *http.Client
	Logger       *slog.Logger
}

// Client talks to one GitLab project.
type Client struct {
	api          *gl.Client
	project      string
	confidential bool
	hold         hold
	logger       *slog.Logger

	mu   sync.Mutex
	self user // who the token belongs to; zero until asked
}

// New makes a client; it does not call GitLab yet.
func New(c Config) (*Client, error) { return newClient(c, maxAnswer) }

// newClient takes the largest answer in bytes.
func newClient(c Config, most int64) (*Client, error) {
	if c.Token == "" || c.Project == "" {
		return nil, errors.New("gitlab needs a token and a project")
	}
	base, err := baseURL(c.URL)
	if err != nil {
		return nil, fmt.Errorf("GitLab address: %w", err)
	}
	api, err := gl.NewClient(c.Token, gl.WithBaseURL(base), gl.WithHTTPClient(doorClient(c.HTTP, most)),
		gl.WithoutRetries(), gl.WithCustomLimiter(unpaced{}))
	if err != nil {
		return nil, fmt.Errorf("gitlab client: %w", err)
	}
	api.UserAgent = "firebreak"
	logger := c.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Client{api: api, project: c.Project, confidential: c.Confidential, logger: logger}, nil
}

// unpaced is no limiter: the library's own would set itself up once from the
// first answer's headers and then stay so. Retry-After is obeyed instead.
type unpaced struct{}

func (unpaced) Wait(context.Context) error { return nil }

func baseURL(address string) (string, error) {
	if address == "" {
		return defaultURL, nil
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

// path gives an API path below the project.
func (c *Client) path(parts ...any) string {
	var p strings.Builder
	p.WriteString("projects/" + gl.PathEscape(c.project))
	for _, part := range parts {
		fmt.Fprintf(&p, "/%v", part)
	}
	return p.String()
}

// send makes one call and decodes its answer into the value behind into. It
// gives the status of a successful answer.
func (c *Client) send(ctx context.Context, call, method, path string, opt, into any) (status int, err error) {
	return c.carry(ctx, call, func(with []gl.RequestOptionFunc) error {
		req, err := c.api.NewRequest(method, path, opt, with)
		if err != nil {
			return errUnwritten
		}
		_, err = c.api.Do(req, into)
		return err
	})
}

// errUnwritten says that a request could not even be written.
var errUnwritten = errors.New("the request could not be written")

// carry makes one call by do and judges what came of it.
func (c *Client) carry(ctx context.Context, call string, do func(with []gl.RequestOptionFunc) error) (status int, err error) {
	if wait := c.hold.left(); wait > 0 {
		return 0, rateLimited(call, wait)
	}
	timed, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	timed, a := withAttempt(timed)
	err = do([]gl.RequestOptionFunc{gl.WithContext(timed)})
	if errors.Is(err, errUnwritten) {
		return 0, refuse(call, "invalid_request", errUnwritten.Error())
	}
	if a.status == http.StatusTooManyRequests {
		return a.status, rateLimited(call, c.hold.start(a.header))
	}
	// The library takes 304 for success and then fails to decode its body.
	if err == nil || a.status == http.StatusNotModified {
		return a.status, nil
	}
	return a.status, outcome(timed, call, a, err)
}

type user struct {
	ID       int    `json:"id"`
	Username string `json:"username"`
}

// Self tells who the token belongs to. The answer is remembered.
func (c *Client) Self(ctx context.Context) (userID int, username string, err error) {
	const call = "gitlab get user"
	c.mu.Lock()
	known := c.self
	c.mu.Unlock()
	if known.ID != 0 {
		return known.ID, known.Username, nil
	}
	var u user
	if _, err := c.send(ctx, call, http.MethodGet, "user", nil, &u); err != nil {
		return 0, "", err
	}
	if u.ID == 0 {
		return 0, "", &incident.CallError{Call: call, Code: "no_user", Reason: "GitLab's answer names no user"}
	}
	c.mu.Lock()
	c.self = u
	c.mu.Unlock()
	return u.ID, u.Username, nil
}

// refuse is an error for what this package won't send, or what GitLab did
// differently in a way that repeating won't change.
func refuse(call, code, reason string) error {
	return &incident.CallError{Call: call, Outcome: incident.OutcomeRefused, Code: code, Reason: reason}
}
