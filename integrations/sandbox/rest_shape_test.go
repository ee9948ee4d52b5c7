package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// rest calls PagerDuty or GitLab as the bot and insists on a status; the
// ledger has the answer.
func (r *rig) rest(status int, service, call, body string) {
	r.t.Helper()
	method, at, _ := strings.Cut(call, " ")
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.sb.base(service)+at, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "From": "firebreak@example.com", "Authorization": "Token token=" + pagerDutyToken,
		"Accept": "application/vnd.pagerduty+json;version=2", "PRIVATE-TOKEN": gitlabToken,
	} {
		req.Header.Set(name, value)
	}
	res, err := r.http.Do(req)
	if err != nil {
		r.t.Fatalf("%s: %v", call, err)
	}
	defer res.Body.Close()
	if res.StatusCode != status {
		r.t.Errorf("%s: %d, want %d", call, res.StatusCode, status)
	}
}

// answers compares every answer that the ledger has of a service, which must
// be to all calls; own gives the sort and the samples of a call's answer.
func (c *comparison) answers(r *rig, service string, calls []string, own func(what string) (string, []string)) {
	called := map[string]bool{}
	for _, rec := range r.sb.Ledger.Of(service, RecordRequest) {
		said, err := parsed(rec.Reply)
		if err != nil {
			c.t.Errorf("%s answered %s", rec.Method, rec.Reply)
			continue
		}
		what := rec.Method
		if rec.Status < 300 {
			called[what] = true
		} else {
			what = "refusal"
		}
		sort, names := own(what)
		list, isList := said.([]any) // GitLab's: its items are compared
		if !isList {
			list = []any{said}
		}
		for _, item := range list {
			c.check(what, sort, item, names)
		}
	}
	same(c.t, "routes that answered", slices.Collect(maps.Keys(called)), calls)
}
