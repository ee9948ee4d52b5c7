package main

import (
	"io"

	"firebreak/bot"
	"firebreak/store"
)

// rcaCmd prints an incident's root cause analysis.
type rcaCmd struct {
	Incident string `arg:"" name:"INC-n" help:"The incident's number, such as INC-3."`
}

// Run prints the RCA as it stands now, whether published or not: the very
// text that would be published, masked and harmless.
func (c rcaCmd) Run(p *program) error {
	n, err := parseNumber(c.Incident)
	if err != nil {
		return err
	}
	var text string
	err = p.read(func(v *store.View) (err error) {
		text, err = bot.RCA(v, n)
		return noIncident(n, err)
	})
	if err != nil {
		return err
	}
	return p.print(func(w io.Writer) error {
		_, err := io.WriteString(w, visible(text))
		return err
	})
}
