package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"firebreak/incident"
	"firebreak/store"
)

// incidentsCmd lists incidents.
type incidentsCmd struct {
	Format string `enum:"text,jsonl" default:"text" help:"text or jsonl." placeholder:"FORMAT"`
}

// summary is an incident with what the list says beside it.
type summary struct {
	incident.Incident
	commander string
	tasks     []incident.Task
}

// Run prints all incidents by number.
func (c incidentsCmd) Run(p *program) error {
	var all []summary
	err := p.read(func(v *store.View) error {
		incidents, err := v.Incidents(incident.Operator())
		if err != nil {
			return err
		}
		for _, i := range incidents {
			s, err := summarise(v, i)
			if err != nil {
				return err
			}
			all = append(all, s)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.print(func(w io.Writer) error {
		if c.Format == formatText {
			return writeIncidents(w, all)
		}
		return writeIncidentLines(w, all)
	})
}

func summarise(v *store.View, i incident.Incident) (summary, error) {
	tasks, err := v.Tasks(i.Number)
	if err != nil {
		return summary{}, err
	}
	name, err := personName(v, i.Commander)
	return summary{i, name, tasks}, err
}

// personName names somebody; one never looked up keeps the id.
func personName(v *store.View, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	person, _, err := v.Person(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && person.Name == "" {
		return id, nil
	}
	return person.Name, err
}

func writeIncidents(w io.Writer, all []summary) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "INCIDENT\tSEVERITY\tSTATUS\tOPENED\tCOMMANDER\tTASKS\tTITLE")
	for _, s := range all {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%d open\t%s\n", s.Number, s.Severity, statusText(s.Incident),
			utc(s.OpenedAt), orDash(oneLine(s.commander)), openTasks(s.tasks), oneLine(s.Title))
	}
	return tw.Flush()
}

func statusText(i incident.Incident) string {
	if i.Disposition == "" {
		return string(i.Status)
	}
	return string(i.Status) + " (" + string(i.Disposition) + ")"
}

func openTasks(tasks []incident.Task) int {
	open := 0
	for _, t := range tasks {
		if t.State != incident.TaskDone {
			open++
		}
	}
	return open
}

func writeIncidentLines(w io.Writer, all []summary) error {
	for _, s := range all {
		line, err := incident.MarshalIncident(s.Incident, s.commander, s.tasks)
		if err != nil {
			return err
		}
		if err := writeLine(w, line); err != nil {
			return err
		}
	}
	return nil
}
