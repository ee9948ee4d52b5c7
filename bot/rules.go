package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"time"

	"firebreak/detect/rules"
	"firebreak/store"
)

const (
	// rulesEvery is how often it is looked whether files of rules have changed.
	rulesEvery = 30 * time.Second
	// examineEvery is how often the queue of alerts is looked at without a poke.
	examineEvery = 5 * time.Second
	// examinedAtOnce is how many alerts rules examine before what they have
	// found is written down.
	examinedAtOnce = 64
)

// currentRules is the set of rules to be used now; nil: none. Whoever looks at
// several things of it asks once: it may be another one the next time.
func (b *Bot) currentRules() *rules.Set {
	if b.cfg.Rules == nil {
		return nil
	}
	return b.cfg.Rules.Current()
}

// ReloadRules has the rules loaded anew soon.
func (b *Bot) ReloadRules() { poke(b.reload) }

// runRules keeps the rules up to date and their own code at work, until ctx
// ends.
func (b *Bot) runRules(ctx context.Context) error {
	if err := b.tellRefused(ctx, b.currentRules()); err != nil {
		b.log.ErrorContext(ctx, "refused rules could not be told", "error", err)
	}
	for ctx.Err() == nil {
		b.workWith(ctx, b.currentRules())
	}
	return ctx.Err()
}

// workWith has a set's own code at work until the set is replaced, and ends it.
func (b *Bot) workWith(ctx context.Context, set *rules.Set) {
	if err := b.beginOwn(ctx, set); err != nil {
		b.log.ErrorContext(ctx, "rules in own code could not begin", "error", err)
	}
	work, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, d := range set.Own {
		wg.Go(func() { b.runOwn(work, set, d) })
	}
	b.awaitRules(ctx, set)
	stop()
	wg.Wait()
	set.End()
}

// awaitRules returns when there is another set than this.
func (b *Bot) awaitRules(ctx context.Context, set *rules.Set) {
	look := time.NewTicker(rulesEvery)
	defer look.Stop()
	trouble := ""
	for b.currentRules() == set {
		asked := false
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		case <-b.reload:
			asked = true
		}
		err := b.renewRules(ctx, asked)
		switch {
		case err == nil:
			trouble = ""
		case err.Error() != trouble:
			trouble = err.Error()
			b.log.ErrorContext(ctx, "rules could not be loaded anew; the ones before stay", "error", err)
			b.tellUnread(ctx, err)
		}
	}
}

// renewRules loads the rules anew if files have changed.
func (b *Bot) renewRules(ctx context.Context, asked bool) error {
	changed, err := b.cfg.Rules.Changed()
	if err != nil || !changed && !asked {
		return err
	}
	if err := b.cfg.Rules.Reload(ctx); err != nil {
		return err
	}
	set := b.currentRules()
	b.log.InfoContext(ctx, "rules loaded", "rules", set.Len(), "refused", len(set.Refused))
	if err := b.tellRefused(ctx, set); err != nil {
		b.log.ErrorContext(ctx, "refused rules could not be told", "error", err)
	}
	return nil
}

// tellRefused names the rules that were refused in the log, and tells the
// control channel once of the same ones.
func (b *Bot) tellRefused(ctx context.Context, set *rules.Set) error {
	for _, refused := range set.Refused {
		b.log.WarnContext(ctx, "rule refused", "rule", refused)
	}
	if len(set.Refused) == 0 {
		return nil
	}
	key := "rules-refused:" + digestOf(set.Refused...)
	return b.store.Update(ctx, func(tx *store.Tx) error { return b.tellControl(tx, key, refusedRules(set)) })
}

func (b *Bot) tellUnread(ctx context.Context, failure error) {
	key := "rules-unread:" + digestOf(failure.Error()) + ":" + strconv.FormatInt(nowUTC().Unix(), 10)
	err := b.store.Update(ctx, func(tx *store.Tx) error { return b.tellControl(tx, key, unreadRules(failure)) })
	if err != nil {
		b.log.ErrorContext(ctx, "unread rules could not be told", "error", err)
	}
}

// digestOf makes a short word of texts, the same for the same texts.
func digestOf(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:8])
}
