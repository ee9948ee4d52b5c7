package store

import (
	"fmt"

	"firebreak/incident"
)

func fileBodies(files []incident.File) []fileBody {
	var list []fileBody
	for _, f := range files {
		list = append(list, fileBody{ID: f.ID, Name: valid(f.Name), SHA256: f.SHA256, Size: f.Size})
	}
	return list
}

// AttachFile says what is known of a file by now, such as the hash of its
// bytes. ErrNotFound when no entry has the key.
func (tx *Tx) AttachFile(entryKey string, f incident.File) error {
	n, err := one(&tx.View, value[incident.Number], `SELECT incident FROM entries WHERE key = ?`, entryKey)
	if err == nil {
		_, err = tx.attach(n, entryKey, f)
	}
	if err != nil {
		return fmt.Errorf("attach file %s to %s: %w", f.ID, entryKey, err)
	}
	return nil
}

// attach appends what is new about a file, if anything is.
func (tx *Tx) attach(n incident.Number, key string, f incident.File) (fresh bool, err error) {
	b := fileBodies([]incident.File{f})[0]
	_, known, err := optional(&tx.View, value[int], `SELECT 1 FROM entry_files
		WHERE key = ?1 AND id = ?2 AND ?3 IN ('', name) AND ?4 IN ('', sha256) AND (size = ?5 OR ?4 = '' AND sha256 <> '')`,
		key, b.ID, b.Name, b.SHA256, b.Size)
	if err != nil || known {
		return false, err
	}
	if gone, err := tx.IsRedacted(key); err != nil || gone {
		return false, err
	}
	if _, err = tx.append(record{incident: n, kind: recordFile, subject: key}, b); err != nil {
		return false, err
	}
	copies, err := tx.twins(itself+copiesOf, key)
	if err != nil {
		return false, err
	}
	for _, c := range copies {
		if _, err := tx.attach(c.n, c.key, f); err != nil {
			return false, err
		}
	}
	return true, nil
}

// files gives those of the entries chosen by where, by key.
func (v *View) files(where string, args []any) (map[string][]incident.File, error) {
	byKey := map[string][]incident.File{}
	_, err := all(v, func(row row) (_ struct{}, err error) {
		var key string
		var f incident.File
		if err = row.Scan(&key, &f.ID, &f.Name, &f.SHA256, &f.Size); err == nil {
			byKey[key] = append(byKey[key], f)
		}
		return struct{}{}, err
	}, `SELECT f.key, f.id, f.name, f.sha256, f.size FROM entries e JOIN entry_files f ON f.key = e.key
		WHERE `+where+` ORDER BY f.id`, args...)
	return byKey, err
}
