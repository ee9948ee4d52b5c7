package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Slack emulates one workspace with one installed app, the bot under test: its
// Web API, its Socket Mode connections, and the people who use the workspace.
//
// One mutex guards all state. A change, the events that tell of it and its
// ledger records are made under it in one go, so they have one order.
type Slack struct {
	sb *Sandbox

	mu       sync.Mutex
	rng      *rand.Rand // which socket gets an envelope, and random delays
	closed   bool
	sequence int

	team    slackTeam
	app     slackApp
	app2    map[string]slackApp // other apps that post here, by name
	deny    string              // error code for every call with our tokens; empty: none
	users   []*slackUser
	chans   []*slackChannel
	teams   []*UserGroup
	files   map[string]*slackFile
	views   []View
	screens map[string][]*slackView   // what people have open, the top last
	homes   map[string]*slackView     // what the app published in people's Home tabs
	noHome  bool                      // the app's Home tab is switched off
	sights  map[slackSight]*slackHeld // what people put into messages

	whispers   []Ephemeral
	broadcasts []Message

	distributed bool
	buckets     map[string]*slackBucket
	refused     map[string]int // 429 answers by method

	agenda    slackAgenda
	tickets   map[string]time.Time // ticket to its expiry
	conns     []*slackConn
	pending   map[string]*slackSend // envelope id to what was sent
	inFlight  map[*slackDelivery]bool
	held      []*slackDelivery
	holding   bool
	jitter    time.Duration
	lifetime  time.Duration
	noPings   bool
	down      bool // the Web API answers 503
	dropped   int
	hourly    slackHour
	triggers  map[string]*slackTrigger
	responses map[string]*slackResponseURL
	upgrader  websocket.Upgrader
	wg        sync.WaitGroup
}

type slackTeam struct{ id, name, domain string }

// slackApp is an app with a bot user. The installed app's manifest is here.
type slackApp struct {
	id, botID, userID, name string
	appToken, botToken      string
	scopes                  []string
	events                  map[string]bool
	escape                  bool // should_escape of its commands
}

// defaultScopes and defaultEvents are the manifest of the installed app until
// a test narrows it.
var (
	defaultScopes = []string{
		"bookmarks:read", "bookmarks:write", "channels:history", "channels:join", "channels:manage", "channels:read",
		"chat:write", "commands", "files:read", "files:write", "groups:history", "groups:read", "groups:write",
		"pins:read", "pins:write", "reactions:read", "reactions:write", "team:read", "usergroups:read",
		"users:read", "users:read.email",
	}
	defaultEvents = []string{
		"app_home_opened", "app_uninstalled", "channel_archive", "channel_deleted", "channel_left", "channel_rename", "channel_shared",
		"channel_unarchive", "channel_unshared", "file_shared", "group_archive", "group_deleted", "group_left",
		"group_rename", "group_unarchive", "member_joined_channel", "member_left_channel", "message.channels",
		"message.groups", "pin_added", "pin_removed", "reaction_added", "reaction_removed", "tokens_revoked",
		"user_change",
	}
)

func newSlack(sb *Sandbox) *Slack {
	s := &Slack{
		sb:        sb,
		rng:       rand.New(rand.NewPCG(uint64(sb.opts.Seed), 0x736c61636b)),
		team:      slackTeam{id: "T" + sb.token(10), name: "Examplecorp", domain: "examplecorp"},
		app2:      map[string]slackApp{},
		files:     map[string]*slackFile{},
		buckets:   map[string]*slackBucket{},
		refused:   map[string]int{},
		tickets:   map[string]time.Time{},
		pending:   map[string]*slackSend{},
		inFlight:  map[*slackDelivery]bool{},
		triggers:  map[string]*slackTrigger{},
		responses: map[string]*slackResponseURL{},
		screens:   map[string][]*slackView{},
		homes:     map[string]*slackView{},
		sights:    map[slackSight]*slackHeld{},
		lifetime:  slackLifetime,
	}
	s.agenda.wake = make(chan struct{}, 1)
	s.agenda.stop = make(chan struct{})
	s.upgrader.CheckOrigin = func(*http.Request) bool { return true }
	s.app = slackApp{
		id: "A" + sb.token(10), botID: "B" + sb.token(10), userID: "U" + sb.token(10), name: "firebreak",
		appToken: "xapp-1-" + sb.token(24), botToken: "xoxb-" + sb.token(24),
		scopes: slices.Clone(defaultScopes), events: map[string]bool{}, escape: true,
	}
	for _, e := range defaultEvents {
		s.app.events[e] = true
	}
	s.seed()
	return s
}

// seed makes the default world: everyone is in #general, #incidents and
// #alerts except the stranger, who belongs to another workspace.
func (s *Slack) seed() {
	s.users = append(s.users, &slackUser{User: User{
		ID: s.app.userID, Name: s.app.name, RealName: s.app.name, TZ: "Etc/UTC", Bot: true, TeamID: s.team.id,
	}})
	for _, r := range residents() {
		s.addUser(User{Name: r.handle, RealName: r.name, Email: r.email(), TZ: r.zone})
	}
	for _, u := range []User{
		{Name: "guest", RealName: "Gus Guest", Email: "guest@contractor.example", TZ: "Europe/Berlin", Guest: true},
		{Name: "stranger", RealName: "Stella Stranger", Email: "stella@elsewhere.example", TZ: "Etc/UTC", TeamID: "T" + s.sb.token(10)},
	} {
		s.addUser(u)
	}
	for _, name := range []string{"general", "incidents", "alerts"} {
		ch := s.newChannel(name, false, s.mustUser("alex"))
		ch.general = name == "general"
		for _, u := range s.users {
			if u.TeamID == s.team.id {
				ch.members = append(ch.members, u.ID)
			}
		}
	}
}

// handler serves everything that lives under the workspace's address: the Web
// API, the websocket link, file bytes and response URLs.
func (s *Slack) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveMethod)
	mux.HandleFunc("GET /link/{$}", s.serveLink)
	mux.HandleFunc("POST /upload/v1/{id}", s.serveUpload)
	mux.HandleFunc("GET /files-pri/{rest...}", s.serveFile)
	mux.HandleFunc("POST /response/{id}", s.serveResponse)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.sb.unexpected("slack", r.Method+" "+r.URL.Path)
		http.NotFound(w, r)
	})
	s.mu.Lock()
	if !s.closed {
		s.wg.Go(s.keepAgenda)
	}
	s.mu.Unlock()
	return s.sb.guard(vendor{
		name:   "slack",
		method: slackMethodName,
		limited: func(h http.Header, after time.Duration) string {
			h.Set("Retry-After", fmt.Sprint(int(after.Seconds())))
			return `{"ok":false,"error":"ratelimited"}`
		},
		refused: func(code string) (int, string) {
			if status, err := strconv.Atoi(code); err == nil { // files and links speak HTTP
				return status, "<html><body>" + http.StatusText(status) + "</body></html>"
			}
			return http.StatusOK, string(mustJSON(slackOut{"ok": false, "error": code}))
		},
		// Observed: Slack's edge answers with HTML when the API is down.
		broken: "<html><head><title>Slack</title></head><body>Server Error</body></html>",
		down: func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.down
		},
	}, mux)
}

// slackMethodName names a request for the ledger and for Faults: the Web API
// method, or upload, download, response_url.
func slackMethodName(r *http.Request) string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch first {
	case "api":
		return rest
	case "upload":
		return "upload"
	case "files-pri":
		return "download"
	case "response":
		return "response_url"
	}
	return r.URL.Path
}

func (s *Slack) env() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]string{
		"FIREBREAK_SLACK_API_URL":         s.sb.base("slack") + "/api/",
		"FIREBREAK_SLACK_APP_TOKEN":       s.app.appToken,
		"FIREBREAK_SLACK_BOT_TOKEN":       s.app.botToken,
		"FIREBREAK_SLACK_CONTROL_CHANNEL": s.mustChannel("#incidents").id,
		"FIREBREAK_SLACK_ALERT_CHANNELS":  s.mustChannel("#alerts").id,
	}
}

// close ends sockets and timed work and waits for both.
func (s *Slack) close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	close(s.agenda.stop)
	for _, c := range slices.Clone(s.conns) {
		s.hangUp(c)
	}
	for d := range s.inFlight {
		if d.answer != nil {
			s.finish(d)
			d.answer(nil, "operation_timeout") // a verb waits for it
		}
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// id makes an identifier as Slack writes them.
func (s *Slack) id(prefix string) string { return prefix + "0" + s.sb.token(9) }

// note records what happened in the ledger.
func (s *Slack) note(kind RecordKind, method, actor, where, ref, text string) {
	s.sb.Ledger.add(Record{Service: "slack", Kind: kind, Method: method, Actor: actor, Where: where, Ref: ref, Text: text})
}
