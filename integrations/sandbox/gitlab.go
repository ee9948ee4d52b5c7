package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// The tokens of the default world. All belong to the bot.
const (
	gitlabToken     = "glpat-sandbox-api-0001"
	gitlabReadToken = "glpat-sandbox-read-0001" // scope read_api
)

// gitlabProjectPath is the project that the bot works in.
const gitlabProjectPath = "security/incidents"

// GitLab roles (documented numbers).
const (
	RoleNone       = 0
	RoleGuest      = 10
	RolePlanner    = 15
	RoleReporter   = 20
	RoleDeveloper  = 30
	RoleMaintainer = 40
)

// GitLab emulates the REST API v4 of one instance: one group "security" with
// the project "security/incidents", and a private project of strangers. It
// keeps issues, notes, links and labels, and executes quick actions as the
// real one does (see quickEngine).
type GitLab struct {
	sb *Sandbox

	mu       sync.Mutex
	users    []*GitLabUser
	bot      *GitLabUser
	tokens   map[string]string // token to scope
	projects []*glProject
	issues   []*glIssue // of all projects, in order of creation
	links    []glLink
	hooks    []*glHook
	nextID   map[string]int // per kind of object
	clock    time.Time      // last time given out: updated_at never repeats
	down     bool
	calls    fixedWindow
	creating slidingWindow // issues and notes
}

func newGitLab(sb *Sandbox) *GitLab {
	g := &GitLab{
		sb:     sb,
		tokens: map[string]string{gitlabToken: "api", gitlabReadToken: "read_api"},
		nextID: map[string]int{},
	}
	g.fillDefaultWorld()
	return g
}

// routes are the calls that the emulator knows.
func (g *GitLab) routes() map[string]func(glCall) error {
	const project = "/api/v4/projects/{id}"
	const issue = project + "/issues/{iid}"
	return map[string]func(glCall) error{
		"GET /api/v4/user":                  g.getSelf,
		"GET /api/v4/users":                 g.getUsers,
		"GET /api/v4/users/{user_id}":       g.getUser,
		"GET /api/v4/version":               g.getVersion,
		"GET " + project:                    g.getProject,
		"GET /api/v4/issues":                g.getIssues,
		"GET " + project + "/issues":        g.getIssues,
		"POST " + project + "/issues":       g.postIssue,
		"GET " + issue:                      g.getIssue,
		"PUT " + issue:                      g.putIssue,
		"GET " + issue + "/notes":           g.getNotes,
		"POST " + issue + "/notes":          g.postNote,
		"GET " + issue + "/notes/{note_id}": g.getNote,
		"PUT " + issue + "/notes/{note_id}": g.putNote,
		"GET " + issue + "/links":           g.getLinks,
		"POST " + issue + "/links":          g.postLink,
		"GET " + project + "/labels":        g.getLabels,
		"POST " + project + "/labels":       g.postLabel,
		"POST " + project + "/uploads":      g.postUpload,
	}
}

// Calls lists the calls that the emulator knows, as the ledger names them.
func (g *GitLab) Calls() []string { return slices.Sorted(maps.Keys(g.routes())) }

func (g *GitLab) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, do := range g.routes() {
		mux.Handle(pattern, g.rest(do))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		g.sb.unexpected("gitlab", r.Method+" "+r.URL.Path)
		writeJSON(w, http.StatusNotFound, map[string]any{"error": "404 Not Found"})
	})
	return g.sb.guard(vendor{
		name: "gitlab",
		method: func(r *http.Request) string {
			if _, pattern := mux.Handler(r); pattern != "/" {
				return pattern
			}
			return r.Method + " " + r.URL.Path
		},
		limited: func(h http.Header, after time.Duration) string {
			setGitLabLimit(h, 2000, 0, after)
			return `{"message":{"error":"This endpoint has been requested too many times. Try again later."}}`
		},
		refused: func(code string) (int, string) { return refusedByStatus(code, `{"message":"%d %s"}`) },
		broken:  `{"message":"502 Bad Gateway"}`,
		down: func() bool {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.down
		},
	}, mux)
}

func (g *GitLab) env() map[string]string {
	return map[string]string{
		"FIREBREAK_GITLAB_URL":     g.sb.base("gitlab"),
		"FIREBREAK_GITLAB_TOKEN":   gitlabToken,
		"FIREBREAK_GITLAB_PROJECT": gitlabProjectPath,
	}
}

// Down takes GitLab out (503 to everything) or brings it back.
func (g *GitLab) Down(out bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = out
}

// now gives out a time in milliseconds, later than every one before, so that
// updated_at orders changes even within one millisecond.
func (g *GitLab) now() time.Time {
	t := time.Now().UTC().Truncate(time.Millisecond)
	if !t.After(g.clock) {
		t = g.clock.Add(time.Millisecond)
	}
	g.clock = t
	return t
}

// id counts one kind of object, from a base that keeps ids and iids apart.
func (g *GitLab) id(kind string, base int) int {
	g.nextID[kind]++
	return base + g.nextID[kind]
}

// act writes an effect or a person's act to the ledger.
func (g *GitLab) act(kind RecordKind, verb, actor string, is *glIssue, text string) {
	g.sb.Ledger.add(Record{
		Service: "gitlab", Kind: kind, Method: verb, Actor: actor,
		Where: is.project.path, Ref: is.ref(), Text: text,
	})
}
