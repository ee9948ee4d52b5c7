package main

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

var update = flag.Bool("update", false, "rewrite the generated parts of the documents")

// tokens is the least that serve needs.
func tokens(more ...string) map[string]string {
	return ours(append([]string{"FIREBREAK_SLACK_APP_TOKEN=xapp-1", "FIREBREAK_SLACK_BOT_TOKEN=xoxb-1"}, more...))
}

func TestLoadDefaults(t *testing.T) {
	s := load(tokens())
	if len(s.Problems)+len(s.Warnings) > 0 {
		t.Fatalf("problems %v, warnings %v", s.Problems, s.Warnings)
	}
	want := Config{
		SlackAppToken: "xapp-1", SlackBotToken: "xoxb-1",
		SlackAPIURL: "https://slack.com/api/", SlackCommand: "/inc",
		PinEmoji: List{"pushpin", "round_pushpin"}, PrivateChannels: true,
		PagerDutyAPIURL: "https://api.pagerduty.com", PagerDutyEventsURL: "https://events.pagerduty.com",
		PagerDutyUrgencies: List{"high", "low"},
		PagerDutySeverities: Severities{
			"P1": incident.SEV1, "P2": incident.SEV2, "P3": incident.SEV3, "P4": incident.SEV4, "P5": incident.SEV4,
			"high": incident.SEV2, "low": incident.SEV3,
		},
		PagerDutyPollInterval: 5 * time.Second, StormPages: 30,
		GitLabURL: "https://gitlab.com", GitLabConfidential: true, GitLabSyncInterval: 30 * time.Second,
		DatabaseURL: "sqlite:firebreak.db", EvidenceMaxFile: 256 << 20, EvidenceQuota: 3 << 30, CheckpointInterval: time.Hour, Listen: "127.0.0.1:8080",
		OpenLevel: "medium", IndicatorsPrivate: true, Rules: List{"builtin"}, Playbooks: List{"builtin"}, LogFormat: "json",
	}
	if diff := cmp.Diff(revealed(want), revealed(s.Config)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// revealed makes a Config comparable: cmp would print secrets as stars.
func revealed(c Config) string {
	type plain Config
	p := plain(c)
	return fmt.Sprintf("%+v app=%s bot=%s", p, c.SlackAppToken.Reveal(), c.SlackBotToken.Reveal())
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name    string
		set     string
		problem string // start of the only problem
	}{
		{"tokens swapped", "FIREBREAK_SLACK_APP_TOKEN=xoxb-1", "FIREBREAK_SLACK_APP_TOKEN does not start with xapp-"},
		{"blank within token", "FIREBREAK_SLACK_BOT_TOKEN=xoxb-1 2", "FIREBREAK_SLACK_BOT_TOKEN holds a blank"},
		{"no URL", "FIREBREAK_SLACK_API_URL=slack.com", "FIREBREAK_SLACK_API_URL is no web address"},
		{"password in URL", "FIREBREAK_GITLAB_URL=https://u:hunter2@git.example", "FIREBREAK_GITLAB_URL holds a user name or password"},
		{"other scheme", "FIREBREAK_PAGERDUTY_API_URL=ftp://x/", "FIREBREAK_PAGERDUTY_API_URL is no web address"},
		{"command without slash", "FIREBREAK_SLACK_COMMAND=inc", "FIREBREAK_SLACK_COMMAND is \"inc\""},
		{"channel by name", "FIREBREAK_SLACK_CONTROL_CHANNEL=#security", "FIREBREAK_SLACK_CONTROL_CHANNEL holds \"#security\""},
		{"alert channel by name", "FIREBREAK_SLACK_ALERT_CHANNELS=C1,alerts", "FIREBREAK_SLACK_ALERT_CHANNELS holds \"alerts\""},
		{"group as admin", "FIREBREAK_SLACK_ADMINS=S1", "FIREBREAK_SLACK_ADMINS holds \"S1\""},
		{"invite by name", "FIREBREAK_SLACK_INVITE=@sam", "FIREBREAK_SLACK_INVITE holds \"@sam\""},
		{"emoji with blank", "FIREBREAK_PIN_EMOJI=push pin", "FIREBREAK_PIN_EMOJI holds \"push pin\""},
		{"boolean", "FIREBREAK_PRIVATE_CHANNELS=maybe", "FIREBREAK_PRIVATE_CHANNELS is \"maybe\""},
		{"duration without unit", "FIREBREAK_PAGERDUTY_POLL_INTERVAL=5", "FIREBREAK_PAGERDUTY_POLL_INTERVAL is \"5\""},
		{"duration too short", "FIREBREAK_GITLAB_SYNC_INTERVAL=1ns", "FIREBREAK_GITLAB_SYNC_INTERVAL is \"1ns\""},
		{"urgency", "FIREBREAK_PAGERDUTY_URGENCIES=high,urgent", "FIREBREAK_PAGERDUTY_URGENCIES names \"urgent\""},
		{"severity out of range", "FIREBREAK_PAGERDUTY_SEVERITIES=P1=5", "FIREBREAK_PAGERDUTY_SEVERITIES cannot be read, \"P1=5\""},
		{"severity twice", "FIREBREAK_PAGERDUTY_SEVERITIES=P1=1,P1=2", "FIREBREAK_PAGERDUTY_SEVERITIES cannot be read, \"P1\" stands"},
		{"from", "FIREBREAK_PAGERDUTY_FROM=sam", "FIREBREAK_PAGERDUTY_FROM is \"sam\""},
		{"token without project", "FIREBREAK_GITLAB_TOKEN=glpat-x", "FIREBREAK_GITLAB_PROJECT is not set though"},
		{"project without token", "FIREBREAK_GITLAB_PROJECT=sec/ir", "FIREBREAK_GITLAB_TOKEN is not set though"},
		{"postgres", "FIREBREAK_DATABASE_URL=postgres://u:hunter2@h/db", "FIREBREAK_DATABASE_URL names a PostgreSQL database"},
		{"database without path", "FIREBREAK_DATABASE_URL=sqlite:", "FIREBREAK_DATABASE_URL names no SQLite file"},
		{"address without port", "FIREBREAK_LISTEN=localhost", "FIREBREAK_LISTEN is \"localhost\""},
		{"port out of range", "FIREBREAK_LISTEN=:65536", "FIREBREAK_LISTEN is \":65536\""},
		{"log level", "FIREBREAK_LOG_LEVEL=loud", "FIREBREAK_LOG_LEVEL is \"loud\""},
		{"log format", "FIREBREAK_LOG_FORMAT=xml", "FIREBREAK_LOG_FORMAT is \"xml\""},
		{"pages below zero", "FIREBREAK_STORM_PAGES=-1", "FIREBREAK_STORM_PAGES is \"-1\""},
		{"no file", "FIREBREAK_GITLAB_TOKEN_FILE=/does/not/exist", "FIREBREAK_GITLAB_TOKEN_FILE cannot be used"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := load(tokens(tt.set))
			if len(s.Problems) != 1 || !strings.HasPrefix(s.Problems[0].String(), tt.problem) {
				t.Fatalf("got %v, want one that starts with %q", s.Problems, tt.problem)
			}
			if s.Problems[0].Fix == "" {
				t.Error("no fix")
			}
			if strings.Contains(s.Problems[0].String(), "hunter2") {
				t.Errorf("shows a password: %v", s.Problems[0])
			}
		})
	}
}

func TestLoadListsAllProblems(t *testing.T) {
	s := load(ours([]string{
		"FIREBREAK_PRIVATE_CHANNELS=maybe", "FIREBREAK_PAGERDUTY_POLL_INTERVAL=5", "FIREBREAK_STORM_PAGES=many",
		"FIREBREAK_LOG_LEVEL=loud", "FIREBREAK_DATABASE_URL=mysql://x",
	}))
	var names []string
	for _, p := range s.Problems {
		names = append(names, strings.TrimPrefix(p.Name, prefix))
	}
	want := []string{
		"PRIVATE_CHANNELS", "PAGERDUTY_POLL_INTERVAL", "STORM_PAGES", "LOG_LEVEL",
		"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "DATABASE_URL",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Somebody else's variables of the same name without the prefix are not ours.
func TestLoadReadsOnlyPrefixedNames(t *testing.T) {
	var environ []string
	for _, v := range variables() {
		bare := strings.TrimPrefix(v.Name, prefix)
		t.Setenv(bare, "stray")
		environ = append(environ, bare+"=stray")
	}
	got, want := load(tokens(environ...)), load(tokens())
	if diff := cmp.Diff(revealed(want.Config), revealed(got.Config)); diff != "" || len(got.Problems) > 0 {
		t.Errorf("problems %v, -want +got:\n%s", got.Problems, diff)
	}
}

// What is given counts, not what the process happens to have.
func TestLoadIgnoresProcessEnvironment(t *testing.T) {
	t.Setenv("FIREBREAK_SLACK_COMMAND", "/other")
	if got := load(tokens()).SlackCommand; got != "/inc" {
		t.Errorf("SlackCommand = %q", got)
	}
	if got := os.Getenv("FIREBREAK_SLACK_COMMAND"); got != "/other" {
		t.Errorf("the process's own value became %q", got)
	}
	if got, ok := os.LookupEnv("FIREBREAK_SLACK_BOT_TOKEN"); ok {
		t.Errorf("a token stayed in the process's environment: %q", got)
	}
}

func TestLoadFiles(t *testing.T) {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, v := range variables() {
		t.Run(v.Name, func(t *testing.T) {
			both := load(tokens(v.Name+"=x", v.Name+"_FILE="+file("y")))
			if both.Problems[0].Wrong != "and "+v.Name+"_FILE are both set" {
				t.Errorf("both set: %v", both.Problems)
			}
		})
	}
	s := load(tokens("FIREBREAK_GITLAB_TOKEN_FILE="+file("glpat-1\r\n"), "FIREBREAK_GITLAB_PROJECT_FILE="+file("sec/ir\n")))
	if s.GitLabToken.Reveal() != "glpat-1" || s.GitLabProject != "sec/ir" || len(s.Problems) > 0 {
		t.Errorf("got %q %q %v", s.GitLabToken.Reveal(), s.GitLabProject, s.Problems)
	}
	for name, text := range map[string]string{"empty": "\n", "huge": strings.Repeat("x", maxSecretFile+1), "binary": "a\x00b"} {
		if s := load(tokens("FIREBREAK_ALERTS_TOKEN_FILE=" + file(text))); len(s.Problems) != 1 {
			t.Errorf("%s file: %v", name, s.Problems)
		}
	}
}

func TestLoadWarns(t *testing.T) {
	tests := []struct{ set, warning string }{
		{"FIREBREAK_PIN_EMOJIS=x", "FIREBREAK_PIN_EMOJIS is not a variable of firebreak; did you mean FIREBREAK_PIN_EMOJI?"},
		{"FIREBREAK_SOMETHING_ELSE=x", "FIREBREAK_SOMETHING_ELSE is not a variable of firebreak"},
		{"FIREBREAK_PLAYBOOKS=x", "FIREBREAK_PLAYBOOKS is set, but what it is for comes later"},
		{"FIREBREAK_GITLAB_URL=http://git.example", "FIREBREAK_GITLAB_URL is http:// to another machine: tokens travel unencrypted"},
	}
	for _, tt := range tests {
		s := load(tokens(tt.set))
		if diff := cmp.Diff([]string{tt.warning}, s.Warnings); diff != "" || len(s.Problems) > 0 {
			t.Errorf("%s: problems %v, -want +got:\n%s", tt.set, s.Problems, diff)
		}
	}
	if s := load(tokens("FIREBREAK_SLACK_API_URL=http://127.0.0.1:9/api", "FIREBREAK_GITLAB_URL=http://[::1]:9")); len(s.Warnings) > 0 {
		t.Errorf("loopback: %v", s.Warnings)
	}
}

func TestLoadTidies(t *testing.T) {
	s := load(tokens("FIREBREAK_SLACK_API_URL=http://localhost:9/api", "FIREBREAK_PIN_EMOJI= :eyes: ,,star", "FIREBREAK_SLACK_INVITE=", "FIREBREAK_DATABASE_URL=sqlite:///data/f.db"))
	if len(s.Problems) > 0 {
		t.Fatal(s.Problems)
	}
	if s.SlackAPIURL != "http://localhost:9/api/" || s.PinEmoji.String() != "eyes,star" || s.SlackInvite != nil || s.DatabasePath() != "/data/f.db" {
		t.Errorf("got %q %q %q %q", s.SlackAPIURL, s.PinEmoji, s.SlackInvite, s.DatabasePath())
	}
}

func TestSecretNeverShows(t *testing.T) {
	const canary = "xoxb-canary"
	s := load(tokens("FIREBREAK_GITLAB_TOKEN=" + canary))
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("config", "config", s.Config, "token", s.GitLabToken)
	slog.New(slog.NewTextHandler(&out, nil)).Info("config", "config", s.Config, "token", s.GitLabToken)
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x", s.Config, s.Config, s.Config, s.GitLabToken, s.GitLabToken, s.GitLabToken)
	if err := writeConfigTable(&out, s); err != nil {
		t.Fatal(err)
	}
	s.report(&out)
	if strings.Contains(out.String(), canary) || strings.Contains(out.String(), fmt.Sprintf("%x", canary)) {
		t.Errorf("shows the secret:\n%s", out.String())
	}
}

func TestConfigurationGuide(t *testing.T) {
	const path = "../../docs/guide/configuration.md"
	const begin, end = "<!-- variables:begin -->\n", "<!-- variables:end -->"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks its markers", path)
	}
	want := head + begin + configMarkdown() + end + tail
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(b)); diff != "" {
		t.Errorf("the guide differs from the code; run go test ./cmd/firebreak -run Guide -update\n%s", diff)
	}
}
