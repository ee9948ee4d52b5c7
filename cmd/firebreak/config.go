package main

import (
	"log/slog"
	"reflect"
	"strings"
	"time"

	"firebreak/detect/indicator"
	"firebreak/store/evidence"
)

// Config is everything the environment says, one field per variable; see
// [variables] for what the tags mean.
//
// The tags carry the full names on purpose: envconfig, given a prefix and a
// tag, falls back to the name without the prefix, and somebody else's
// DATABASE_URL is not ours.
type Config struct {
	SlackAppToken       Secret        `envconfig:"FIREBREAK_SLACK_APP_TOKEN" required:"-" desc:"app-level token with connections:write, xapp-…"`
	SlackBotToken       Secret        `envconfig:"FIREBREAK_SLACK_BOT_TOKEN" required:"-" desc:"bot token, xoxb-…"`
	SlackAPIURL         string        `envconfig:"FIREBREAK_SLACK_API_URL" default:"https://slack.com/api/" desc:"other base URL (sandbox, proxy)"`
	SlackCommand        string        `envconfig:"FIREBREAK_SLACK_COMMAND" default:"/inc" desc:"root slash command"`
	SlackControlChannel string        `envconfig:"FIREBREAK_SLACK_CONTROL_CHANNEL" desc:"id of the channel where every incident is announced and where the bot tells its own troubles"`
	SlackInvite         List          `envconfig:"FIREBREAK_SLACK_INVITE" desc:"ids of users (U…) or user groups (S…) invited to every incident channel"`
	SlackResponders     List          `envconfig:"FIREBREAK_SLACK_RESPONDERS" desc:"ids of users or user groups allowed to command; empty: every full member of the home workspace"`
	SlackAdmins         List          `envconfig:"FIREBREAK_SLACK_ADMINS" desc:"ids of users who may see and command every incident"`
	SlackAlertChannels  List          `envconfig:"FIREBREAK_SLACK_ALERT_CHANNELS" desc:"ids of channels whose messages are forwarded alerts"`
	SlackArchiveAfter   time.Duration `envconfig:"FIREBREAK_SLACK_ARCHIVE_AFTER" default:"0s" desc:"how long after closing an incident its channel is archived, 1m to 8760h; 0: never"`
	PinEmoji            List          `envconfig:"FIREBREAK_PIN_EMOJI" default:"pushpin,round_pushpin" desc:"reactions that pin an entry"`
	PrivateChannels     bool          `envconfig:"FIREBREAK_PRIVATE_CHANNELS" default:"true" desc:"incident channels are private"`
	BridgeURL           string        `envconfig:"FIREBREAK_BRIDGE_URL" desc:"static conference link put into each channel"`

	PagerDutyToken         Secret        `envconfig:"FIREBREAK_PAGERDUTY_TOKEN" desc:"REST token; without it no pages are polled"`
	PagerDutyAPIURL        string        `envconfig:"FIREBREAK_PAGERDUTY_API_URL" default:"https://api.pagerduty.com" desc:"REST API; the EU region has its own"`
	PagerDutyEventsURL     string        `envconfig:"FIREBREAK_PAGERDUTY_EVENTS_URL" default:"https://events.pagerduty.com" desc:"Events API v2"`
	PagerDutyFrom          string        `envconfig:"FIREBREAK_PAGERDUTY_FROM" desc:"e-mail of the PagerDuty user acting on incidents"`
	PagerDutyServiceIDs    List          `envconfig:"FIREBREAK_PAGERDUTY_SERVICE_IDS" desc:"only pages of these services"`
	PagerDutyTeamIDs       List          `envconfig:"FIREBREAK_PAGERDUTY_TEAM_IDS" desc:"only pages of these teams"`
	PagerDutyUrgencies     List          `envconfig:"FIREBREAK_PAGERDUTY_URGENCIES" default:"high,low" desc:"only pages of these urgencies, looked at anew on each poll"`
	PagerDutySeverities    Severities    `envconfig:"FIREBREAK_PAGERDUTY_SEVERITIES" default:"P1=1,P2=2,P3=3,P4=4,P5=4,high=2,low=3" desc:"priority name, else urgency, to severity 1 (worst) to 4"`
	PagerDutyPollInterval  time.Duration `envconfig:"FIREBREAK_PAGERDUTY_POLL_INTERVAL" default:"5s" desc:"pause between looks at the open pages, 100ms to 10m"`
	PagerDutyAdoptOpen     bool          `envconfig:"FIREBREAK_PAGERDUTY_ADOPT_OPEN" default:"false" desc:"on the very first start, also adopt pages already open"`
	PagerDutyWebhookSecret Secret        `envconfig:"FIREBREAK_PAGERDUTY_WEBHOOK_SECRET" desc:"turns POST /webhooks/pagerduty on"`
	PagerDutyRoutingKey    Secret        `envconfig:"FIREBREAK_PAGERDUTY_ROUTING_KEY" desc:"Events v2 integration key; lets detections page"`
	StormPages             int           `envconfig:"FIREBREAK_STORM_PAGES" default:"30" desc:"more new pages of one service within a minute than this are gathered in one storm incident; 0: every page has its own"`

	GitLabURL          string        `envconfig:"FIREBREAK_GITLAB_URL" default:"https://gitlab.com" desc:"the GitLab server"`
	GitLabToken        Secret        `envconfig:"FIREBREAK_GITLAB_TOKEN" desc:"project access token with api scope; without it follow-ups stay local"`
	GitLabProject      string        `envconfig:"FIREBREAK_GITLAB_PROJECT" desc:"project path or id that holds the issues"`
	GitLabConfidential bool          `envconfig:"FIREBREAK_GITLAB_CONFIDENTIAL" default:"true" desc:"issues are created confidential"`
	GitLabSyncInterval time.Duration `envconfig:"FIREBREAK_GITLAB_SYNC_INTERVAL" default:"30s" desc:"pause between looks at changed issues, 100ms to 1h"`
	GitLabWebhookToken Secret        `envconfig:"FIREBREAK_GITLAB_WEBHOOK_TOKEN" desc:"turns POST /webhooks/gitlab on: the secret token of the webhook"`

	DatabaseURL        string        `envconfig:"FIREBREAK_DATABASE_URL" default:"sqlite:firebreak.db" desc:"sqlite:PATH"`
	EvidenceDir        string        `envconfig:"FIREBREAK_EVIDENCE_DIR" desc:"folder that keeps the files shared in incident channels; empty: the database's path with .evidence behind it"`
	EvidenceMaxFile    Size          `envconfig:"FIREBREAK_EVIDENCE_MAX_FILE" default:"256MiB" desc:"the most that is kept of one file, at most 1TiB; a larger one is listed without a hash"`
	EvidenceQuota      Size          `envconfig:"FIREBREAK_EVIDENCE_QUOTA" default:"3GiB" desc:"the most that all files take together; what comes when it is used up is listed without a hash"`
	Listen             string        `envconfig:"FIREBREAK_LISTEN" default:"127.0.0.1:8080" desc:"address of health and metrics"`
	IntakeListen       string        `envconfig:"FIREBREAK_INTAKE_LISTEN" desc:"address of alerts and webhooks; empty: the same as LISTEN"`
	AlertsToken        Secret        `envconfig:"FIREBREAK_ALERTS_TOKEN" desc:"bearer token; turns POST /alerts on"`
	OwnDomains         List          `envconfig:"FIREBREAK_OWN_DOMAINS" desc:"your own domains: they and links to them are no indicators, names below them are hosts, addresses there accounts"`
	IndicatorsPrivate  bool          `envconfig:"FIREBREAK_INDICATORS_PRIVATE" default:"true" desc:"addresses of private networks (RFC 1918, link-local) count as indicators"`
	CheckpointInterval time.Duration `envconfig:"FIREBREAK_CHECKPOINT_INTERVAL" default:"1h" desc:"pause between signed checkpoints of the logs, 1m to 24h; they are written to the process's log and when an incident is closed; 0: none"`
	CheckpointIssue    bool          `envconfig:"FIREBREAK_CHECKPOINT_ISSUE" default:"false" desc:"true: each checkpoint is also a comment on one confidential issue in the GitLab project"`
	CheckpointKey      Secret        `envconfig:"FIREBREAK_CHECKPOINT_KEY" desc:"what signs them: 32 random bytes in base64, an ed25519 seed; empty: a key that the database keeps, which whoever can write to it has, too"`
	RetentionDays      int           `envconfig:"FIREBREAK_RETENTION_DAYS" default:"0" desc:"days for which incidents are kept after they were closed; then all they say is purged, which is told a week before; 0: for ever"`
	Detectors          string        `envconfig:"FIREBREAK_DETECTORS" desc:"YAML file that changes the shipped detectors or adds some, see detectors.md"`
	Places             string        `envconfig:"FIREBREAK_PLACES" desc:"table of where networks are (network, country, latitude, longitude), for impossible travel and first countries; without it those find nothing"`
	OpenLevel          string        `envconfig:"FIREBREAK_DETECT_OPEN_LEVEL" default:"medium" desc:"level from which on a detection opens an incident: informational, low, medium, high, critical or never; what is below joins an open incident of its entities, or is kept as a hint"`
	PageLevel          string        `envconfig:"FIREBREAK_DETECT_PAGE_LEVEL" desc:"level from which on it pages too, with PAGERDUTY_ROUTING_KEY; empty: whatever opens an incident does"`
	Rules              List          `envconfig:"FIREBREAK_RULES" default:"builtin" desc:"directories of detection rules, looked at for changes every 30 s; the word builtin stands for the shipped set"`
	ShadowRules        List          `envconfig:"FIREBREAK_SHADOW_RULES" desc:"directories of more rules, which are on trial: what they find is kept and told nobody"`
	RulesExec          bool          `envconfig:"FIREBREAK_RULES_EXEC" default:"false" desc:"run rules in those directories that are programs (detector.yml, executable *.py); they run with the bot's rights and are in no sandbox: only where nobody else can write"`
	Playbooks          List          `envconfig:"FIREBREAK_PLAYBOOKS" default:"builtin" later:"true" desc:"directories of playbooks; the word builtin stands for the shipped set"`
	LogLevel           slog.Level    `envconfig:"FIREBREAK_LOG_LEVEL" default:"info" desc:"debug, info, warn or error"`
	LogFormat          string        `envconfig:"FIREBREAK_LOG_FORMAT" default:"json" desc:"json or text"`
}

// DatabasePath is the SQLite file of the DATABASE_URL, or "" when the URL
// names none.
func (c Config) DatabasePath() string {
	path, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:")
	if !ok {
		return ""
	}
	// sqlite:///var/lib/x and sqlite:/var/lib/x mean the same file.
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		return rest
	}
	return path
}

// EvidencePath is the folder that keeps files.
func (c Config) EvidencePath() string {
	if c.EvidenceDir == "" && c.DatabasePath() != "" {
		return c.DatabasePath() + ".evidence"
	}
	return c.EvidenceDir
}

// evidenceSpare is how much of the disk files leave free, in bytes: the
// database may lie on it, and needs room to work.
const evidenceSpare = 128 << 20

// EvidenceLimits bound what is kept.
func (c Config) EvidenceLimits() evidence.Limits {
	return evidence.Limits{File: int64(c.EvidenceMaxFile), Total: int64(c.EvidenceQuota), Spare: evidenceSpare}
}

// PagerDuty says whether pages can be polled.
func (c Config) PagerDuty() bool { return c.PagerDutyToken != "" }

// GitLab says whether follow-ups can become issues.
func (c Config) GitLab() bool { return c.GitLabToken != "" && c.GitLabProject != "" }

// Indicators says what of texts is an indicator.
func (c Config) Indicators() indicator.Options {
	o := indicator.Options{NoPrivate: !c.IndicatorsPrivate}
	for _, d := range c.OwnDomains {
		o.OwnDomains = append(o.OwnDomains, strings.ToLower(strings.Trim(d, ".")))
	}
	return o
}

// prefix starts the name of every variable that is ours.
const prefix = "FIREBREAK_"

// variable is what the tags of one field of [Config] say: envconfig the full
// name, default and desc as envconfig itself uses them, required that serve
// cannot start without it, later that nothing uses it yet.
//
// required never says true: envconfig would stop at the first one missing,
// and we list all.
type variable struct {
	Name     string
	Default  string
	Meaning  string
	Required bool
	Later    bool
	Secret   bool
}

// variables lists every variable in the order of [Config].
func variables() []variable {
	var vs []variable
	for f := range reflect.TypeFor[Config]().Fields() {
		_, required := f.Tag.Lookup("required")
		_, later := f.Tag.Lookup("later")
		vs = append(vs, variable{
			Name:     f.Tag.Get("envconfig"),
			Default:  f.Tag.Get("default"),
			Meaning:  f.Tag.Get("desc"),
			Required: required,
			Later:    later,
			Secret:   f.Type == reflect.TypeFor[Secret](),
		})
	}
	return vs
}
