package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// GitLabUser is an account.
type GitLabUser struct {
	ID       int
	Username string
	Name     string
	Email    string
	// PublicEmail is the address shown on the profile; empty, as GitLab has it
	// for new accounts (assumed), unless somebody chose one.
	PublicEmail string
	Bot         bool
}

type glProject struct {
	id      int
	path    string
	name    string
	role    map[int]int // user id to role
	labels  []*glLabel
	uploads []GitLabUpload
	nextIID int
}

type glLabel struct {
	id          int
	name, color string
	description string
}

// fillDefaultWorld makes the bot, the residents,
// the bot's project, and a private project that the bot must not see.
func (g *GitLab) fillDefaultWorld() {
	ours := &glProject{id: 4201, path: gitlabProjectPath, name: "incidents", role: map[int]int{}}
	strangers := &glProject{id: 4202, path: "finance/ledger", name: "ledger", role: map[int]int{}}
	g.projects = []*glProject{ours, strangers}
	g.bot = g.addUser("firebreak-bot", "Firebreak Bot", true)
	ours.role[g.bot.ID] = RoleReporter // the least that creates confidential issues and labels (assumed)
	for _, r := range residents() {
		u := g.addUser(r.handle, r.name, false)
		ours.role[u.ID] = RoleMaintainer
		if r.handle != "jo" { // jo shows none
			u.PublicEmail = u.Email
		}
	}
	stranger := g.addUser("stranger", "A Stranger", false)
	strangers.role[stranger.ID] = RoleMaintainer
}

func (g *GitLab) addUser(username, name string, bot bool) *GitLabUser {
	u := &GitLabUser{ID: g.id("user", 100), Username: username, Name: name, Email: username + "@example.com", Bot: bot}
	g.users = append(g.users, u)
	return u
}

// AddUser adds a person with a role in the bot's project.
func (g *GitLab) AddUser(username, name string, role int) GitLabUser {
	g.mu.Lock()
	defer g.mu.Unlock()
	u := g.addUser(username, name, false)
	g.projects[0].role[u.ID] = role
	return *u
}

// SetRole changes the bot's role in its project; RoleNone makes the project
// invisible to it.
func (g *GitLab) SetRole(role int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.projects[0].role[g.bot.ID] = role
}

// RenameProject lets somebody change the path of the bot's project. Calls for
// the old path are a 404: the API's redirect of GETs is not relied on
// (assumed).
func (g *GitLab) RenameProject(path string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.projects[0].path = path
}

// RevokeToken makes the bot's token unknown, as revoking or expiry does, or
// known again.
func (g *GitLab) RevokeToken(revoked bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if delete(g.tokens, gitlabToken); !revoked {
		g.tokens[gitlabToken] = "api"
	}
}

// Bot returns the account that the default token belongs to.
func (g *GitLab) Bot() GitLabUser { return *g.bot }

// Users returns who has a role in the bot's project, the bot first.
func (g *GitLab) Users() []GitLabUser {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := []GitLabUser{}
	for _, u := range g.users {
		if g.projects[0].role[u.ID] != RoleNone || u == g.bot {
			out = append(out, *u)
		}
	}
	return out
}

// ReadOnlyToken returns a token of the bot with scope read_api only.
func (g *GitLab) ReadOnlyToken() string { return gitlabReadToken }

func (g *GitLab) user(name string) *GitLabUser {
	u := g.userNamed(name)
	if u == nil {
		panic(fmt.Sprintf("sandbox: GitLab knows no user %q", name))
	}
	return u
}

// userNamed finds an account by username or e-mail; nil when there is none.
func (g *GitLab) userNamed(name string) *GitLabUser {
	for _, u := range g.users {
		if strings.EqualFold(u.Username, strings.TrimPrefix(name, "@")) || strings.EqualFold(u.Email, name) {
			return u
		}
	}
	return nil
}

func (g *GitLab) userByID(id int) *GitLabUser {
	for _, u := range g.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

func (g *GitLab) getSelf(c glCall) error {
	out := g.userJSON(c.by)
	out["email"] = c.by.Email
	out["bot"] = c.by.Bot
	writeJSON(c.w, 200, out)
	return nil
}

// getUsers serves ?username= (exact, documented) and ?search=, which looks at
// names, usernames and public addresses (documented); an address must be the
// whole one (observed).
func (g *GitLab) getUsers(c glCall) error {
	q := c.r.URL.Query()
	var rows []any
	for _, u := range g.users {
		switch {
		case q.Has("username") && !strings.EqualFold(q.Get("username"), u.Username),
			q.Has("search") && !u.matches(q.Get("search")):
			continue
		}
		rows = append(rows, g.userJSON(u))
	}
	return g.writePage(c, rows)
}

func (u *GitLabUser) matches(search string) bool {
	return strings.Contains(strings.ToLower(u.Name+" "+u.Username), strings.ToLower(search)) ||
		u.PublicEmail != "" && strings.EqualFold(u.PublicEmail, search)
}

// getUser tells one account; only its public address, unless to
// administrators (documented).
func (g *GitLab) getUser(c glCall) error {
	u := g.userByID(glParams{"id": c.r.PathValue("user_id")}.number("id"))
	if u == nil {
		return glMessage(http.StatusNotFound, "404 User Not Found")
	}
	out := g.userJSON(u)
	out["public_email"], out["bot"], out["job_title"] = u.PublicEmail, u.Bot, ""
	writeJSON(c.w, http.StatusOK, out)
	return nil
}

func (g *GitLab) getVersion(c glCall) error {
	writeJSON(c.w, 200, map[string]any{"version": "18.5.0", "revision": "sandbox"})
	return nil
}

func (g *GitLab) getProject(c glCall) error {
	writeJSON(c.w, 200, map[string]any{
		"id": c.project.id, "name": c.project.name, "path": c.project.name,
		"path_with_namespace": c.project.path, "visibility": "private", "issues_enabled": true,
		"web_url":     g.sb.base("gitlab") + "/" + c.project.path,
		"permissions": map[string]any{"project_access": map[string]any{"access_level": c.role()}},
	})
	return nil
}

func (g *GitLab) userJSON(u *GitLabUser) map[string]any {
	return map[string]any{
		"id": u.ID, "username": u.Username, "name": u.Name, "state": "active",
		"avatar_url": nil, "web_url": g.sb.base("gitlab") + "/" + u.Username,
	}
}

func (g *GitLab) userOrNull(u *GitLabUser) any {
	if u == nil {
		return nil
	}
	return g.userJSON(u)
}
