package store

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// AddTask adds a task to its incident under the next number there. A zero
// CreatedAt means now, an empty State open.
func (tx *Tx) AddTask(t incident.Task) (incident.Task, error) {
	n, err := one(&tx.View, value[int], `UPDATE incidents SET last_task = last_task + 1 WHERE number = ? RETURNING last_task`, t.Incident)
	if err != nil {
		return incident.Task{}, fmt.Errorf("add task to %s: %w", t.Incident, err)
	}
	t.N = n
	if t.CreatedAt.IsZero() {
		t.CreatedAt = time.Now()
	}
	if t.State == "" {
		t.State = incident.TaskOpen
	}
	kept, err := taskTexts(t)
	if err != nil {
		return incident.Task{}, fmt.Errorf("add task to %s: %w", t.Incident, err)
	}
	_, err = tx.exec(`INSERT INTO tasks (incident, n, title, owner, owner_name, due, due_day, state, created_by, created_at, done_at,
			iid, url, labels, agreed, writing, apart, since, said, base)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
		t.Incident, t.N, t.Title, t.Owner, t.OwnerName, micros(t.Due), t.DueDay, t.State, t.CreatedBy, micros(t.CreatedAt), micros(t.DoneAt),
		t.Issue.IID, t.Issue.URL, kept.labels, kept.agreed, kept.writing, t.Apart,
		micros(t.Since), t.Said)
	if err != nil {
		return incident.Task{}, fmt.Errorf("add task to %s: %w", t.Incident, err)
	}
	if err := tx.indexTask(t, ""); err != nil {
		return incident.Task{}, err
	}
	return tx.Task(t.Incident, t.N)
}

// indexTask makes search find a task by its title, which was the one given.
func (tx *Tx) indexTask(t incident.Task, was string) error {
	private, err := tx.private(t.Incident)
	if err != nil {
		return fmt.Errorf("index task %d of %s: %w", t.N, t.Incident, err)
	}
	return tx.replaceDocument(document{
		at: micros(t.CreatedAt), incident: t.Incident, what: whatTask, n: t.N, text: t.Title,
		tags: tagged(t.Incident, private, incident.KindTask, t.CreatedBy, "", t.Title),
	}, was)
}

// SaveTask replaces all that is kept of a task. An issue that mirrors another
// task already is an error.
func (tx *Tx) SaveTask(t incident.Task) error {
	was, err := tx.Task(t.Incident, t.N)
	if err != nil {
		return fmt.Errorf("save: %w", err)
	}
	kept, err := taskTexts(t)
	if err != nil {
		return fmt.Errorf("save task %d of %s: %w", t.N, t.Incident, err)
	}
	ok, err := changed(tx.exec(`UPDATE tasks SET title = ?, owner = ?, owner_name = ?, due = ?, due_day = ?, state = ?,
			created_by = ?, created_at = ?, done_at = ?, iid = ?, url = ?, labels = ?, agreed = ?, writing = ?, apart = ?,
			since = ?, said = ?
		WHERE incident = ? AND n = ?`,
		t.Title, t.Owner, t.OwnerName, micros(t.Due), t.DueDay, t.State,
		t.CreatedBy, micros(t.CreatedAt), micros(t.DoneAt), t.Issue.IID, t.Issue.URL, kept.labels, kept.agreed, kept.writing, t.Apart,
		micros(t.Since), t.Said, t.Incident, t.N))
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("save task %d of %s: %w", t.N, t.Incident, err)
	}
	if was.Title == t.Title && was.CreatedBy == t.CreatedBy && was.CreatedAt.Equal(t.CreatedAt) {
		return nil
	}
	return tx.indexTask(t, was.Title)
}

// Task gives one task by its number in its incident.
func (v *View) Task(n incident.Number, label int) (incident.Task, error) {
	t, err := one(v, scanTask, selectTask+` WHERE incident = ? AND n = ?`, n, label)
	if err != nil {
		return t, fmt.Errorf("task %d of %s: %w", label, n, err)
	}
	return t, nil
}

// Tasks gives an incident's tasks by number.
func (v *View) Tasks(n incident.Number) ([]incident.Task, error) {
	list, err := all(v, scanTask, selectTask+` WHERE incident = ? ORDER BY n`, n)
	if err != nil {
		return nil, fmt.Errorf("tasks of %s: %w", n, err)
	}
	return list, nil
}

// OpenTasks gives the open tasks of all incidents that are not closed.
func (v *View) OpenTasks() ([]incident.Task, error) {
	list, err := all(v, scanTask, selectTask+` WHERE state = ? AND incident IN (SELECT number FROM incidents WHERE closed_at = 0)
		ORDER BY incident, n`, incident.TaskOpen)
	if err != nil {
		return nil, fmt.Errorf("open tasks: %w", err)
	}
	return list, nil
}

// TaskByIssue finds the task that a GitLab issue mirrors.
func (v *View) TaskByIssue(iid int) (incident.Task, error) {
	t, err := one(v, scanTask, selectTask+` WHERE iid = ? AND iid <> 0`, iid)
	if err != nil {
		return t, fmt.Errorf("task of issue %d: %w", iid, err)
	}
	return t, nil
}

// taskColumns are those of a task's columns that hold JSON.
type taskColumns struct{ labels, agreed, writing string }

func taskTexts(t incident.Task) (c taskColumns, err error) {
	if c.labels, err = jsonText(t.Labels); err != nil {
		return c, err
	}
	if c.agreed, err = agreedText(t.Agreed); err != nil {
		return c, err
	}
	c.writing, err = agreedText(t.Writing)
	return c, err
}

func agreedText(a incident.Agreed) (string, error) {
	if len(a) == 0 {
		return "", nil
	}
	b, err := json.Marshal(a)
	return string(b), err
}

const selectTask = `SELECT incident, n, title, owner, owner_name, due, due_day, state, created_by, created_at, done_at, iid, url,
		labels, agreed, writing, apart, since, said FROM tasks`

func scanTask(row row) (t incident.Task, err error) {
	return t, row.Scan(&t.Incident, &t.N, &t.Title, &t.Owner, &t.OwnerName, timeColumn{&t.Due}, &t.DueDay, &t.State,
		&t.CreatedBy, timeColumn{&t.CreatedAt}, timeColumn{&t.DoneAt}, &t.Issue.IID, &t.Issue.URL,
		jsonColumn{&t.Labels}, jsonColumn{&t.Agreed}, jsonColumn{&t.Writing}, &t.Apart,
		timeColumn{&t.Since}, &t.Said)
}
