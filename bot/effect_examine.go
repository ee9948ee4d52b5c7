package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"firebreak/detect/sweep"
	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

const (
	// progressAfter is how long an examination takes before it is a long one,
	// which says how far it is.
	progressAfter = 4 * time.Second
	// progressEvery is how often it says so.
	progressEvery = 5 * time.Second
)

// examination is what came of a file.
type examination struct {
	SHA256 string
	Found  sweep.Found
}

// examineFile fetches a file and sweeps it. All of it is done anew after a
// crash: nothing but the message about its progress has left the process.
func examineFile(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	o, err := payloadOf[examineOrder](a)
	if err != nil {
		return nil, err
	}
	if o.Size > maxLogFile {
		return nil, tooLargeLog()
	}
	f, err := os.CreateTemp(b.cfg.Scratch, "firebreak-log-*")
	if err != nil {
		return nil, &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeNotDone, Err: err}
	}
	defer f.Close()
	if err := os.Remove(f.Name()); err != nil { // it is gone with the process, however that ends
		return nil, &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeNotDone, Err: err}
	}
	p := &examineProgress{b: b, a: a, order: o}
	defer p.begin(ctx)()
	sum := sha256.New()
	if err := b.chat.DownloadTo(ctx, o.URL, maxLogFile, io.MultiWriter(f, sum, &p.fetched)); err != nil {
		return nil, slower(a, err)
	}
	e := examination{SHA256: hex.EncodeToString(sum.Sum(nil))}
	file := sweep.File{Content: f, Name: o.Name, ID: fileAlerts(a.Incident, e.SHA256), Received: o.At}
	e.Found, err = sweep.Run(ctx, b.detectors(), file, time.Now().Add(sweepWithin), func(events int) { p.events.Store(int64(events)) })
	if err != nil {
		return nil, sweepError(ctx, a, err)
	}
	for i := range e.Found.Findings {
		b.maskFinding(&e.Found.Findings[i])
	}
	return e, nil
}

// slower puts off a download that keeps breaking off: it may be a large one.
func slower(a incident.Action, err error) error {
	if a.Attempts < 5 || incident.OutcomeOf(err) != incident.OutcomeUnknown {
		return err
	}
	return &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeNotDone, Err: err, RetryAfter: time.Minute, Reason: "The download keeps breaking off."}
}

// fileAlerts is what the ids of alerts begin with that come from a file: the
// same file in the same incident, dropped again, has the same.
func fileAlerts(n incident.Number, sum string) string { return "file:" + n.String() + ":" + sum[:32] }

// sweepError judges why a sweep has ended. What is a bug of ours would end the
// next one as well.
func sweepError(ctx context.Context, a incident.Action, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeRefused, Err: err, Reason: "Examining it failed; the log says why."}
}

func tooLargeLog() error {
	return &incident.CallError{
		Call: kindExamineFile, Outcome: incident.OutcomeRefused, Code: "file_too_large",
		Reason: fmt.Sprintf("The file is larger than %d MiB; `firebreak detect run` reads files of any size.", maxLogFile>>20),
	}
}

// maskFinding hides the secrets in what a finding quotes.
func (b *Bot) maskFinding(f *sweep.Finding) {
	f.Why = mask.Text(f.Why)
	for i := range f.Lines {
		f.Lines[i].Alert.Raw = mask.Text(f.Lines[i].Alert.Raw)
		f.Lines[i].Alert.Title = mask.Text(f.Lines[i].Alert.Title)
	}
}

// examineProgress is the one message that says how far an examination is.
type examineProgress struct {
	b       *Bot
	a       incident.Action
	order   examineOrder
	fetched byteCount
	events  atomic.Int64
}

// byteCount counts what is written to it.
type byteCount struct{ atomic.Int64 }

func (c *byteCount) Write(b []byte) (int, error) {
	c.Add(int64(len(b)))
	return len(b), nil
}

// begin shows from now on, now and then, how far it is, until end is called.
func (p *examineProgress) begin(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var showing sync.WaitGroup
	if p.order.Post != "" {
		showing.Go(func() {
			for wait := progressAfter; pause(ctx, wait); wait = progressEvery {
				p.show(ctx)
			}
		})
	}
	return func() {
		cancel()
		showing.Wait()
	}
}

func (p *examineProgress) show(ctx context.Context) {
	p.b.showProgress(ctx, p.a, p.order, examiningMessage(p.order, p.fetched.Load(), int(p.events.Load())))
}

// showProgress brings the message up to date: planned like any other, edited
// once it is there. That it could not be is no harm.
func (b *Bot) showProgress(ctx context.Context, a incident.Action, o examineOrder, m message) {
	var posted incident.Action
	err := b.store.Update(ctx, func(tx *store.Tx) (err error) {
		if err = b.postExamined(tx, a.Incident, o, m); err == nil {
			posted, err = tx.ActionByKey(o.Post)
		}
		return err
	})
	if err == nil && posted.State == incident.ActionDone {
		err = b.edit(ctx, posted, m.post(o.Channel, o.Post))
	}
	if err != nil && ctx.Err() == nil {
		b.log.DebugContext(ctx, "progress could not be shown", "action", a.ID, "error", err)
	}
}
