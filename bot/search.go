package bot

import (
	"context"
	"errors"
	"time"

	"firebreak/detect/indicator"
	"firebreak/incident"
	"firebreak/store"
)

// searchWithin is how long a search may take: Slack waits 3 s for an answer
// (docs.slack.dev, Slash commands), and nobody longer.
const searchWithin = 2 * time.Second

// asked is a search, made before the transaction that answers it: nobody's
// writing waits for somebody's reading.
type asked struct {
	query   incident.Query
	found   store.Found
	sighted sighted
	err     error
}

// lookUp searches if the command asks for it.
func (b *Bot) lookUp(ctx context.Context, o *order) {
	cmd, err := Parse(o.slash.Command, o.slash.Text)
	if err != nil || cmd.Verb != "find" && cmd.Verb != "seen" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, searchWithin)
	defer cancel()
	if cmd.Verb == "seen" {
		o.asked.sighted, o.asked.err = b.sightings(ctx, o.rights.viewer, incident.DecodeSlack(cmd.Text))
		if o.asked.err != nil && ctx.Err() != nil {
			o.asked.err = errSlow
		}
		return
	}
	if o.asked.query, o.asked.err = incident.ParseQuery(incident.DecodeSlack(cmd.Text), o.at, o.zone()); o.asked.err != nil {
		return
	}
	if o.asked.err = indicator.Resolve(&o.asked.query); o.asked.err != nil {
		return
	}
	o.asked.err = b.store.View(ctx, func(v *store.View) (err error) {
		o.asked.found, err = v.Search(o.rights.viewer, o.asked.query, foundShown)
		for i := range o.asked.found.Hits {
			hit := &o.asked.found.Hits[i]
			hit.Entry = maskedEntry(hit.Entry)
		}
		return err
	})
	if o.asked.err != nil && ctx.Err() != nil {
		o.asked.err = errSlow
	}
}

var errSlow = errors.New("the search took too long")

func (o *order) search() (message, error) {
	query := incident.DecodeSlack(o.cmd.Text)
	if e, ok := errors.AsType[*incident.QueryError](o.asked.err); ok {
		return message{}, refuse("I did not search for " + code(query) + ": " + code(e.Typed) + " " + e.Wrong + ". Write " + words(e.Right, 400) +
			". To look for the words themselves, put them in quotes.")
	}
	if e, ok := errors.AsType[*incident.UnclearTimeError](o.asked.err); ok {
		return message{}, &refusal{reason: "unclear time", answer: unclearTimeMessage(e)}
	}
	if errors.Is(o.asked.err, errSlow) {
		return message{}, refuse("Searching for " + code(query) + " took too long. Narrow it down with `in:INC-3`, `after:` or another word.")
	}
	return foundMessage(o.slash.Command, query, o.asked.query.Page, o.asked.found, o.at), o.asked.err
}
