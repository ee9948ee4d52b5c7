package detect

import "regexp"

// The actions that detectors know, whatever the tool calls them.
const (
	LoginFailure = "login-failure"
	LoginSuccess = "login-success"

	unknownAction = "alert"
)

var (
	aboutLogin = regexp.MustCompile(`log-?[io]n|sign-?in|\bauth(?:n|ent\w*)?\b|session[.-]start|\bssh`)
	aboutProof = regexp.MustCompile(`passw|credential|publickey`)
	failed     = regexp.MustCompile(`fail|denied|deny|reject|incorrect|wrong|\bbad\b|invalid-(?:pass|cred|login)|invalid_cred|unsuccess|unauthori[sz]ed|^false$|^error$|^blocked$`)
	succeeded  = regexp.MustCompile(`success|succe|accept|allow|granted|^ok$|^passed$|^true$`)

	failedText = regexp.MustCompile(`(?i)\b(?:fail(?:ed|ure|ing)?|incorrect|wrong|bad|denied|rejected|unsuccessful|invalid)\b[^.\n]{0,40}?\b(?:log[- ]?(?:in|on)s?|sign[- ]?ins?|auth\w*|passwords?|credentials)\b` +
		`|\b(?:log[- ]?(?:in|on)s?|sign[- ]?ins?|authentication|password)\b[^.\n]{0,30}?\b(?:fail(?:ed|ure|ures|ing)?|denied|rejected)\b`)
	succeededText = regexp.MustCompile(`(?i)\b(?:successful|accepted)\b[^.\n]{0,30}?\b(?:log[- ]?(?:in|on)|sign[- ]?in|auth\w*|password|publickey)\b` +
		`|\b(?:log[- ]?(?:in|on)|sign[- ]?in|authentication)\b[^.\n]{0,20}?\bsucce\w+|\blogged in\b|\bsession opened for user\b`)
)

// outcomes are words that tools give for what happened and that only say how
// it ended.
var outcomes = set("failure", "failed", "success", "blocked", "denied", "allowed")

// action says what happened: a failed or successful login where the tool's
// words mean one, else the tool's own word.
func (r record) action() string {
	if action := windowsLogins[r.first(eventIDKeys)]; action != "" {
		return action
	}
	outcome := word(cut(r.first(outcomeKeys), 64))
	own := ""
	for _, key := range actionKeys {
		said := word(cut(r.first([]string{key}), 64))
		if said == "" || genericActions[said] {
			continue
		}
		if login := loginAction(said, outcome); login != "" {
			return login
		}
		if own == "" {
			own = said
		}
	}
	if login := loginText(r.text + "\n" + r.first(titleKeys)); login != "" && (own == "" || aboutLogin.MatchString(own) || outcomes[own]) {
		return login
	}
	if own != "" {
		return own
	}
	return unknownAction
}

// loginAction reads a tool's word for a login and for how it ended.
func loginAction(said, outcome string) string {
	login := aboutLogin.MatchString(said)
	switch {
	case (login || aboutProof.MatchString(said)) && failed.MatchString(said):
		return LoginFailure
	case login && succeeded.MatchString(said):
		return LoginSuccess
	case login && failed.MatchString(outcome):
		return LoginFailure
	case login && succeeded.MatchString(outcome):
		return LoginSuccess
	}
	return ""
}

func loginText(text string) string {
	text = cut(text, maxProse)
	switch {
	case failedText.MatchString(text):
		return LoginFailure
	case succeededText.MatchString(text):
		return LoginSuccess
	}
	return ""
}
