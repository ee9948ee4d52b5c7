package bot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// longestNote is how many characters a note in a custody may have.
const longestNote = 1000

// evidence lists the incident's pieces of evidence, or shows one with its
// custody. Where another organisation reads too it is for those who may
// command alone, as detections are.
func (o *order) evidence() (message, error) {
	if err := o.notShared(); err != nil {
		return message{}, err
	}
	if o.cmd.N != 0 {
		p, err := o.piece()
		if err != nil {
			return message{}, err
		}
		return pieceMessage(p, o.at), nil
	}
	list, err := o.tx.Evidence(incident.Operator(), o.inc.Number) // allowed has judged the incident
	if err != nil {
		return message{}, err
	}
	waiting, err := o.tx.CountUncollected(o.inc.Number)
	return evidenceMessage(o.inc.Number, list, waiting, o.at, o.slash.Command), err
}

// piece is the piece of evidence that the command names.
func (o *order) piece() (incident.Evidence, error) {
	p, err := o.tx.Piece(incident.Operator(), o.inc.Number, o.cmd.N)
	if isNotFound(err) {
		return p, refuse("There is no evidence " + strconv.Itoa(o.cmd.N) + " in " + o.inc.Number.String() + ". `" + o.slash.Command + " evidence` lists what there is.")
	}
	return p, err
}

// markEvidence says that a piece is evidence: the one named, or the message
// that the shortcut was used on, with its files.
func (o *order) markEvidence() (message, error) {
	if o.cmd.N == 0 {
		return o.markMessage()
	}
	p, err := o.move(incident.MoveMarked)
	if err != nil {
		return message{}, err
	}
	return sentence(fmt.Sprintf("Evidence `%d` is marked: %s.", p.N, pieceName(p))), nil
}

func (o *order) giveEvidence() (message, error) {
	if err := o.b.wantPerson(o.tx, o.cmd.User); err != nil {
		return message{}, err
	}
	return o.moveSeen(incident.MoveGiven)
}

func (o *order) sealEvidence() (message, error)   { return o.moveSeen(incident.MoveSealed) }
func (o *order) unsealEvidence() (message, error) { return o.moveSeen(incident.MoveUnsealed) }

// moveSeen makes a move that the channel is told of.
func (o *order) moveSeen(m incident.Move) (message, error) {
	p, err := o.move(m)
	if err != nil {
		return message{}, err
	}
	said := movedMessage(p, m, o.slash.UserID, o.cmd.User, incident.DecodeSlack(o.cmd.Text))
	return said, o.tell(said)
}

// move records a move of the piece that the command names, if it may be.
func (o *order) move(m incident.Move) (incident.Evidence, error) {
	p, err := o.piece()
	if err != nil {
		return p, err
	}
	if len([]rune(o.cmd.Text)) > longestNote {
		return p, refuseField(fieldText, fmt.Sprintf("That note is too long: %d characters at most.", longestNote))
	}
	if err := p.May(m); err != nil {
		return p, o.mayNot(p, err)
	}
	e, err := o.tx.Entry(incident.Operator(), o.inc.Number, p.Entry)
	if err != nil {
		return p, err
	}
	return p, o.moved(e, p.File, m, "custody")
}

// moved records a move of an entry's file, in its custody and on the timeline.
// The entry names no file: what is erased of one must not stay in another.
func (o *order) moved(e incident.Entry, f incident.File, m incident.Move, part string) error {
	key, err := o.tx.EntryKeyOf(e.ID)
	if err != nil {
		return err
	}
	n, err := o.tx.Move(key, f, incident.Custody{
		Move: m, At: o.at, By: o.slash.UserID, To: o.cmd.User, Note: incident.DecodeSlack(o.cmd.Text),
	})
	if err != nil {
		return err
	}
	text := fmt.Sprintf("evidence %d %s", n, m)
	if o.cmd.User != "" {
		text += " to " + o.recorded(o.cmd.User)
	}
	data := map[string]any{"evidence": n, "custody": string(m)}
	if o.cmd.User != "" {
		data["to"] = o.cmd.User
	}
	_, err = o.entry(part, incident.KindFile, o.at, text, data)
	return err
}

// mayNot is the refusal of a move.
func (o *order) mayNot(p incident.Evidence, why error) error {
	n := strconv.Itoa(p.N)
	switch {
	case errors.Is(why, incident.ErrSealed):
		seal, _ := p.Seal()
		return refuse("Evidence " + n + " was sealed by " + who(seal.By) + ", so I left it. `" + o.slash.Command + " evidence unseal " + n + " REASON` comes first.")
	case errors.Is(why, incident.ErrNotSealed):
		return refuse("Evidence " + n + " is not sealed.")
	case errors.Is(why, incident.ErrNotKept):
		return refuse("Evidence " + n + " cannot be sealed: its bytes are not kept (" + words(orElse(p.Missed(), "they are still to be fetched"), 200) + ").")
	}
	return refuse("Evidence " + n + " was redacted: nothing of it is left.")
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// markMessage marks the message that the order is about, and its files. What
// is sealed already stays as it is.
func (o *order) markMessage() (message, error) {
	key := messageKey(o.b.home(), o.about.Channel, o.about.TS)
	e, err := o.tx.EntryByKey(key)
	if isNotFound(err) || err == nil && e.Incident != o.inc.Number {
		return message{}, refuse("That message is not on the timeline of " + o.inc.Number.String() + ", so I cannot mark it.")
	}
	if err != nil {
		return message{}, err
	}
	if e.Redacted {
		return message{}, refuse("That message was redacted: nothing of it is left to mark.")
	}
	if len([]rune(o.cmd.Text)) > longestNote {
		return message{}, refuseField(fieldText, fmt.Sprintf("That note is too long: %d characters at most.", longestNote))
	}
	sealed, err := o.sealedOf(e)
	if err != nil {
		return message{}, err
	}
	files := e.Files
	if strings.TrimSpace(e.Text) != "" || len(files) == 0 {
		files = append([]incident.File{{}}, files...) // the message itself
	}
	marked := 0
	for _, f := range files {
		if sealed[f.ID] {
			continue
		}
		if err := o.moved(e, f, incident.MoveMarked, "custody:"+f.ID); err != nil {
			return message{}, err
		}
		marked++
	}
	return markedMessage(marked, len(files)-marked, e, o.slash.Command), nil
}

// sealedOf says which of an entry's files are sealed, by id; "": itself.
func (o *order) sealedOf(e incident.Entry) (map[string]bool, error) {
	list, err := o.tx.Evidence(incident.Operator(), o.inc.Number)
	sealed := map[string]bool{}
	for _, p := range list {
		if _, is := p.Seal(); is && p.Entry == e.N {
			sealed[p.File.ID] = true
		}
	}
	return sealed, err
}

// evidenceScreen asks, for the shortcut, what there is to say about a message.
func (b *Bot) evidenceScreen(tx *store.Tx, i interaction, r rights) (modal, error) {
	inc, err := tx.IncidentByChannel(i.Channel.ID)
	if isNotFound(err) {
		if err := r.may(AccessResponder, incident.Incident{}); err != nil {
			return modal{}, err
		}
		return modal{}, refuse("*Mark as evidence* works in an incident's channel. Share the message's file there, or put what it says on a timeline with *Add to timeline*.")
	}
	if err != nil {
		return modal{}, err
	}
	if err := r.may(AccessResponder, inc); err != nil {
		return modal{}, err
	}
	o := origin{Channel: i.Channel.ID, TS: i.Message.TS, Incident: inc.Number}
	if i.Message.inThread() {
		o.Thread = i.Message.ThreadTS
	}
	return evidenceModal(o, i.Message), nil
}

// markEvidence marks the message that the modal was opened on.
func (s *submission) markEvidence(identified error) (viewAnswer, error) {
	note := s.value(fieldText)
	line := "evidence mark this message"
	if note != "" {
		line += " " + asSent(note)
	}
	o := s.order(Command{Verb: "evidence mark", Incident: s.from.Incident, Text: asSent(note)}, line)
	return s.give(o, identified, fieldText)
}
