package mask

import "slices"

// Kinds says what secrets a text seems to hold, each once and in the order in
// which they stand there, as a person is told: "an AWS key", "a password". Of a
// text that cannot be checked nothing is known.
func Kinds(s string) []string {
	found, _ := checked(s)
	var kinds []string
	for _, f := range found {
		if kind := kindOf(f.name); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// Secrets gives what a text seems to hold of secrets, as they stand there.
func Secrets(s string) []string {
	found, _ := checked(s)
	var secrets []string
	for _, f := range found {
		secrets = append(secrets, s[f.start:f.end])
	}
	return secrets
}

// Holds says whether a text seems to hold a secret.
func Holds(s string) bool {
	found, _ := checked(s)
	return len(found) > 0
}

// checked finds secrets, and survives a rule that does not.
func checked(s string) (found []secret, ok bool) {
	defer func() {
		if recover() != nil {
			found, ok = nil, false
		}
	}()
	return masker{tokens: tokenShapes}.find(s)
}

// kindOf is the name of a rule in words. Rules of gitleaks that we have none
// for keep theirs.
func kindOf(name string) string {
	if kind, ok := kinds[name]; ok {
		return kind
	}
	return "a secret (" + name + ")"
}

var kinds = map[string]string{
	"slack-token": "a Slack token", "slack-bot-token": "a Slack token", "slack-webhook": "a Slack webhook",
	"gitlab-token": "a GitLab token", "gitlab-pat": "a GitLab token",
	"github-token": "a GitHub token", "github-pat": "a GitHub token", "github-fine-grained-pat": "a GitHub token",
	"aws-access-key": "an AWS key", "aws-access-token": "an AWS key", "aws-session-token": "an AWS session token", "aws-signature": "a signed AWS address",
	"google-key": "a Google key", "gcp-api-key": "a Google key", "azure-key": "an Azure key", "azure-ad-client-secret": "an Azure key",
	"stripe-key": "a Stripe key", "stripe-access-token": "a Stripe key",
	"pagerduty-token": "a PagerDuty token", "pagerduty-key": "a PagerDuty key",
	"jwt": "a JSON Web Token", "private-key": "a private key", "password": "a password", "password-hash": "a password’s hash",
	"url-password": "a password in an address", "authorization": "an Authorization header", "bearer-token": "a bearer token",
	"cookie": "a session cookie", "session": "a session’s id", "header-token": "a token in a header", "docker-auth": "a registry’s password",
	"seed-phrase": "a seed phrase", "otp-seed": "the seed of one-time passwords", "recovery-code": "recovery codes", "recovery-key": "a recovery key",
	"one-time-code": "a one-time code", "pin": "a PIN", "card-number": "a card number", "credential": "a token or key",
}
