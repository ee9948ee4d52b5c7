package bot

import (
	"context"

	"firebreak/incident"
	"firebreak/store"
)

// interaction is what somebody did to one of our buttons, shortcuts or
// modals: the union of the fields that firebreak reads of the payloads
// block_actions, message_action, shortcut and view_submission.
type interaction struct {
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	User        struct {
		ID       string `json:"id"`
		Username string `json:"username"`
		TeamID   string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Actions []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
	} `json:"actions"`
	Container struct {
		Ephemeral bool `json:"is_ephemeral"`
	} `json:"container"`
	Message slackMessage `json:"message"`
	View    submitted    `json:"view"`
}

// submitted is a modal as it was sent back.
type submitted struct {
	ID         string `json:"id"`
	Type       string `json:"type"` // modal or home
	CallbackID string `json:"callback_id"`
	Private    string `json:"private_metadata"`
	State      struct {
		Values map[string]map[string]fieldValue `json:"values"`
	} `json:"state"`
}

// fieldValue is what one field holds; which key counts depends on its kind.
type fieldValue struct {
	Value  string `json:"value"`
	User   string `json:"selected_user"`
	Option struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Options []struct {
		Value string `json:"value"`
	} `json:"selected_options"`
}

// text is what stands in a field. has is false when the view has no such
// field: each of our blocks holds one, of the same name.
func (s submitted) text(field string) (text string, has bool) {
	v, has := s.State.Values[field][field]
	switch {
	case v.User != "":
		return v.User, has
	case v.Option.Value != "":
		return v.Option.Value, has
	case len(v.Options) > 0: // checkboxes: ours have one
		return v.Options[0].Value, has
	}
	return v.Value, has
}

// readInteraction reads a payload as far as it can be read; ok is false where
// nobody has done anything that concerns us.
func readInteraction(payload []byte) (i interaction, ok bool) {
	if !lenient(payload, &i) || i.User.ID == "" {
		return i, false
	}
	switch i.Type {
	case "block_actions":
		return i, len(i.Actions) > 0
	case "view_submission":
		return i, i.View.ID != ""
	case "message_action", "shortcut":
		return i, i.TriggerID != ""
	}
	return i, false
}

// lane is the order an interaction is handled in. Triggers live for 3 s and
// modals wait for an answer, so they do not queue behind a channel's messages.
func (i interaction) lane() string {
	switch {
	case i.View.ID != "" && !i.onHome():
		return "view:" + i.View.ID
	case i.onHome():
		return "home:" + i.User.ID
	case i.Type == "message_action", i.Type == "shortcut", len(i.Actions) > 0 && opensModal(i.Actions[0].ActionID):
		return "trigger:" + i.User.ID
	case i.Channel.ID != "":
		return i.Channel.ID
	}
	return "unknown"
}

// by is the command line that the interaction stands for, still empty.
func (i interaction) by(command string) slashCommand {
	return slashCommand{
		Command: command, UserID: i.User.ID, UserName: i.User.Username,
		ChannelID: i.Channel.ID, TeamID: i.User.TeamID,
	}
}

// handleInteraction does what a click, a shortcut or a modal asks for. Each is
// another way to give a command: checked, recorded and answered like one.
func (b *Bot) handleInteraction(ctx context.Context, row incident.Inbound) error {
	i, ok := readInteraction(row.Payload)
	if ok {
		switch i.Type {
		case "block_actions":
			return b.handleClick(ctx, row, i)
		case "message_action", "shortcut":
			return b.handleShortcut(ctx, row, i)
		case "view_submission":
			return b.handleSubmission(ctx, row, i)
		}
	}
	return b.store.Update(ctx, func(tx *store.Tx) error { return tx.HandledInbound(row.ID) })
}
