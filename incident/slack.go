package incident

import "encoding/json"

// Envelope is one Socket Mode delivery.
type Envelope struct {
	ID              string
	Type            string // events_api, slash_commands, interactive, or one nobody knows yet
	Payload         json.RawMessage
	AcceptsResponse bool
	RetryAttempt    int
	RetryReason     string
}

// Post is a message that firebreak sends. Key travels in the message's
// metadata, so that a message whose answer was lost can be found again.
type Post struct {
	Channel  string
	ThreadTS string
	Text     string          // fallback and notification text, mrkdwn
	Blocks   json.RawMessage // JSON array of Block Kit blocks, or empty
	Key      string
	Original bool // what somebody asked to have revealed: not masked again
}

// Self is who the bot is in its workspace.
type Self struct {
	UserID string
	BotID  string
	TeamID string
	Team   string
	URL    string // https://WORKSPACE.slack.com/
	Scopes []string
}

// ChannelInfo is a Slack channel as Slack describes it now.
type ChannelInfo struct {
	Channel
	Private  bool
	Archived bool
	Shared   bool // with another organisation (Slack Connect)
}
