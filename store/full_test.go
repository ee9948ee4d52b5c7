package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestAFullDiskHealsByItself: what does not fit is refused and tells why,
// what is there stays, and once there is room again all goes on.
func TestAFullDiskHealsByItself(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	fill(t, s)
	limit := func(pages int) {
		t.Helper()
		if _, err := s.write.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	grow := func() error {
		return s.Update(t.Context(), func(tx *Tx) error { return tx.SetCursor("large", strings.Repeat("x", 1<<20)) })
	}
	limit(1) // SQLite makes that "as many as there are"
	for range 3 {
		if err := grow(); !errors.Is(err, ErrFull) || !errors.Is(s.Refused(), ErrFull) {
			t.Errorf("got %v, refused %v", err, s.Refused())
		}
	}
	if err := s.Health(t.Context()); err != nil {
		t.Errorf("what fits is refused: %v", err)
	}
	if sum, err := s.CheckChains(t.Context()); err != nil || sum.Incidents != 2 {
		t.Errorf("%+v, %v", sum, err)
	}
	limit(1 << 20)
	if err := grow(); err != nil || s.Refused() != nil {
		t.Errorf("with room again: %v, refused %v", err, s.Refused())
	}
}
