package main

import (
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"firebreak/bot"
	"firebreak/detect/rules"
)

var (
	channelID   = regexp.MustCompile(`^[CG][A-Z0-9]+$`)
	userID      = regexp.MustCompile(`^[UW][A-Z0-9]+$`)
	userOrGroup = regexp.MustCompile(`^[UWS][A-Z0-9]+$`)
	emojiName   = regexp.MustCompile(`^[^\s:]+(::skin-tone-[2-6])?$`)
	ownDomain   = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+\.?$`)
	command     = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`) // 32: manifest schema 1.0.0, slash_commands
)

// check looks at values that parse but cannot be right.
func (s *settings) check() {
	s.checkSlack()
	s.checkPagerDuty()
	s.checkGitLab()
	s.checkOwn()
}

func (s *settings) checkSlack() {
	s.checkToken("FIREBREAK_SLACK_APP_TOKEN", s.SlackAppToken, "xapp-",
		"take the app-level token with connections:write from Basic Information, App-Level Tokens")
	s.checkToken("FIREBREAK_SLACK_BOT_TOKEN", s.SlackBotToken, "xoxb-",
		"take the Bot User OAuth Token from OAuth & Permissions after installing the app")
	s.checkURL("FIREBREAK_SLACK_API_URL", &s.SlackAPIURL)
	if !strings.HasSuffix(s.SlackAPIURL, "/") {
		s.SlackAPIURL += "/"
	}
	s.checkURL("FIREBREAK_BRIDGE_URL", &s.BridgeURL)
	if s.SlackArchiveAfter != 0 {
		s.checkBetween("FIREBREAK_SLACK_ARCHIVE_AFTER", s.SlackArchiveAfter, time.Minute, 365*24*time.Hour)
	}
	if !command.MatchString(s.SlackCommand) {
		s.refuse("FIREBREAK_SLACK_COMMAND", quoted(s.SlackCommand), "write a slash, then at most 31 small letters, digits, - or _, such as /inc")
	}
	if s.SlackControlChannel != "" {
		s.checkItems("FIREBREAK_SLACK_CONTROL_CHANNEL", List{s.SlackControlChannel}, channelID, channelFix)
	}
	s.checkItems("FIREBREAK_SLACK_ALERT_CHANNELS", s.SlackAlertChannels, channelID, channelFix)
	s.checkItems("FIREBREAK_SLACK_INVITE", s.SlackInvite, userOrGroup, "give ids: users (U…) or user groups (S…), separated by commas")
	s.checkItems("FIREBREAK_SLACK_RESPONDERS", s.SlackResponders, userOrGroup, "give ids: users (U…) or user groups (S…), separated by commas")
	s.checkItems("FIREBREAK_SLACK_ADMINS", s.SlackAdmins, userID, "give user ids (U…), separated by commas")
	for i, emoji := range s.PinEmoji {
		s.PinEmoji[i] = strings.Trim(emoji, ":")
	}
	s.checkItems("FIREBREAK_PIN_EMOJI", s.PinEmoji, emojiName, "give emoji names, such as pushpin")
}

const channelFix = "give the channel's id (C…), found at the bottom of the channel's details in Slack"

func (s *settings) checkPagerDuty() {
	s.checkURL("FIREBREAK_PAGERDUTY_API_URL", &s.PagerDutyAPIURL)
	s.checkURL("FIREBREAK_PAGERDUTY_EVENTS_URL", &s.PagerDutyEventsURL)
	if s.PagerDutyFrom != "" && !strings.Contains(s.PagerDutyFrom, "@") {
		s.refuse("FIREBREAK_PAGERDUTY_FROM", quoted(s.PagerDutyFrom), "give the e-mail address of a PagerDuty user")
	}
	for _, urgency := range s.PagerDutyUrgencies {
		if urgency != "high" && urgency != "low" {
			s.refuse("FIREBREAK_PAGERDUTY_URGENCIES", "names "+strconv.Quote(urgency), "use high, low or both")
		}
	}
	s.checkBetween("FIREBREAK_PAGERDUTY_POLL_INTERVAL", s.PagerDutyPollInterval, 100*time.Millisecond, 10*time.Minute)
	if s.StormPages < 0 {
		s.refuse("FIREBREAK_STORM_PAGES", quoted(strconv.Itoa(s.StormPages)), "give 0 (never) or more")
	}
}

func (s *settings) checkGitLab() {
	s.checkURL("FIREBREAK_GITLAB_URL", &s.GitLabURL)
	s.checkBetween("FIREBREAK_GITLAB_SYNC_INTERVAL", s.GitLabSyncInterval, 100*time.Millisecond, time.Hour)
	if s.GitLabToken != "" && s.GitLabProject == "" {
		s.refuse("FIREBREAK_GITLAB_PROJECT", "is not set though FIREBREAK_GITLAB_TOKEN is", "give the project's path or id, or unset the token to keep follow-ups local")
	}
	if s.GitLabToken == "" && s.GitLabProject != "" {
		s.refuse("FIREBREAK_GITLAB_TOKEN", "is not set though FIREBREAK_GITLAB_PROJECT is", "give a project access token with api scope, or unset the project to keep follow-ups local")
	}
}

func (s *settings) checkOwn() {
	s.checkDatabase()
	s.checkEvidence()
	s.checkItems("FIREBREAK_OWN_DOMAINS", s.OwnDomains, ownDomain, "give domains such as example.com, without https:// or *.")
	s.checkAddress("FIREBREAK_LISTEN", s.Listen)
	if s.IntakeListen != "" {
		s.checkAddress("FIREBREAK_INTAKE_LISTEN", s.IntakeListen)
	}
	if s.RetentionDays < 0 || s.RetentionDays > 36500 {
		s.refuse("FIREBREAK_RETENTION_DAYS", quoted(strconv.Itoa(s.RetentionDays)), "give 0 (for ever) to 36500")
	}
	if s.CheckpointInterval != 0 {
		s.checkBetween("FIREBREAK_CHECKPOINT_INTERVAL", s.CheckpointInterval, time.Minute, 24*time.Hour)
	}
	if s.CheckpointIssue && !s.GitLab() {
		s.refuse("FIREBREAK_CHECKPOINT_ISSUE", "is true though there is no GitLab project", "set FIREBREAK_GITLAB_TOKEN and FIREBREAK_GITLAB_PROJECT, or leave it out")
	}
	if s.CheckpointIssue && s.CheckpointInterval == 0 {
		s.refuse("FIREBREAK_CHECKPOINT_ISSUE", "is true though FIREBREAK_CHECKPOINT_INTERVAL is 0", "give an interval, such as 1h, or leave it out")
	}
	if _, err := checkpointKey(s.CheckpointKey); err != nil {
		s.refuse("FIREBREAK_CHECKPOINT_KEY", "is no key", "give 32 random bytes in base64, such as `openssl rand -base64 32` prints, or none")
	}
	s.checkFolders("FIREBREAK_RULES", s.Rules)
	s.checkFolders("FIREBREAK_SHADOW_RULES", s.ShadowRules)
	s.checkLevels()
	if s.LogFormat != "json" && s.LogFormat != "text" {
		s.refuse("FIREBREAK_LOG_FORMAT", quoted(s.LogFormat), "use json or text")
	}
}

// checkEvidence looks at the limits of what is kept of files.
func (s *settings) checkEvidence() {
	if s.EvidenceMaxFile > 1<<40 {
		s.refuse("FIREBREAK_EVIDENCE_MAX_FILE", quoted(s.EvidenceMaxFile.String()), "give 1TiB or less")
	}
	if s.EvidenceQuota < s.EvidenceMaxFile {
		s.refuse("FIREBREAK_EVIDENCE_QUOTA", "is less than FIREBREAK_EVIDENCE_MAX_FILE", "give at least the size of one file")
	}
}

// checkLevels looks at the levels from which on detections do something.
func (s *settings) checkLevels() {
	known := bot.Thresholds()
	fix := "use one of " + strings.Join(known, ", ")
	for name, level := range map[string]string{"FIREBREAK_DETECT_OPEN_LEVEL": s.OpenLevel, "FIREBREAK_DETECT_PAGE_LEVEL": s.PageLevel} {
		if level != "" && !slices.Contains(known, level) {
			s.refuse(name, quoted(level), fix)
		}
	}
	if s.PageLevel != "" && slices.Index(known, s.PageLevel) < slices.Index(known, s.OpenLevel) {
		s.refuse("FIREBREAK_DETECT_PAGE_LEVEL", "is below FIREBREAK_DETECT_OPEN_LEVEL", "give the same level or a higher one: a page needs an incident")
	}
}

// checkDatabase never shows the URL: one of another kind may hold a password.
func (s *settings) checkDatabase() {
	const name = "FIREBREAK_DATABASE_URL"
	scheme, _, _ := strings.Cut(s.DatabaseURL, ":")
	switch {
	case s.DatabasePath() != "":
	case scheme == "postgres" || scheme == "postgresql":
		s.refuse(name, "names a PostgreSQL database, support for which comes later", "use sqlite:PATH")
	default:
		s.refuse(name, "names no SQLite file", "write sqlite:PATH, such as sqlite:firebreak.db")
	}
}

// checkToken never shows the token, however wrong it is.
func (s *settings) checkToken(name string, token Secret, start, fix string) {
	text := token.Reveal()
	switch {
	case text == "":
		s.refuse(name, "is not set", fix+" ("+start+"…)")
	case !strings.HasPrefix(text, start):
		s.refuse(name, "does not start with "+start, fix)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		s.refuse(name, "holds a blank or a character that no token has", "copy it again")
	}
}

// checkURL also trims the blanks that come along when a URL is pasted.
func (s *settings) checkURL(name string, value *string) {
	*value = strings.TrimSpace(*value)
	if *value == "" {
		return
	}
	u, err := url.Parse(*value)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		s.refuse(name, "is no web address", "write it as https://HOST/")
		return
	}
	if u.User != nil {
		s.refuse(name, "holds a user name or password", "leave them out")
	}
}

func (s *settings) checkItems(name string, items List, want *regexp.Regexp, fix string) {
	bad := slices.DeleteFunc(slices.Clone(items), want.MatchString)
	if len(bad) > 0 {
		s.refuse(name, "holds "+strconv.Quote(bad.String()), fix)
	}
}

func (s *settings) checkBetween(name string, d, least, most time.Duration) {
	if d < least || d > most {
		s.refuse(name, quoted(d.String()), "give a duration between "+least.String()+" and "+most.String())
	}
}

func (s *settings) checkAddress(name, address string) {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		s.refuse(name, quoted(address), "write HOST:PORT, such as 127.0.0.1:8080")
	}
}

// checkFolders wants folders, or the word that stands for what is shipped.
func (s *settings) checkFolders(name string, folders List) {
	for _, folder := range folders {
		if folder == rules.Builtin && name == "FIREBREAK_RULES" {
			continue
		}
		info, err := os.Stat(folder)
		switch {
		case err != nil:
			s.refuse(name, "names "+strconv.Quote(folder)+", which cannot be read", "name directories that are there, separated by commas")
		case !info.IsDir():
			s.refuse(name, "names "+strconv.Quote(folder)+", which is no directory", "name the directory that the rules are in")
		}
	}
}

func quoted(value string) string { return "is " + strconv.Quote(value) }
