package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
)

// callLimit bounds one call, from the moment its turn has come.
const callLimit = 10 * time.Second

// A 429 without a usable Retry-After holds its method for defaultHold; a
// longer Retry-After than longestHold is taken for a mistake. Slack's own
// are 1 to 60 s (docs.slack.dev, "Rate limits").
const (
	defaultHold = 5 * time.Second
	longestHold = 15 * time.Minute
)

// ask makes one call: waits for its turn, sends it, and judges what came
// back. lane is the channel for methods that Slack limits per channel, else
// empty. The answer is there whenever a call was made, with an error too.
//
// What send returns counts only when there was no answer at all: slack-go's
// own reading of an answer is stricter than what the effect depends on.
func (c *Client) ask(ctx context.Context, method, lane string, send func(context.Context) error) (*answer, error) {
	if err := c.pace.wait(ctx, method, lane); err != nil {
		return nil, err
	}
	a := new(answer)
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	err := send(a.attach(ctx))
	e := a.verdict(err)
	if e == nil {
		return a, nil
	}
	e.Call = "slack " + method
	if e.RetryAfter > 0 {
		c.pace.hold(method, e.RetryAfter)
	}
	return a, e
}

// read makes a call without slack-go, for answers whose parts are to stay
// raw, and decodes the answer into out.
func (c *Client) read(ctx context.Context, method string, form url.Values, out any) error {
	a, err := c.ask(ctx, method, "", func(ctx context.Context) error {
		return c.post(ctx, method, form)
	})
	if err != nil {
		return err
	}
	return a.decode(method, out)
}

func (c *Client) post(ctx context.Context, method string, form url.Values) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.bot)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// verdict judges a finished call: nil when Slack said ok.
func (a *answer) verdict(err error) *incident.CallError {
	switch {
	case a.status == 0:
		return a.unanswered(err)
	case a.status == http.StatusTooManyRequests:
		return limited(a.retryAfter())
	case a.status >= 500 || a.status == http.StatusRequestTimeout:
		return &incident.CallError{Code: a.httpCode(), Reason: "Slack had trouble of its own; whether it was done is not known."}
	case a.status >= 300 && a.status < 400:
		return refused(a.httpCode(), "The Slack API address answers with a redirect, which the bot does not follow: set FIREBREAK_SLACK_API_URL to the final address.")
	}
	return a.judgeBody()
}

// judgeBody judges an answer that carries Slack's own word in its body.
func (a *answer) judgeBody() *incident.CallError {
	var word word
	if a.readErr != nil || json.Unmarshal(a.body, &word) != nil {
		if a.status >= 400 {
			return refused(a.httpCode(), fmt.Sprintf("The Slack API address answered HTTP %d: check FIREBREAK_SLACK_API_URL and any proxy in between.", a.status))
		}
		return &incident.CallError{
			Code: "unreadable_answer", Err: a.readErr,
			Reason: "Slack's answer could not be read; whether it was done is not known.",
		}
	}
	if word.OK {
		return nil
	}
	return word.judge(a)
}

// word is what every answer of the Web API begins with.
type word struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Needed   string `json:"needed"`
	Metadata struct {
		Messages []string `json:"messages"`
	} `json:"response_metadata"`
}

// judge says what an ok:false means for the effect.
func (w word) judge(a *answer) *incident.CallError {
	code := cleanCode(w.Error)
	switch code {
	case "":
		return &incident.CallError{Code: "unreadable_answer", Reason: "Slack's answer says neither yes nor no; whether it was done is not known."}
	case "ratelimited", "rate_limited", "too_many_requests":
		return limited(a.retryAfter())
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		// Slack's reference: "It's possible some aspect of the operation
		// succeeded before the error was raised."
		return &incident.CallError{Code: code, Reason: "Slack had trouble of its own; whether it was done is not known."}
	}
	return refused(code, w.reason(code))
}

// unanswered judges a call that got no answer: it surely did not happen
// when no connection was ever there to carry it.
func (a *answer) unanswered(err error) *incident.CallError {
	err = withoutURL(err)
	if (a.traced.Load() && !a.connected.Load()) || beforeSending(err) {
		return &incident.CallError{Outcome: incident.OutcomeNotDone, Err: err, Reason: "Slack could not be reached."}
	}
	reason := "The connection to Slack broke before it answered; whether it was done is not known."
	if errors.Is(err, context.DeadlineExceeded) {
		reason = "Slack did not answer in time; whether it was done is not known."
	}
	return &incident.CallError{Err: err, Reason: reason}
}

func limited(after time.Duration) *incident.CallError {
	return &incident.CallError{
		Outcome: incident.OutcomeNotDone, Code: "ratelimited", RetryAfter: after,
		Reason: "Slack asked the bot to slow down.",
	}
}

func refused(code, reason string) *incident.CallError {
	return &incident.CallError{Outcome: incident.OutcomeRefused, Code: code, Reason: reason}
}

// withoutURL drops what net/http says around the cause, URL included.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// cleanCode keeps an error code fit for logs, whatever stands in the answer.
func cleanCode(code string) string {
	if len(code) > 64 {
		code = code[:64]
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '?'
	}, code)
}

func (a *answer) httpCode() string { return "http_" + strconv.Itoa(a.status) }

func (a *answer) retryAfter() time.Duration {
	seconds, err := strconv.ParseInt(strings.TrimSpace(a.header.Get("Retry-After")), 10, 32)
	if err != nil || seconds < 0 {
		return defaultHold
	}
	return min(cmp.Or(time.Duration(seconds)*time.Second, time.Second), longestHold)
}

// scopes reads the scopes of the token used.
func (a *answer) scopes() []string {
	return strings.FieldsFunc(a.header.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
}

// decode reads the fields a caller needs. Slack has already said ok, so the
// effect may well have happened: an answer that lacks them is unknown.
func (a *answer) decode(method string, out any) error {
	if err := json.Unmarshal(a.body, out); err != nil {
		return unreadable(method, err)
	}
	return nil
}

func unreadable(method string, err error) error {
	return &incident.CallError{
		Call: "slack " + method, Code: "unreadable_answer", Err: err,
		Reason: "Slack's answer lacks what the bot needs to know.",
	}
}
