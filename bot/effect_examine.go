package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	p := &examineProgress{b: b, a: a, order: o}
	defer p.begin(ctx)()
	f, sum, err := b.logBytes(ctx, p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	e := examination{SHA256: sum}
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

// logBytes gives the bytes of a file that is to be examined, with their hash:
// from the evidence where they are kept, else from Slack.
func (b *Bot) logBytes(ctx context.Context, p *examineProgress) (f *os.File, sum string, err error) {
	if f, sum = b.keptBytes(ctx, p); f != nil {
		return f, sum, nil
	}
	notDone := func(err error) error {
		return &incident.CallError{Call: p.a.Kind, Outcome: incident.OutcomeNotDone, Err: err}
	}
	if f, err = os.CreateTemp(b.cfg.Scratch, "firebreak-log-*"); err != nil {
		return nil, "", notDone(err)
	}
	hash := sha256.New()
	if err = os.Remove(f.Name()); err != nil { // it is gone with the process, however that ends
		err = notDone(err)
	} else if err = b.chat.DownloadTo(ctx, p.order.URL, maxLogFile, io.MultiWriter(f, hash, &p.fetched)); err != nil {
		err = slower(p.a, err)
	}
	if err != nil {
		return nil, "", errors.Join(err, f.Close())
	}
	return f, hex.EncodeToString(hash.Sum(nil)), nil
}

// keptBytes is logBytes of what is kept as evidence, if it is whole. Whatever
// is wrong with it, Slack has the file too.
func (b *Bot) keptBytes(ctx context.Context, p *examineProgress) (*os.File, string) {
	if b.cfg.Evidence == nil || p.a.Incident == 0 {
		return nil, ""
	}
	b.awaitCapture(ctx, p)
	var sha string
	err := b.store.View(ctx, func(v *store.View) (err error) {
		sha, err = v.KeptFile(p.a.Incident, p.order.ID)
		return err
	})
	if err != nil || sha == "" {
		return nil, ""
	}
	f, err := b.cfg.Evidence.Open(sha)
	if err != nil {
		return nil, ""
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(hash, &p.fetched), io.LimitReader(f, maxLogFile+1))
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil || n > maxLogFile || hex.EncodeToString(hash.Sum(nil)) != sha {
		p.fetched.Store(0)
		_ = f.Close() // it was only read
		return nil, ""
	}
	return f, sha
}

// awaitCapture waits as long as the file is just being fetched as evidence, for
// the first time: it need not come twice.
func (b *Bot) awaitCapture(ctx context.Context, p *examineProgress) {
	key := captureKey(messageKey(b.home(), p.order.Channel, p.order.TS), p.order.ID)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		var under bool
		err := b.store.View(ctx, func(v *store.View) error {
			a, err := v.ActionByKey(key)
			under = err == nil && a.State.Open() && a.Attempts <= 1
			return err
		})
		p.fetched.Store(b.fetches.far(p.order.ID))
		if err != nil || !under || !pause(ctx, wait) {
			p.fetched.Store(0)
			return
		}
	}
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
