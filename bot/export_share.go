package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// exportShare asks to show the files of an export.
type exportShare struct {
	Upload string // key of the action that has uploaded them
	By     string
}

// sharing is what an action of kindExportShare needs to know.
func (b *Bot) sharing(ctx context.Context, a incident.Action) (inc incident.Incident, p exportShare, e exported, state store.ChannelState, err error) {
	if p, err = payloadOf[exportShare](a); err != nil {
		return inc, p, e, state, err
	}
	err = b.store.View(ctx, func(v *store.View) error {
		var err error
		if inc, err = v.Incident(incident.Operator(), a.Incident); err != nil {
			return err
		}
		if state, err = v.ChannelState(inc.Channel.ID); err != nil {
			return err
		}
		e, err = exportedBy(v, p.Upload)
		return err
	})
	return inc, p, e, state, err
}

func exportedBy(v *store.View, key string) (e exported, err error) {
	uploaded, err := v.ActionByKey(key)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(uploaded.Result, &e); err != nil {
		return e, fmt.Errorf("read what was uploaded: %w", err)
	}
	return e, nil
}

// shareAttempts is how often Slack may say that it has no such upload, after an
// attempt of which nobody knows whether it has used it up, and be asked again
// where the files are.
const shareAttempts = 8

// shareExport shows the files in the incident's channel, in one message. That
// people of another organisation read it may be known only by now.
func shareExport(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, p, e, state, err := b.sharing(ctx, a)
	if err != nil {
		return nil, err
	}
	if state.Shared {
		return nil, &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeRefused, Code: "shared", Reason: exportWithheld(a.Incident)}
	}
	err = b.chat.ShareFiles(ctx, incident.FileShare{Channel: inc.Channel.ID, Text: exportText(a.Incident, p.By, e.Left), Files: e.Files})
	if incident.CodeOf(err) != "file_not_found" {
		return nil, err
	}
	if a.Attempts > 1 && a.Attempts < shareAttempts {
		return nil, &lookError{err} // an earlier attempt may have used them up; the channel will tell
	}
	return nil, &incident.CallError{
		Call: a.Kind, Outcome: incident.OutcomeRefused, Code: "file_not_found", Err: err,
		Reason: "Slack no longer has the files that were sent to it: ask for them again.",
	}
}

// findExport looks whether the files are shown: they all are, or none is.
func findExport(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	inc, _, e, _, err := b.sharing(ctx, a)
	if err != nil || len(e.Files) == 0 {
		return nil, false, err
	}
	shared, err := b.chat.FilesShared(ctx, inc.Channel.ID, e.Files[0].ID, a.FirstSent)
	return nil, shared, err
}

func exportShared(tx *store.Tx, b *Bot, a incident.Action, _ json.RawMessage) error {
	p, err := payloadOf[exportShare](a)
	if err != nil {
		return err
	}
	e, err := exportedBy(&tx.View, p.Upload)
	if err != nil {
		return err
	}
	var ids []string
	for _, f := range e.Files {
		ids = append(ids, f.ID)
	}
	return b.recordAction(tx, a, fmt.Sprintf("exported the timeline and the RCA as %s", count(len(ids), "file")), map[string]any{"files": ids})
}

func exportText(n incident.Number, by string, left []string) string {
	text := fmt.Sprintf("*%s*: the timeline and the RCA as they stand, for %s. Secrets are masked; what was deleted, dropped or redacted is not in them.", n, who(by))
	if len(left) > 0 {
		text += fmt.Sprintf(" Left out, being larger than %d MiB: %s. `firebreak timeline` writes them where firebreak runs.", maxExport>>20, strings.Join(left, "; "))
	}
	return text
}

// exportWithheld says why nothing is exported into a channel that another
// organisation reads.
func exportWithheld(n incident.Number) string {
	return "People of another organisation read the channel of " + n.String() + ", so I put no files there. `firebreak timeline " +
		n.String() + " --format html` writes the timeline where firebreak runs."
}
