package main

import (
	"context"
	"fmt"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/store"
)

// tell plays the story with a live transcript, then prints the RCA. Unless it
// is to be told once only, the transcript goes on until ctx ends.
func (d *demonstration) tell(ctx context.Context) error {
	tr := newTranscript(d.sb, d.out)
	defer tr.finish()
	st := newStory(d.sb, d.player)
	st.free, st.remark = !d.Once, d.remark
	d.raiseCurtain(ctx)
	err := st.play(ctx)
	if err == nil {
		err = st.expect(ctx, "the bot has nothing left to do", func() bool { return d.idle(ctx) })
	}
	if ctx.Err() != nil {
		return nil
	}
	if d.Once {
		tr.finish()
	}
	if err == nil {
		err = d.printRCA(ctx, st)
	}
	d.player.Done(err)
	if d.Once {
		return err
	}
	if err != nil {
		d.remark("the story ended early: " + err.Error())
	}
	fmt.Fprintf(d.out, "\nThe story is over. Everything stays up until Ctrl-C; go on at %s\n", d.window.URL())
	<-ctx.Done()
	return nil
}

// raiseCurtain lets the story play, at once or when somebody has come to see
// it. It will not wait long: somebody may be content with the terminal.
func (d *demonstration) raiseCurtain(ctx context.Context) {
	if !d.Once && d.window != nil {
		late := time.NewTimer(curtain)
		defer late.Stop()
		select {
		case <-d.window.rung:
		case <-late.C:
		case <-ctx.Done():
		}
	}
	d.player.Play()
}

// idle says whether the bot has nothing left to do.
func (d *demonstration) idle(ctx context.Context) bool {
	var stats store.Stats
	err := d.books.read(ctx, func(db *store.Store) (err error) {
		stats, err = db.Stats(ctx)
		return err
	})
	return err == nil && stats.InboxPending == 0 &&
		stats.Actions[incident.ActionPlanned]+stats.Actions[incident.ActionSending]+stats.Actions[incident.ActionUnknown] == 0
}

// printRCA prints the report of the story's incident.
func (d *demonstration) printRCA(ctx context.Context, st *story) error {
	var text string
	var issue incident.Issue
	err := d.books.read(ctx, func(db *store.Store) error {
		return db.View(ctx, func(v *store.View) error {
			inc, err := v.IncidentByChannel(st.room.ID())
			if err != nil {
				return err
			}
			issue = inc.RCA
			text, err = bot.RCA(v, inc.Number)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("print the RCA: %w", err)
	}
	where := "The RCA, not published yet"
	if issue.IID != 0 {
		where = fmt.Sprintf("The RCA, as it stands in GitLab issue #%d", issue.IID)
	}
	fmt.Fprintf(d.out, "\n%s\n%s\n%s\n\n%s", rule, where, rule, visible(text))
	return nil
}
