package bot

import (
	"fmt"
	"slices"
	"strings"

	"firebreak/incident"
)

// evidenceShown is how many alerts a detection's message shows.
const evidenceShown = 10

// detectionMessage tells an incident's channel what a detector found, why,
// and on what evidence, oldest first.
func detectionMessage(d incident.Detection, evidence []incident.Alert) message {
	l := detectionLayout(d, evidence)
	l.row(blockJudge, judgeButtons(d.ID)...)
	return l.message(detectionFallback(d))
}

// detectionThread tells the thread of the alert that completed the picture.
// People there may see neither the incident nor what other channels carried,
// so it names the incident's number only and shows only this channel's alerts.
func detectionThread(d incident.Detection, evidence []incident.Alert, inc incident.Incident) message {
	channel, _ := carrier(evidence)
	d.Count = max(d.Count, len(evidence))
	here := slices.DeleteFunc(slices.Clone(evidence), func(a incident.Alert) bool { return a.Channel != channel })
	l := detectionLayout(d, here)
	belongs := "This belongs to " + inc.Number.String() + "."
	l.context(belongs)
	l.row(blockJudge, judgeButtons(d.ID)...)
	return l.message(detectionFallback(d) + " " + belongs)
}

func detectionLayout(d incident.Detection, evidence []incident.Alert) layout {
	d, evidence = maskedDetection(d, evidence)
	var l layout
	summary := fmt.Sprintf(":mag: *%s* · %s", words(d.Title, 300), words(d.Level, 40))
	l.section(summary, words(d.Why, 1000))
	total := max(d.Count, len(evidence))
	shown := evidence[:min(len(evidence), evidenceShown)]
	lines := []string{"*Evidence:* " + count(total, "alert")}
	for _, a := range shown {
		lines = append(lines, bullet(evidenceLine(a)))
	}
	l.list(lines, total-len(shown), func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	l.context("Rule " + words(d.Rule, 200) + techniques(d))
	return l
}

func detectionFallback(d incident.Detection) string {
	d, _ = maskedDetection(d, nil)
	return fmt.Sprintf("Detection: %s. %s", words(d.Title, 200), words(d.Why, 400))
}

// techniquesShown is how many techniques a message names.
const techniquesShown = 8

// techniques names a detection's techniques, with links to ATT&CK; "" when
// there are none.
func techniques(d incident.Detection) string {
	var names []string
	for _, id := range d.Techniques[:min(len(d.Techniques), techniquesShown)] {
		names = append(names, link(incident.TechniqueURL(id), words(id, 20)))
	}
	if len(names) == 0 {
		return ""
	}
	return " · ATT&amp;CK " + strings.Join(names, ", ")
}

// evidenceLine is an alert on one line: when, where from, what, about whom.
func evidenceLine(a incident.Alert) string {
	what := a.Action
	if what == "" {
		what = a.Title
	}
	var about []string
	for _, e := range a.Entities {
		about = append(about, string(e.Type)+" "+e.Value)
	}
	return token(a.At, "{date_short_pretty} {time_secs}", "2006-01-02 15:04:05 UTC") + " " +
		words(strings.Join([]string{a.Source, what, strings.Join(about, ", ")}, " "), 220)
}
