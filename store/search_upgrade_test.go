package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/store"
)

// olden writes a copy of a database as the first schema had it.
func olden(t *testing.T, from, to string) {
	t.Helper()
	script, err := os.ReadFile("schema/0001_first.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+to)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	defer db.Close()
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	do(string(script))
	do(`PRAGMA application_id = 1717727851; PRAGMA user_version = 1`)
	do(`ATTACH ? AS now`, from)
	for _, table := range column(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'fts%' AND name NOT LIKE 'sqlite%'`) {
		names := column(t, db, `SELECT name FROM pragma_table_info(?)`, table)
		values := slices.Clone(names)
		if i := slices.Index(names, "indexed"); i >= 0 {
			values[i] = "doc <> 0"
		}
		do(fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM now.%s`, table, strings.Join(names, ", "), strings.Join(values, ", "), table))
	}
	do(`INSERT INTO fts (rowid, text) SELECT pos, text FROM entries WHERE indexed`)
}

func column(t *testing.T, db *sql.DB, query string, args ...any) (list []string) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// everythingSaid writes one of each thing that search finds.
func everythingSaid(t *testing.T, s *store.Store) {
	t.Helper()
	said(t, s, incident.Incident{Title: "x", Channel: incident.Channel{ID: "CH1"}}, "alpha here", "alpha gone")
	update(t, s, func(tx *store.Tx) error {
		if _, err := tx.MarkDeleted(1, "slack:T1:C1:1.000001", noon, "U1"); err != nil {
			return err
		}
		key, e := message(1, "2.000001", "")
		e.Files = []incident.File{{ID: "F1", Name: "alpha-auth.log"}}
		if _, _, err := tx.Record(key, e); err != nil {
			return err
		}
		if _, err := tx.AddTask(incident.Task{Incident: 1, Title: "rotate alpha", CreatedAt: noon, CreatedBy: "U1", Issue: incident.Issue{IID: 4, URL: "https://gitlab/4"}}); err != nil {
			return err
		}
		return tx.SetSection(1, store.Section{Name: incident.SectionRootCause, Text: "alpha was open", By: "U1", At: noon})
	})
}

// foundIDs are what a search for alpha gives, apart from entries' random ids.
func foundIDs(t *testing.T, s *store.Store, query string) (list []string) {
	t.Helper()
	for _, h := range search(t, s, incident.Operator(), query) {
		if h.Task != 0 || h.Section != "" {
			list = append(list, h.Entry.ID+" "+h.Link)
			continue
		}
		list = append(list, fmt.Sprintf("entry %d %s", h.Entry.N, h.Snippet))
	}
	slices.Sort(list)
	return list
}

var saidOfAlpha = []string{"entry 1 alpha here", "entry 3 alpha-auth.log", "rca:INC-1:root-cause ", "task:INC-1:1 https://gitlab/4"}

func TestSearchFindsEntriesFilesTasksAndSections(t *testing.T) {
	s := fresh(t)
	everythingSaid(t, s)
	if got := foundIDs(t, s, "ALPHA"); !slices.Equal(got, saidOfAlpha) {
		t.Errorf("found %q", got)
	}
	if got := foundIDs(t, s, "auth.log kind:message"); !slices.Equal(got, saidOfAlpha[1:2]) {
		t.Errorf("found %q", got)
	}
}

// A database of the first schema is brought up to date by Open alone, and
// then finds what it did not index before.
func TestAnOldDatabaseIsIndexedAnew(t *testing.T) {
	dir := t.TempDir()
	now, old := filepath.Join(dir, "now.db"), filepath.Join(dir, "old.db")
	s := open(t, now)
	everythingSaid(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	olden(t, now, old)
	if _, err := store.OpenReadOnly(t.Context(), old); err == nil || !strings.Contains(err.Error(), "older firebreak") {
		t.Errorf("a reader of the old schema: %v", err)
	}
	s = open(t, old)
	for range 2 {
		if got := foundIDs(t, s, "alpha"); !slices.Equal(got, saidOfAlpha) {
			t.Errorf("found %q", got)
		}
		if err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if found := read(t, s, func(v *store.View) ([]incident.Entry, error) {
		return v.Entries(incident.Operator(), 1, store.Filter{})
	}); len(found) != 3 {
		t.Errorf("timeline %v", found)
	}
}

// An index that another build filled is filled anew by Open.
func TestAnIndexOfAnotherBuildIsFilledAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	s := open(t, path)
	everythingSaid(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO fts (fts) VALUES ('delete-all'); UPDATE search_version SET version = 0`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := foundIDs(t, open(t, path), "alpha"); !slices.Equal(got, saidOfAlpha) {
		t.Errorf("found %q", got)
	}
}

// What is replaced leaves the index and the file, not only the answers.
func TestWhatIsReplacedLeavesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	section := func(text string) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			return tx.SetSection(1, store.Section{Name: incident.SectionSummary, Text: text, By: "U1", At: noon})
		}
	}
	holds := func(secret string) bool {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(b, []byte(secret))
	}
	s := open(t, path)
	everythingSaid(t, s)
	update(t, s, section("the key is qzhunterseventeen indeed"))
	update(t, s, func(tx *store.Tx) error {
		task, err := tx.Task(1, 1)
		task.Title = "rotate qzhuntereighteen"
		if err != nil {
			return err
		}
		return tx.SaveTask(task)
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !holds("qzhunterseventeen") || !holds("qzhuntereighteen") {
		t.Fatal("what was written is not in the file as it is: the test cannot see")
	}
	s = open(t, path)
	update(t, s, section("the key was rotated"))
	update(t, s, func(tx *store.Tx) error {
		task, err := tx.Task(1, 1)
		task.Title = "rotate the key"
		if err != nil {
			return err
		}
		return tx.SaveTask(task)
	})
	if got := search(t, s, incident.Operator(), "qzhunterseventeen"); len(got) != 0 {
		t.Errorf("found %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"qzhunter", "seventeen", "eighteen"} {
		if holds(gone) {
			t.Errorf("%q is still in the file", gone)
		}
	}
}
