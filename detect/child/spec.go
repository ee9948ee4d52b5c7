package child

import "time"

// Spec says which program a rule is and how it is run.
type Spec struct {
	File    string   // of the rule, for people
	Dir     string   // its working directory
	Command []string // a name without a slash is looked for in PATH; relative paths are from Dir
	Env     []string // all of its environment, as KEY=VALUE
	Limits  Limits
	// Stderr is given what the program writes to standard error, line by line,
	// at most 4 KiB of each, from a goroutine of its own. If it is nil,
	// standard error is counted and thrown away: it may hold what the events
	// say.
	Stderr func(line string)
}

// timeLayout is RFC 3339 with six decimals, as everything we write has it.
const timeLayout = "2006-01-02T15:04:05.000000Z07:00"

func written(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	text := at.UTC().Format(timeLayout)
	return &text
}
