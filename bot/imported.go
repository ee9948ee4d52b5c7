package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"firebreak/incident"
	"firebreak/incident/lines"
	"firebreak/incident/mask"
	"firebreak/store"
)

// importedAtOnce is how many lines go into one transaction: nobody's writing
// waits long for an import.
const importedAtOnce = 200

// Import is a file whose lines are to stand on an incident's timeline, in the
// adversary's lane.
type Import struct {
	Incident  incident.Number
	Name      string // of the file
	Permalink string // of the message that carried it; "" none
	By        string // Slack user id of who asked; "" the operator
	Options   lines.Options
}

// Imported is what came of it.
type Imported struct {
	lines.Summary

	SHA256 string // of the file
	Fresh  int    // lines that were not on the timeline
	Why    string // why nothing of the file was read; "" it was
}

// Into puts the lines on the timeline, once each, however often it is done. A
// file that cannot be read as a whole brings none of them.
func (i Import) Into(ctx context.Context, s *store.Store, file []byte) (Imported, error) {
	sum := sha256.Sum256(file)
	got := Imported{SHA256: hex.EncodeToString(sum[:])}
	var batch []incident.Entry
	var keys []string
	flush := func() error {
		fresh, err := recordAll(ctx, s, keys, batch)
		got.Fresh += fresh
		batch, keys = batch[:0], keys[:0]
		return err
	}
	_, err := lines.Read(bytes.NewReader(file), i.Options, nil) // none of a file that is no timeline
	if err == nil {
		got.Summary, err = lines.Read(bytes.NewReader(file), i.Options, func(l lines.Line) error {
			keys, batch = append(keys, "import:"+i.Incident.String()+":"+l.Key), append(batch, i.entry(l, got.SHA256))
			if len(batch) == importedAtOnce {
				return flush()
			}
			return ctx.Err()
		})
	}
	if fe, ok := errors.AsType[*lines.FileError](err); ok {
		got.Why = mask.Text(fe.Why)
		return got, nil
	}
	if err == nil {
		err = flush()
	}
	for n := range got.Troubles {
		got.Troubles[n].Why = mask.Text(got.Troubles[n].Why)
	}
	return got, err
}

func recordAll(ctx context.Context, s *store.Store, keys []string, entries []incident.Entry) (fresh int, err error) {
	if len(entries) == 0 {
		return 0, nil
	}
	return fresh, s.Update(ctx, func(tx *store.Tx) error {
		fresh = 0
		for n, e := range entries {
			_, is, err := tx.Record(keys[n], e)
			if err != nil {
				return err
			}
			if is {
				fresh++
			}
		}
		return nil
	})
}

// entry is a line as an entry: an event of a log, as the evidence of
// detections is.
func (i Import) entry(l lines.Line, sum string) incident.Entry {
	data := map[string]any{
		"source": "import", "file": i.Name, "line": l.Place, "sha256": sum, "raw": mask.Text(l.Raw),
	}
	if l.Desc != "" {
		data["timestamp_desc"] = mask.Text(l.Desc)
	}
	if i.By != "" {
		data["by"] = i.By
	}
	return incident.Entry{
		Incident: i.Incident, Kind: incident.KindAlert, Lane: incident.LaneAdversary, OccurredAt: l.At,
		Actor: incident.Actor{Name: i.Name, Kind: incident.ActorSystem}, Text: mask.Text(l.Text),
		Source: incident.Source{System: "file", Permalink: i.Permalink}, Data: data,
	}
}
