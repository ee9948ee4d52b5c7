package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// Section is one part of an RCA that a person wrote.
type Section struct {
	Name, Text, By string
	At             time.Time
}

// SetSection replaces a section of an incident's RCA.
func (tx *Tx) SetSection(n incident.Number, s Section) error {
	was, _, err := optional(&tx.View, value[string], `SELECT text FROM sections WHERE incident = ? AND name = ?`, n, s.Name)
	if err != nil {
		return fmt.Errorf("set section %s of %s: %w", s.Name, n, err)
	}
	_, err = tx.exec(`INSERT INTO sections (incident, name, text, by, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (incident, name) DO UPDATE SET text = excluded.text, by = excluded.by, at = excluded.at`,
		n, s.Name, s.Text, s.By, micros(s.At))
	if err != nil {
		return fmt.Errorf("set section %s of %s: %w", s.Name, n, err)
	}
	return tx.indexSection(n, s, was)
}

// indexSection makes search find a section by its text, which was the one
// given.
func (tx *Tx) indexSection(n incident.Number, s Section, was string) error {
	private, err := tx.private(n)
	if err != nil {
		return fmt.Errorf("index section %s of %s: %w", s.Name, n, err)
	}
	return tx.replaceDocument(document{
		at: micros(s.At), incident: n, what: whatSection, section: s.Name, text: s.Text,
		tags: tagged(n, private, incident.KindRCA, s.By, "", s.Text),
	}, was)
}

// Sections gives those written so far, by name.
func (v *View) Sections(n incident.Number) (map[string]Section, error) {
	list, err := all(v, func(row row) (s Section, err error) {
		return s, row.Scan(&s.Name, &s.Text, &s.By, timeColumn{&s.At})
	}, `SELECT name, text, by, at FROM sections WHERE incident = ?`, n)
	if err != nil {
		return nil, fmt.Errorf("sections of %s: %w", n, err)
	}
	byName := map[string]Section{}
	for _, s := range list {
		byName[s.Name] = s
	}
	return byName, nil
}
