package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"firebreak/incident"
	"firebreak/store"
	"firebreak/store/evidence"
)

// captureWithin is how long the capture of one file may take; a download ends
// earlier when nothing comes for a minute.
const captureWithin = 30 * time.Minute

// fetchFile asks for a file's bytes.
type fetchFile struct {
	EntryKey, ID, Name, URL string
	Size                    int64 // as Slack tells it
}

// captureKey is the key of the action that keeps a file of an entry.
func captureKey(entry, file string) string { return "file:" + entry + ":" + file }

// captureFile fetches a file with the bot's token, hashes it as it comes, keeps
// it and says so in its custody. It never makes a file public. Done twice it
// changes nothing more.
//
// What is kept is recorded before it is let go of, so that no erasure of the
// same bytes can come between.
func captureFile(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[fetchFile](a)
	if err != nil {
		return nil, err
	}
	limit := b.cfg.Evidence.Limits().File
	if limit > 0 && p.Size > limit {
		return nil, b.notCaptured(a, evidence.ErrTooLarge)
	}
	if limit == 0 {
		limit = 1 << 40
	}
	came, end := b.fetches.begin(p.ID)
	k, release, err := b.cfg.Evidence.Capture(func(w io.Writer) error {
		return b.chat.DownloadTo(ctx, p.URL, limit, io.MultiWriter(w, came))
	})
	end()
	if err != nil {
		return nil, b.notCaptured(a, err)
	}
	kept := false
	err = b.store.Update(ctx, func(tx *store.Tx) (err error) {
		f := incident.File{ID: p.ID, Name: p.Name, SHA256: k.SHA256, Size: k.Size}
		kept, err = tx.Collect(p.EntryKey, f, incident.Custody{At: nowUTC()})
		return err
	})
	release()
	if err == nil && !kept {
		err = b.removeContent(ctx, k.SHA256)
	}
	return nil, err
}

// notCaptured judges why a file was not kept, and says it for people.
func (b *Bot) notCaptured(a incident.Action, err error) error {
	refused := func(code, reason string) error {
		return &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeRefused, Code: code, Reason: reason, Err: err}
	}
	later := func(reason string) error {
		return &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeNotDone, Reason: reason, Err: err, RetryAfter: time.Minute}
	}
	_, answered := errors.AsType[*incident.CallError](err)
	limits, code := b.cfg.Evidence.Limits(), incident.CodeOf(err)
	switch {
	case errors.Is(err, evidence.ErrQuota):
		return refused("evidence_quota", fmt.Sprintf("the %s for evidence are used up (FIREBREAK_EVIDENCE_QUOTA)", bytesText(limits.Total)))
	case errors.Is(err, evidence.ErrTooLarge), code == "file_too_large":
		return refused("file_too_large", fmt.Sprintf("it is larger than %s, the most that is kept of one file (FIREBREAK_EVIDENCE_MAX_FILE)", bytesText(limits.File)))
	case errors.Is(err, evidence.ErrFull):
		return later("the disk for evidence is nearly full")
	case code == "http_404", code == "http_410":
		return refused("file_deleted", "it was deleted in Slack before a copy was kept")
	case !answered:
		return later("it could not be written to disk; the log has the details")
	}
	return slower(a, err)
}

// fileMissed says in the file's custody, on the timeline and in the channel
// that its bytes are not kept.
func fileMissed(tx *store.Tx, b *Bot, a incident.Action, reason string) error {
	p, err := payloadOf[fetchFile](a)
	if err != nil {
		return err
	}
	n, err := tx.Move(p.EntryKey, incident.File{ID: p.ID, Name: p.Name}, incident.Custody{Move: incident.MoveMissed, At: nowUTC(), Note: reason})
	if isNotFound(err) {
		return b.tellParked(tx, a, reason)
	}
	if err != nil {
		return err
	}
	_, _, err = tx.Record(fmt.Sprintf("%s:missed:%d", a.Key, a.Fence), incident.Entry{
		Incident: a.Incident, Kind: incident.KindFile, Lane: incident.LaneResponder, OccurredAt: nowUTC(),
		Actor: incident.Actor{Name: "firebreak", Kind: incident.ActorSystem}, Source: incident.Source{System: "firebreak"},
		Text: fmt.Sprintf("evidence %d is not kept: %s", n, reason),
		Data: map[string]any{"evidence": n, "custody": string(incident.MoveMissed)},
	})
	if err != nil {
		return err
	}
	return fetchParked(tx, b, a, reason)
}

// erasure asks for the end of a content.
type erasure struct{ SHA256 string }

// planErase plans to remove the contents of redacted files, those that no other
// entry needs. why is what the redaction is keyed by.
func (b *Bot) planErase(tx *store.Tx, n incident.Number, why string, hashes []string) error {
	for i, sha := range hashes { // of a short text even the hash tells: it stands in the payload alone
		err := plan(tx, step{
			Key: fmt.Sprintf("erase:%s:%d", why, i), Kind: kindEraseContent, Lane: "erase:" + why, Incident: n, Payload: erasure{SHA256: sha},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func eraseContent(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[erasure](a)
	if err != nil {
		return nil, err
	}
	return nil, b.removeContent(ctx, p.SHA256)
}

// contentErased leaves no trace of the content in the action.
func contentErased(tx *store.Tx, _ *Bot, a incident.Action, _ json.RawMessage) error {
	return tx.ForgetPayload(a.ID)
}

// removeContent removes a content unless an entry needs it by now.
func (b *Bot) removeContent(ctx context.Context, sha string) error {
	err := b.cfg.Evidence.Remove(sha, func() (bool, error) { return b.needsContent(ctx, sha) })
	if err != nil {
		return &incident.CallError{
			Call: kindEraseContent, Outcome: incident.OutcomeNotDone, Err: err, RetryAfter: 5 * time.Second, Reason: "the file could not be removed; the log has the details",
		}
	}
	return nil
}

func (b *Bot) needsContent(ctx context.Context, sha string) (needed bool, err error) {
	err = b.store.View(ctx, func(v *store.View) error {
		needed, err = v.NeedsContent(sha)
		return err
	})
	return needed, err
}

// bytesText writes a size for people: 12 B, 1.5 KiB, 200 MiB.
func bytesText(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	size, unit := float64(n), 0
	for size >= 1024 && unit < 4 {
		size, unit = size/1024, unit+1
	}
	text := fmt.Sprintf("%.1f", size)
	if size >= 10 || text[len(text)-2:] == ".0" {
		text = fmt.Sprintf("%.0f", size)
	}
	return text + " " + []string{"", "KiB", "MiB", "GiB", "TiB"}[unit]
}
