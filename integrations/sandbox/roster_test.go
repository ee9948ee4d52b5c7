package sandbox_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"firebreak/integrations/sandbox"
)

// The services tell who is in them without being called by a client.
func TestRosters(t *testing.T) {
	sb := sandbox.New(sandbox.Options{})
	defer sb.Close()
	pd, gl := sb.PagerDuty, sb.GitLab
	mail := pd.AddService("Mail")
	pd.OnCall("Mail", 2, "kim", "sam")
	pd.OnCall("Payments API", 2)
	gl.AddUser("nia", "Nia Lone", sandbox.RoleDeveloper)
	gl.AddUser("gone", "Of No Role", sandbox.RoleNone)
	group := sb.Slack.AddGroup(sandbox.UserGroup{Handle: "responders", Name: "Responders", Users: []string{"kim"}})

	on := map[string][][]string{}
	for _, s := range pd.Services() {
		on[s.Name] = s.Levels
		want(t, "id of "+s.Name, s.ID, pd.ServiceID(s.Name))
	}
	want(t, "the last made", pd.Services()[3].ID, mail)
	wantSame(t, "on call", on, map[string][][]string{
		"Edge firewall": {{"alex@example.com"}, {"sam@example.com"}},
		"Identity":      {{"sam@example.com"}, {"kim@example.com"}},
		"Payments API":  {{"kim@example.com"}, {}},
		"Mail":          {{}, {"kim@example.com", "sam@example.com"}},
	})
	var names []string
	for _, u := range pd.People() {
		names = append(names, u.Name)
		want(t, "id of "+u.Name, u.ID, pd.UserID(u.Email))
	}
	wantSame(t, "PagerDuty", names, []string{"Alex Moreno", "Sam Okafor", "Kim Larsen", "Jo Tanaka", "Firebreak Bot"})
	names = nil
	for _, u := range gl.Users() {
		names = append(names, u.Username)
	}
	wantSame(t, "GitLab", names, []string{"firebreak-bot", "alex", "sam", "kim", "jo", "nia"})
	wantSame(t, "groups", sb.Slack.Groups(), []sandbox.UserGroup{group})
	sb.Slack.Groups()[0].Users[0] = "somebody else"
	wantSame(t, "groups are copies", sb.Slack.Groups(), []sandbox.UserGroup{group})
	want(t, "nothing is in the ledger", len(sb.Ledger.Read()), 0)
}

func wantSame(t *testing.T, name string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// A person has one name, wherever one looks.
func TestResidentsHaveOneName(t *testing.T) {
	sb := sandbox.New(sandbox.Options{})
	defer sb.Close()
	names, known := map[string]string{}, 0
	for _, u := range sb.Slack.Users() {
		names[u.Email] = u.RealName
	}
	for _, u := range sb.PagerDuty.People() {
		if name := names[u.Email]; name != "" {
			known++
			want(t, "PagerDuty's "+u.Email, u.Name, name)
		}
	}
	for _, u := range sb.GitLab.Users() {
		if name := names[u.Email]; name != "" {
			known++
			want(t, "GitLab's "+u.Email, u.Name, name)
		}
	}
	want(t, "accounts of Slack's people", known, 8)
}

// The app is told to its own client by the same ids and names.
func TestSlackNamesItself(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		token := "Authorization: Bearer " + w.env["FIREBREAK_SLACK_BOT_TOKEN"]
		api := w.env["FIREBREAK_SLACK_API_URL"]
		team, err := w.try("POST", api+"team.info", "", token)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "team", team.at("team", "name"), w.Slack.TeamName())
		bot, err := w.try("POST", api+"users.info?user="+w.Slack.Bot().ID, "", token)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "app", bot.at("user", "profile", "api_app_id"), w.Slack.AppID())
	})
}
