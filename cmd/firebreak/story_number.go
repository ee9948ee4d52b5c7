package main

import (
	"fmt"
	"regexp"
	"strings"

	"firebreak/integrations/sandbox"
)

// Numbers of entries, as answers tell them: of a note that was just made, and
// of each line of a timeline.
var (
	noteNumber = regexp.MustCompile(`as entry (\d+)`)
	lineNumber = regexp.MustCompile("^`(\\d+)` ")
)

// notes lets somebody write a note and keeps its number.
func (s *story) notes(who, as, line string) deed {
	return s.commands(who, func() string { return line }, func(r sandbox.Reply) {
		if m := noteNumber.FindStringSubmatch(r.Text); m != nil {
			s.number[as] = m[1]
		}
	})
}

// reads lets somebody read the timeline, and keeps the numbers of the lines
// that say what is looked for, by the names that they get here.
func (s *story) reads(who, filter string, sought map[string]string) deed {
	return s.commands(who, func() string { return "/inc timeline " + filter }, func(r sandbox.Reply) {
		for line := range strings.Lines(blockText(r.Blocks)) {
			m := lineNumber.FindStringSubmatch(line)
			for as, text := range sought {
				if m != nil && strings.Contains(line, text) {
					s.number[as] = m[1]
				}
			}
		}
	})
}

// corrects lets somebody give a command about entries whose numbers were kept;
// %s stands for each.
func (s *story) corrects(who, told, line string, of ...string) deed {
	numbered := func() string {
		numbers := make([]any, len(of))
		for i, as := range of {
			numbers[i] = s.number[as]
		}
		return fmt.Sprintf(line, numbers...)
	}
	d := s.commands(who, numbered, func(sandbox.Reply) {})
	give := d.do
	d.told = named(told)
	d.do = func() error {
		for _, as := range of {
			if s.number[as] == "" {
				return fmt.Errorf("nobody has found the entry for %s", line)
			}
		}
		return give()
	}
	return d
}
