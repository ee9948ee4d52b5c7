package bot

import (
	"fmt"
	"time"
)

// importTroublesShown is how many lines that could not be read are named.
const importTroublesShown = 8

// importingMessage answers who asked for an import.
func importingMessage(name string) message {
	return sentence("I am reading " + code(name) + ". What comes of it will stand in its thread.")
}

// importedMessage tells what came of a file.
func importedMessage(o importOrder, got Imported, now time.Time, command string) message {
	p := parser{slash: command}
	name := code(o.Name)
	if got.Why != "" {
		return sentence("I imported nothing: the file " + name + " " + words(trimStop(got.Why), 400) + ".")
	}
	head := fmt.Sprintf("%s: %s of the adversary", name, thousands(got.Fresh, "line"))
	if !got.From.IsZero() {
		head += fmt.Sprintf(", from %s to %s", stamp(got.From, now), stamp(got.To, now))
	}
	if known := got.Taken - got.Fresh; known > 0 {
		head += fmt.Sprintf("; %s on the timeline already", thousands(known, "line"))
	}
	var l layout
	l.section("*" + head + "*")
	if got.Refused > 0 {
		lines := []string{}
		for _, t := range got.Troubles[:min(len(got.Troubles), importTroublesShown)] {
			lines = append(lines, bullet(fmt.Sprintf("line %d %s", t.Place, words(t.Why, 200))))
		}
		l.section(thousands(got.Refused, "line") + " left out:")
		l.list(lines, got.Refused-len(lines), func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	}
	if got.Unzoned {
		l.section("Say in which time zone the file is: " + p.do("import "+o.Name+" zone Europe/Paris") + ".")
	}
	if got.Responders > 0 {
		l.context(thousands(got.Responders, "line") + " that tell what responders did left out.")
	}
	if got.Taken > 0 {
		l.context("They stand where they happened: " + p.do("timeline lane:adversary") + ".")
	}
	return l.message(head)
}
