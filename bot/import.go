package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/incident/lines"
	"firebreak/store"
)

// importWithin is how long an import may take, its download included.
const importWithin = 10 * time.Minute

// importable end the names of files that an import without a name looks for.
// With its name, a text may be one of those as well.
var (
	importable = []string{".csv", ".tsv", ".jsonl", ".ndjson", ".json"}
	textual    = []string{".txt", ".log"}
)

// zoneForm is a time zone at the end of an import, or the word without one.
var zoneForm = regexp.MustCompile(`(?i)(?:^|\s)zone(?:\s+(\S+))?\s*$`)

func readImport(c *Command, args string) error {
	args = oneLine(args)
	if m := zoneForm.FindStringSubmatchIndex(args); m != nil {
		if m[2] < 0 {
			return complaint("the ZONE is missing, such as Europe/Paris or UTC")
		}
		zone, ok := ZoneNamed(args[m[2]:m[3]])
		if !ok {
			return complaint(code(args[m[2]:m[3]]) + " is no time zone. Write one such as Europe/Paris or UTC")
		}
		c.Zone, args = zone.String(), strings.TrimSpace(args[:m[0]])
	}
	if c.Text = strings.Trim(incident.DecodeSlack(args), "`\""); c.Text == "" {
		return nil
	}
	if ending := strings.ToLower(path.Ext(c.Text)); !slices.Contains(importable, ending) && !slices.Contains(textual, ending) {
		return complaint(code(c.Text) + " is no file of CSV or JSON Lines by its name, such as edr.csv")
	}
	return nil
}

// ZoneNamed finds a time zone by its name; never the machine's own.
func ZoneNamed(name string) (*time.Location, bool) {
	if strings.EqualFold(name, "UTC") {
		return time.UTC, true
	}
	if name == "" || strings.EqualFold(name, "Local") {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// importOrder asks to put a file's lines on the timeline.
type importOrder struct {
	Channel, Thread string // where the answer belongs
	Name, URL       string
	Size            int64
	Permalink       string
	Zone            string
	By              string
}

// importLines plans to put the lines of a file dropped in the incident's
// channel on its timeline. What comes of it stands in the file's thread.
func (o *order) importLines() (message, error) {
	name := o.cmd.Text
	found, err := o.tx.NewestFile(o.inc.Number, name, importable...)
	if isNotFound(err) && name == "" {
		return message{}, refuse("No CSV or JSON Lines file has been dropped in " + o.inc.Number.String() +
			" so far. Drop one in its channel, then give this command again.")
	}
	if isNotFound(err) {
		return message{}, refuse("No file named " + code(name) + " has been dropped in " + o.inc.Number.String() + ".")
	}
	if err != nil {
		return message{}, err
	}
	url, err := o.fileURL(found)
	if isNotFound(err) {
		return message{}, refuse("I cannot fetch " + code(found.File.Name) + " from Slack. Please drop it once more.")
	}
	if err != nil {
		return message{}, err
	}
	thread := found.Source.ThreadTS
	if thread == "" {
		thread = found.Source.TS
	}
	return importingMessage(found.File.Name), plan(o.tx, step{
		Key: o.key + ":import", Kind: kindImport, Lane: "import:" + o.inc.Number.String(), Incident: o.inc.Number,
		Payload: importOrder{
			Channel: found.Source.Channel, Thread: thread, Name: found.File.Name, URL: url, Size: found.File.Size,
			Permalink: found.Source.Permalink, Zone: o.cmd.Zone, By: o.slash.UserID,
		},
	})
}

// fileURL is where a file's bytes are, as its message said.
func (o *order) fileURL(d store.Dropped) (string, error) {
	a, err := o.tx.ActionByKey("file:" + d.Key + ":" + d.File.ID)
	if err != nil {
		return "", err
	}
	p, err := payloadOf[fetchFile](a)
	return p.URL, err
}

// importFile fetches a file and puts its lines on the timeline, in a few
// transactions. Done anew after a crash, it adds what is missing.
func importFile(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	o, err := payloadOf[importOrder](a)
	if err != nil {
		return nil, err
	}
	if o.Size > lines.MaxBytes {
		return nil, tooLargeImport()
	}
	var content bytes.Buffer
	if err := b.chat.DownloadTo(ctx, o.URL, lines.MaxBytes, &content); err != nil {
		return nil, err
	}
	i := Import{Incident: a.Incident, Name: o.Name, Permalink: o.Permalink, By: o.By}
	if zone, ok := ZoneNamed(o.Zone); ok {
		i.Options.Zone = zone
	}
	got, err := i.Into(ctx, b.store, content.Bytes())
	if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrFull) && !errors.Is(err, store.ErrClosed) {
		return nil, &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeNotDone, Err: err, RetryAfter: time.Minute, Reason: "The database did not take its lines."}
	}
	return got, err
}

func tooLargeImport() error {
	return &incident.CallError{
		Call: kindImport, Outcome: incident.OutcomeRefused, Code: "file_too_large",
		Reason: fmt.Sprintf("The file is larger than %d MiB: leave out what the timeline does not need.", lines.MaxBytes>>20),
	}
}

// fileImported tells what came of an import, in the file's thread.
func fileImported(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	o, err := payloadOf[importOrder](a)
	if err != nil {
		return err
	}
	var got Imported
	if err := json.Unmarshal(result, &got); err != nil {
		return fmt.Errorf("read what was imported: %w", err)
	}
	return b.tellImported(tx, a, o, importedMessage(o, got, nowUTC(), b.cfg.Command))
}

// importParked says why a file could not be imported.
func importParked(tx *store.Tx, b *Bot, a incident.Action, reason string) error {
	o, err := payloadOf[importOrder](a)
	if err != nil {
		return err
	}
	return b.tellImported(tx, a, o, sentence(fmt.Sprintf("I could not import %s: %s.", code(o.Name), words(trimStop(reason), 600))))
}

func (b *Bot) tellImported(tx *store.Tx, a incident.Action, o importOrder, m message) error {
	return b.postExamined(tx, a.Incident, examineOrder{
		Channel: o.Channel, Thread: o.Thread, Post: fmt.Sprintf("imported:%d:%d", a.ID, a.Fence),
	}, m)
}
