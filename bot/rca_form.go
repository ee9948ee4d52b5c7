package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// rcaModal is a form with all sections of the RCA as they stand, the cursor in
// focus. What is longer than a field takes is named and left alone. What a form
// remembers of a section is the hash of what it showed: a secret in it that was
// changed meanwhile is nobody's change here.
func rcaModal(o origin, written map[string]store.Section, focus, command string) modal {
	m := modal{Callback: callbackRCA, Title: "RCA of " + o.Incident.String(), Submit: "Save"}
	o.Sections = map[string]string{}
	for _, name := range incident.SectionNames() {
		text := written[name].Text
		d, fits := draftOf(text)
		if !fits {
			m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn(tooLongHere(name, text, command)), nil, nil))
			continue
		}
		o.Sections[name] = shownHash(text)
		b := input{name: name, label: incident.SectionTitle(name), value: d.Shown, long: true, optional: true, focus: name == focus}
		m.Blocks = append(m.Blocks, b.block())
	}
	m.Origin = o
	return m
}

func tooLongHere(name, text, command string) string {
	p := parser{slash: command}
	return fmt.Sprintf("*%s* has %d characters, too many to edit here. It stays as it is; %s replaces it.",
		incident.SectionTitle(name), utf8.RuneCountInString(text), p.do("rca set "+name+" TEXT"))
}

// sectionHash tells whether a section has changed since a form was opened. It
// does not see what a client may change by itself: the kind of line breaks and
// white space around the text.
func sectionHash(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// shownHash is the hash of a section as a form shows it.
func shownHash(text string) string {
	if d, fits := draftOf(text); fits {
		text = d.Shown
	}
	return sectionHash(text)
}

// writeRCA sets the sections that the person changed. One that somebody else
// changed meanwhile is refused under its field, where the text stays; the
// others are kept.
func (s *submission) writeRCA(identified error) (viewAnswer, error) {
	written, err := s.tx.Sections(s.from.Incident)
	if err != nil {
		return viewAnswer{}, err
	}
	errors, set := map[string]string{}, []string{}
	var last *order
	for _, name := range incident.SectionNames() {
		base, shown := s.from.Sections[name]
		text, has := s.i.View.text(name)
		d, _ := draftOf(written[name].Text)
		now := sectionHash(text)
		if !shown || !has || now == base || now == shownHash(written[name].Text) {
			continue
		}
		if shownHash(written[name].Text) == base { // else it is refused for that
			text, err = undrafted(d, text, name)
			if refused, shown := refusalOf(err); refused != "" {
				errors[name] = plainWords(shown)
				continue
			}
		}
		last = s.sectionOrder(name, text, base)
		last.typed, _ = s.i.View.text(name)
		m, err := last.obey(identified)
		if err != nil {
			return viewAnswer{}, err
		}
		if last.failed != nil {
			errors[name] = plainWords(m)
			continue
		}
		set = append(set, strings.ToLower(incident.SectionTitle(name)))
	}
	if len(errors) > 0 {
		return viewAnswer{Errors: errors}, nil
	}
	return s.wrote(last, set)
}

// sectionOrder is the command that sets one section. Its key holds the text,
// since one form may be sent more than once with another text.
func (s *submission) sectionOrder(name, text, base string) *order {
	text = asSent(text)
	o := s.order(Command{Verb: "rca set", Incident: s.from.Incident, Section: name, Text: text}, "rca set "+name+" "+text)
	o.key = s.key() + ":" + name + ":" + sectionHash(text)
	o.refusal = s.row.Key + ":" + name
	o.base = base
	return o
}

// wrote answers who wrote: with the checklist brought up to date, if that is
// where they came from.
func (s *submission) wrote(o *order, set []string) (viewAnswer, error) {
	if o == nil {
		return s.answer(sentence("Nothing was changed."))
	}
	if s.from.Answer == "" {
		return s.answer(sentence("Noted in the RCA under " + strings.Join(set, ", ") + "."))
	}
	if o.inc.Closed() {
		return s.answer(sentence("Noted in the RCA. " + o.inc.Number.String() + " is closed meanwhile."))
	}
	list, err := o.checklist()
	if err != nil {
		return viewAnswer{}, err
	}
	return s.answer(list.message(o.slash.Command))
}

// untouched refuses to replace a section that somebody else has changed since
// the form was opened.
func (o *order) untouched() error {
	if o.base == "" {
		return nil
	}
	written, err := o.tx.Sections(o.inc.Number)
	if err != nil {
		return err
	}
	now := written[o.cmd.Section]
	if shownHash(now.Text) == o.base {
		return nil
	}
	return refuseField(o.cmd.Section, fmt.Sprintf("%s changed this at %s while you were writing, so yours is not saved; the other fields are. Copy your text, close this and open it again.",
		o.nameOf(now.By), now.At.In(o.zone()).Format("15:04")))
}
