package store

import (
	"context"
	"os"
	"strings"
	"time"
)

// checkedFirst is the size in bytes up to which a file is checked for damage
// before it is used. SQLite reads all of it for that, some 100 MB in a second:
// after a crash the people of an incident would wait for years of history.
const checkedFirst = 4 << 20

// checkAfter is how long a start has the processor and the disk for itself
// before a large file is checked.
const checkAfter = time.Second

// large says whether a file is checked while it is used already.
func large(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > checkedFirst
}

// checkBeside checks a large file while it is used. Until that is done what is
// written stays in the -wal file (see openWriter), so that one which turns out
// damaged is left as it was; then it ends as any failure of the disk does.
func (s *Store) checkBeside() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.endCheck = func() { cancel(); <-done }
	go func() {
		defer close(done)
		select {
		case <-ctx.Done():
			return
		case <-time.After(checkAfter):
		}
		err := s.View(ctx, func(v *View) error { return quickCheck(v, s.path) })
		if ctx.Err() != nil {
			return // closed meanwhile: the next start checks it
		}
		_ = s.Update(ctx, func(tx *Tx) error { return tx.w.checked(describe(s.path, err)) }) // it keeps its failure itself
	}()
}

// checked takes up what came of the check.
func (w *writer) checked(err error) error {
	if err != nil {
		w.fail(err)
		w.aborted = err
		return err
	}
	w.copier.start(w)
	return nil
}

// quickCheck refuses a database that SQLite finds damaged.
func quickCheck(v *View, path string) error {
	found, err := all(v, value[string], `PRAGMA quick_check(3)`)
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0] != "ok" {
		return corrupt(path, strings.Join(strings.Fields(strings.Join(found, "; ")), " "))
	}
	return nil
}
