package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

const (
	stormTop    = 3  // sources, actions and entities that a storm's message names
	stormGroups = 20 // detections
)

// alertStormMessage says what so many alerts of an incident are about.
func alertStormMessage(s store.Storm, t store.StormTallies, now time.Time, command string) message {
	head := fmt.Sprintf("%s came in %s", count(t.Alerts, "alert"), stormLength(s))
	lines := []string{fmt.Sprintf(":ocean: *%s*, from %s to %s.", head, stamp(s.Since, now), stamp(s.Until, now))}
	for _, list := range []struct {
		name    string
		tallies []store.Tally
	}{{"From", t.Sources}, {"What", t.Actions}, {"About", t.Entities}} {
		var said []string
		for _, c := range list.tallies {
			said = append(said, fmt.Sprintf("%s (%d)", words(c.What, 100), c.Count))
		}
		if len(said) > 0 {
			lines = append(lines, bullet(list.name+": "+strings.Join(said, ", ")))
		}
	}
	var l layout
	l.section(lines...)
	l.context("Each is on the timeline: " + parser{slash: command}.do("timeline kind:alert"))
	return l.message(head)
}

// ruleStormMessage lists what one rule has found in a storm, the newest first.
func ruleStormMessage(s store.Storm, total int, newest []incident.Detection, now time.Time, command string) message {
	title := "Detections"
	if len(newest) > 0 {
		title = newest[0].Title
	}
	head := fmt.Sprintf("%s: %s in %s", words(title, 200), count(total, "detection"), stormLength(s))
	lines := make([]string, len(newest))
	for i, d := range newest {
		lines[i] = bullet(fmt.Sprintf("%s %s · %s · %s", d.Group.Type, words(d.Group.Value, 80), words(d.Level, 40), stamp(d.At, now)))
	}
	var l layout
	l.section(":ocean: *" + head + "*")
	l.list(lines, total-len(newest), func(left int) string { return fmt.Sprintf("… and %d earlier.", left) })
	l.context("Rule " + words(s.Rule, 200) + ". Each has its entry with the evidence: " + parser{slash: command}.do("timeline kind:detection"))
	return l.message(head)
}

// leftMessage says that a message or body held more alerts than are examined.
func leftMessage(examined, left int) message {
	return sentence(fmt.Sprintf("That held %d alerts at once. I examined the first %d; the other %d were not looked at. Send them again in smaller parts, or as objects of their own to `POST /alerts`.",
		examined+left, examined, left))
}

func stormLength(s store.Storm) string {
	return incident.FormatDuration(max(s.Until.Sub(s.Since), time.Second))
}
