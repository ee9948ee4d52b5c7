package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

const (
	// maxExport bounds one exported file: what is larger is left out, and that
	// is said. Slack's own bound is 1 GB (docs.slack.dev, "Working with files").
	maxExport = 20 << 20
	// exportWithin is how long the writing and sending of all files may take.
	exportWithin = 5 * time.Minute
)

// export plans to put the timeline and the RCA into the incident's channel, as
// files in one message. Where another organisation reads along it is not done.
func (o *order) export() (message, error) {
	n := o.inc.Number
	if !o.inc.ArchivedAt.IsZero() {
		return message{}, refuse("The channel of " + n.String() + " is archived. `firebreak timeline " + n.String() + " --format html` writes the timeline where firebreak runs.")
	}
	state, err := o.tx.ChannelState(o.inc.Channel.ID)
	if err != nil {
		return message{}, err
	}
	if state.Shared {
		return message{}, refuse(exportWithheld(n))
	}
	needs, err := channelAction(o.tx, n)
	if err != nil {
		return message{}, err
	}
	key := "export:" + o.key
	lane := slackLane(n) + ":export" // large files must not hold up what is said
	sent, err := planned(o.tx, step{Key: key, Kind: kindExportUpload, Lane: lane, Incident: n, Needs: needs})
	if err != nil {
		return message{}, err
	}
	err = plan(o.tx, step{
		Key: key + ":share", Kind: kindExportShare, Lane: lane, Incident: n, Needs: []int64{sent},
		Payload: exportShare{Upload: key, By: o.slash.UserID},
	})
	return sentence("The timeline and the RCA follow as files in the channel of " + n.String() + "."), err
}

// exported is what of an export is at Slack, and what is not since it is too
// large. Nobody sees the files yet.
type exported struct {
	Files []incident.UploadedFile
	Left  []string `json:",omitempty"` // titles
}

// uploadExport writes the files as the incident stands now and hands them to
// Slack. Doing it again only leaves files that nobody ever sees.
func uploadExport(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	var files []incident.Upload
	var done exported
	err := b.store.View(ctx, func(v *store.View) (err error) {
		files, done.Left, err = exportFiles(v, a.Incident)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		id, err := b.chat.Upload(ctx, f)
		if err != nil {
			return nil, err
		}
		done.Files = append(done.Files, incident.UploadedFile{ID: id, Title: f.Title})
	}
	return done, nil
}

// exportFiles writes the timeline and the RCA in every form; left are the
// titles of those that are too large.
func exportFiles(v *store.View, n incident.Number) (files []incident.Upload, left []string, err error) {
	r, err := Report(v, n)
	if err != nil {
		return nil, nil, err
	}
	rca, err := RCA(v, n)
	if err != nil {
		return nil, nil, err
	}
	name := strings.ToLower(n.String())
	for _, f := range []struct {
		end, title, alt string
		write           func(io.Writer) error
	}{
		{"-timeline.png", "Timeline, as a picture", "Picture of the timeline of " + n.String() + "; the other files say the same in words.", r.PNG},
		{"-timeline.html", "Timeline, to read, filter and print", "", func(w io.Writer) error { return r.HTML(w, nowUTC()) }},
		{"-timeline.md", "Timeline, Markdown", "", r.Markdown},
		{"-timeline.csv", "Timeline, CSV for spreadsheets and Timesketch", "", r.CSV},
		{"-timeline.jsonl", "Timeline, JSON Lines for programs", "", r.JSONLines},
		{"-rca.md", "RCA, Markdown", "", func(w io.Writer) error { _, err := io.WriteString(w, rca); return err }},
	} {
		content, err := written(f.write)
		if err != nil {
			return nil, nil, fmt.Errorf("write %s%s: %w", name, f.end, err)
		}
		switch {
		case len(content) > maxExport:
			left = append(left, f.title)
		case len(content) > 0: // Slack takes no empty file: no entry makes no line
			files = append(files, incident.Upload{Name: name + f.end, Title: f.title, Alt: f.alt, Content: content})
		}
	}
	return files, left, nil
}

func written(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.Bytes(), err
}
