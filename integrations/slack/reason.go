package slack

import (
	"fmt"
	"strings"
)

// appSettings is where a Slack app's administrator goes.
const appSettings = "https://api.slack.com/apps"

// reasons tells a person what a refusal means and what to do about it. The
// codes are those of Slack's method reference.
var reasons = map[string]string{
	"name_taken":              "The channel name is taken, perhaps by an archived channel.",
	"restricted_action":       "A workspace setting forbids this to the bot: an administrator must allow it.",
	"not_in_channel":          "The bot is not in the channel: invite it with /invite.",
	"is_archived":             "The channel is archived.",
	"already_archived":        "The channel is archived already.",
	"channel_not_found":       "The channel does not exist or the bot may not see it.",
	"msg_too_long":            "The message is longer than Slack allows.",
	"msg_blocks_too_long":     "The message's blocks are longer than Slack allows.",
	"metadata_too_large":      "The message's metadata is larger than Slack allows.",
	"no_text":                 "The message is empty.",
	"too_long":                "The text is longer than Slack allows (250 characters for a topic or purpose).",
	"user_not_found":          "Slack knows no such user, or the bot may not see them.",
	"users_not_found":         "Slack knows nobody with this e-mail address.",
	"user_not_visible":        "The bot may not see this user.",
	"user_is_restricted":      "The user is a guest who may not be in this channel.",
	"user_not_in_channel":     "The user is not in the channel.",
	"cant_invite":             "The user cannot be invited to this channel.",
	"ura_max_channels":        "The guest is in as many channels as Slack allows them.",
	"message_not_found":       "The message does not exist (any more).",
	"thread_not_found":        "The thread does not exist (any more).",
	"cant_update_message":     "Slack lets the bot change its own messages only.",
	"edit_window_closed":      "The workspace no longer allows this message to be edited.",
	"cannot_reply_to_message": "Slack allows no reply to this message.",
	"too_many_bookmarks":      "The channel has as many bookmarks as Slack allows.",
	"invalid_blocks":          "Slack did not accept the message's blocks.",
	"expired_trigger_id":      "The form came too late: Slack gives the bot 3 seconds to open it.",
	"exchanged_trigger_id":    "The form has been opened already.",
	"view_too_large":          "The form is larger than Slack allows.",
	"plan_upgrade_required":   "The workspace's plan has no user groups.",
	"no_such_subteam":         "Slack knows no such user group.",
	"unknown_method":          "The Slack API address does not know this method: check FIREBREAK_SLACK_API_URL.",

	"invalid_auth":           "Slack does not accept the token, or not from this address: check the token and the app's allowed addresses at " + appSettings + ".",
	"not_authed":             "No token was sent: set FIREBREAK_SLACK_BOT_TOKEN and FIREBREAK_SLACK_APP_TOKEN.",
	"account_inactive":       "The token's bot or workspace has been deactivated: reinstall the app at " + appSettings + " and set the new token.",
	"token_revoked":          "The token has been revoked: reinstall the app at " + appSettings + " and set the new token.",
	"token_expired":          "The token has expired: set a new one from " + appSettings + ".",
	"not_allowed_token_type": "It is the wrong kind of token: FIREBREAK_SLACK_APP_TOKEN begins with xapp-, FIREBREAK_SLACK_BOT_TOKEN with xoxb-.",
	"no_permission":          "The token may not do this: make sure that the app is installed and, for a channel, that the bot is in it.",
	"ekm_access_denied":      "Administrators have suspended posting in this workspace.",
	"link_disabled":          "Socket Mode is switched off for the app: switch it on at " + appSettings + " under Socket Mode.",
}

// reason explains a refusal. For malformed arguments it adds Slack's own
// first hint, which names the field and never its content.
func (w word) reason(code string) string {
	if code == "missing_scope" {
		return fmt.Sprintf("The Slack app lacks the scope %s: add it at %s under OAuth & Permissions and reinstall the app.",
			neededScope(w.Needed), appSettings)
	}
	said, ok := reasons[code]
	if !ok {
		said = fmt.Sprintf("Slack refused it: %s.", code)
	}
	if hint := w.hint(code); hint != "" {
		said += " Slack says: " + hint
	}
	return said
}

func (w word) hint(code string) string {
	switch code {
	case "invalid_blocks", "invalid_blocks_format", "invalid_arguments":
	default:
		return ""
	}
	if len(w.Metadata.Messages) == 0 {
		return ""
	}
	hint := strings.ToValidUTF8(w.Metadata.Messages[0], "?")
	if r := []rune(hint); len(r) > 200 {
		hint = string(r[:200])
	}
	return hint
}

func neededScope(needed string) string {
	if needed == "" {
		return "it needs for this"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, needed[:min(len(needed), 200)])
}
