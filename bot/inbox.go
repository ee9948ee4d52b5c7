package bot

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// lanesAtOnce bounds how many lanes are handled side by side. Handlers spend
// their time in the store's one writer, so more would only queue there.
const lanesAtOnce = 16

// handleInbox turns inbox rows into facts, in order within each lane.
func (b *Bot) handleInbox(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	d := &dispatcher{
		b: b, wg: &wg, slots: make(chan struct{}, lanesAtOnce),
		lanes: map[string][]incident.Inbound{}, taken: map[int64]bool{},
	}
	for {
		waiting, err := d.load(ctx)
		if err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "inbox cannot be read", "error", err)
		}
		again := idleLook
		if waiting || err != nil {
			again = busyLook
		}
		if !pauseOrPoke(ctx, again, b.inbox) || !pause(ctx, gatherInbox) {
			return ctx.Err()
		}
	}
}

// gatherInbox is how long what comes is gathered before the inbox is looked at:
// a look costs a tenth of what handling a message does, and in a storm of them
// there would be a look for each.
const gatherInbox = 2 * time.Millisecond

// How long until the inbox is looked at without a poke: for rows that are
// tried again, and for those that another process has received.
const (
	busyLook = time.Second
	idleLook = 5 * time.Second
)

// dispatcher hands each lane's rows to one goroutine at a time.
type dispatcher struct {
	b     *Bot
	wg    *sync.WaitGroup
	slots chan struct{}

	mu    sync.Mutex
	lanes map[string][]incident.Inbound // waiting rows; a key means the lane is at work
	taken map[int64]bool                // rows handed out; true once they are finished
}

// loadAtOnce is how many rows one look at the inbox brings beyond those
// already handed out.
const loadAtOnce = 500

// load hands out every pending row that has not been handed out yet. It asks
// for all pending rows each time: ids need not become visible in order once
// more than one process receives. It says whether there were any.
func (d *dispatcher) load(ctx context.Context) (waiting bool, err error) {
	for {
		limit := d.forgetFinished() + loadAtOnce
		var ids []int64
		var rows []incident.Inbound
		err := d.b.store.View(ctx, func(v *store.View) (err error) {
			if ids, err = v.PendingIDs(limit); err != nil {
				return err
			}
			if known := d.known(ids); known < len(ids) {
				rows, err = v.PendingInbound(ids[known]-1, len(ids)-known)
			}
			return err
		})
		if err != nil {
			return waiting, err
		}
		waiting = waiting || len(ids) > 0
		if d.handOut(ctx, rows) == 0 || len(ids) < limit {
			return waiting, nil
		}
	}
}

// known is how many of the first rows have been handed out. In a storm those
// are hundreds, of which each look would else read all that they say.
func (d *dispatcher) known(ids []int64) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, id := range ids {
		if _, known := d.taken[id]; !known {
			return i
		}
	}
	return len(ids)
}

// forgetFinished forgets the rows that were finished before the inbox is
// read: if one of them is pending then, it has been reopened. It gives how
// many are not finished.
func (d *dispatcher) forgetFinished() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.taken, func(_ int64, finished bool) bool { return finished })
	return len(d.taken)
}

// handOut gives out the rows that have not been given out yet. A row that was
// finished while the inbox was read is still known, and so not given again.
func (d *dispatcher) handOut(ctx context.Context, rows []incident.Inbound) (fresh int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, row := range rows {
		if _, known := d.taken[row.ID]; !known {
			fresh++
			d.add(ctx, row)
		}
	}
	return fresh
}

// add queues a row in its lane and sets the lane to work. The lock is held.
func (d *dispatcher) add(ctx context.Context, row incident.Inbound) {
	d.taken[row.ID] = false
	waiting, busy := d.lanes[row.Lane]
	d.lanes[row.Lane] = append(waiting, row)
	if !busy {
		d.wg.Go(func() { d.work(ctx, row.Lane) })
	}
}

// work handles a lane's rows until none is left.
func (d *dispatcher) work(ctx context.Context, lane string) {
	for {
		row, ok := d.next(lane)
		if !ok {
			return
		}
		select {
		case d.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		d.b.handleRow(ctx, row)
		<-d.slots
		d.finish(row.ID)
	}
}

func (d *dispatcher) finish(id int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken[id] = true
}

func (d *dispatcher) next(lane string) (incident.Inbound, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	rows := d.lanes[lane]
	if len(rows) == 0 {
		delete(d.lanes, lane)
		return incident.Inbound{}, false
	}
	d.lanes[lane] = rows[1:]
	return rows[0], true
}

// handleTries is how often a row is tried before it is set aside. A handler
// only fails on a fault of ours or of the disk; the row is kept either way.
const handleTries = 5

// handleRow handles one row, again after a pause when that fails. Its lane
// waits meanwhile: order is worth more than speed here.
func (b *Bot) handleRow(ctx context.Context, row incident.Inbound) {
	for try := 1; ; try++ {
		err := b.handle(ctx, row)
		if err == nil || ctx.Err() != nil {
			return
		}
		if errors.Is(err, store.ErrFull) { // no fault of the row's
			if try--; !pause(ctx, time.Second) {
				return
			}
			continue
		}
		b.log.ErrorContext(ctx, "inbound row could not be handled", "row", row.ID, "source", row.Source, "try", try, "error", err)
		failed := b.store.Update(ctx, func(tx *store.Tx) error { return tx.FailInbound(row.ID, err.Error()) })
		if failed == nil && try >= handleTries {
			return
		}
		if !pause(ctx, time.Duration(try)*500*time.Millisecond) {
			return
		}
	}
}

// handle dispatches one row to what it is.
func (b *Bot) handle(ctx context.Context, row incident.Inbound) error {
	crash("inbox row taken")
	switch row.Source {
	case "events_api":
		return b.handleEvent(ctx, row)
	case "slash_commands":
		return b.handleCommand(ctx, row)
	case "interactive":
		return b.handleInteraction(ctx, row)
	case sentAlerts:
		return b.handleAlert(ctx, row)
	}
	// What firebreak does not know yet has been stored and acknowledged.
	return b.store.Update(ctx, func(tx *store.Tx) error { return tx.HandledInbound(row.ID) })
}
