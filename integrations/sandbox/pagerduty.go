package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// The credentials of the default world.
const (
	pagerDutyToken    = "pd-sandbox-token-0001"
	pagerDutyReadOnly = "pd-sandbox-token-read"
)

// PagerDuty emulates the REST API v2 and the Events API v2 of one account.
//
// On the wire it answers under one address: REST at the root, events at
// /v2/enqueue. Real PagerDuty refuses plain HTTP (documented, 2009); the
// sandbox speaks nothing else.
type PagerDuty struct {
	sb *Sandbox

	mu         sync.Mutex
	users      []*PagerDutyUser
	services   []*pdService
	policies   []*pdPolicy
	priorities []pdPriority
	incidents  []*pdIncident // in order of creation
	log        []*pdLogEntry // of the account, in order
	pending    []pdEvent     // accepted by the Events API, not ingested yet
	abilities  map[string]bool
	keys       map[string]bool // REST tokens; the value says whether it may write
	nextNumber int
	ingest     time.Duration
	down       bool
	restLimit  map[string]*fixedWindow // by token
	eventLimit map[string]*slidingWindow
}

func newPagerDuty(sb *Sandbox) *PagerDuty {
	p := &PagerDuty{
		sb:         sb,
		nextNumber: 4101,
		abilities:  map[string]bool{"teams": true, "urgencies": true, "coordinated_responding": true},
		keys:       map[string]bool{pagerDutyToken: true, pagerDutyReadOnly: false},
		restLimit:  map[string]*fixedWindow{},
		eventLimit: map[string]*slidingWindow{},
	}
	p.fillDefaultWorld()
	return p
}

func (p *PagerDuty) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, do := range p.routes() {
		mux.HandleFunc(pattern, do)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		p.sb.unexpected("pagerduty", r.Method+" "+r.URL.Path)
		pdError{http.StatusNotFound, 2100, "Not Found", nil}.write(w)
	})
	return p.sb.guard(vendor{
		name: "pagerduty",
		method: func(r *http.Request) string {
			if _, pattern := mux.Handler(r); pattern != "/" {
				return pattern
			}
			return r.Method + " " + r.URL.Path
		},
		limited: func(h http.Header, after time.Duration) string {
			setPagerDutyLimit(h, 960, 0, after)
			return `{"error":{"message":"Rate Limit Exceeded","code":2020}}`
		},
		refused: pdRefused,
		broken:  `{"error":{"message":"An internal error has occurred. PagerDuty team has been notified.","code":2000}}`, // documented
		down: func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.down
		},
	}, mux)
}

// routes are the calls that the emulator knows.
func (p *PagerDuty) routes() map[string]http.HandlerFunc {
	routes := map[string]http.HandlerFunc{"POST /v2/enqueue": p.enqueue}
	maps.Copy(routes, p.reads())
	maps.Copy(routes, p.writes())
	return routes
}

// Calls lists the calls that the emulator knows, as the ledger names them.
func (p *PagerDuty) Calls() []string { return slices.Sorted(maps.Keys(p.routes())) }

func (p *PagerDuty) env() map[string]string {
	return map[string]string{
		"FIREBREAK_PAGERDUTY_TOKEN":       pagerDutyToken,
		"FIREBREAK_PAGERDUTY_API_URL":     p.sb.base("pagerduty"),
		"FIREBREAK_PAGERDUTY_EVENTS_URL":  p.sb.base("pagerduty"),
		"FIREBREAK_PAGERDUTY_FROM":        "firebreak@example.com",
		"FIREBREAK_PAGERDUTY_ROUTING_KEY": p.RoutingKey("Identity"),
	}
}

// Down takes the whole of PagerDuty out (503 to everything) or brings it back.
// People's verbs still work: phones ring while the API is out.
func (p *PagerDuty) Down(out bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = out
}

// SetIngestDelay makes accepted events take effect only after d: the Events
// API is asynchronous (documented: "202 Accepted"), how slow is not published.
func (p *PagerDuty) SetIngestDelay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ingest = d
}

// SetAbility grants or takes an account ability, such as "teams"; what needs a
// missing one is answered 402 (documented).
func (p *PagerDuty) SetAbility(name string, has bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.abilities[name] = has
}

// lock takes the state and lets events whose time has come in.
func (p *PagerDuty) lock() (unlock func()) {
	p.mu.Lock()
	p.settle(time.Now())
	return p.mu.Unlock
}

// act writes a person's or the vendor's own act to the ledger.
func (p *PagerDuty) act(kind RecordKind, verb, actor string, inc *pdIncident, text string) {
	p.sb.Ledger.add(Record{
		Service: "pagerduty", Kind: kind, Method: verb, Actor: actor,
		Where: inc.service.Name, Ref: inc.id, Text: text,
	})
}
