package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// The timeline editor is one modal: a page of entries, each with a button that
// turns the modal into the entry's form; sent back, the form turns into the
// page again.

const (
	callbackEditor  = "timeline_editor"
	callbackCorrect = "correct_entry"

	actionEditor     = "firebreak_edit_timeline" // of a message: opens the editor
	actionEditorPage = "firebreak_edit_page_"    // in the editor: how many newer entries are left out
	actionCorrect    = "firebreak_edit_entry_"   // in the editor: the entry's number
)

// editorShown is how many entries a page has: what a thumb scrolls through,
// far below Slack's 100 blocks.
const editorShown = 20

// page is a stretch of a timeline, the newest entries but Skip.
type page struct {
	Skip    int
	Entries []incident.Entry // oldest first
	Total   int
}

// editable are the kinds of entries that an editor offers: what only records
// that somebody asked the bot something is left out.
func editableKinds() []incident.Kind {
	var kinds []incident.Kind
	for _, k := range incident.Kinds() {
		if k != incident.KindCommand && k != incident.KindReaction && k != incident.KindAction {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// pageOf reads the page of entries after skip newer ones. Entries that came
// meanwhile shift it: something is shown twice then, nothing is missed.
func pageOf(tx *store.Tx, n incident.Number, skip int) (page, error) {
	f := store.Filter{Kinds: editableKinds(), Limit: editorShown, Newest: true, Skip: max(0, skip)}
	total, err := tx.CountMatching(incident.Operator(), n, f)
	if err != nil {
		return page{}, err
	}
	entries, err := tx.Entries(incident.Operator(), n, f)
	return page{Skip: f.Skip, Entries: entries, Total: total}, err
}

// editorModal shows a page. said is what has just been done, in mrkdwn.
func editorModal(o origin, p page, said string) modal {
	o.Entry, o.Base, o.Page = 0, "", p.Skip
	m := modal{Callback: callbackEditor, Title: "Timeline of " + o.Incident.String(), Origin: o}
	if said != "" {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn(cutMrkdwn(said, sectionMax)), nil, nil), slack.NewDividerBlock())
	}
	for _, e := range p.Entries {
		b := slack.NewButtonBlockElement(actionCorrect+strconv.Itoa(e.N), o.Incident.String(), plain("Correct"))
		text := slack.NewSectionBlock(mrkdwn(cutMrkdwn(entryLine(e, nowUTC()), sectionMax)), nil, slack.NewAccessory(b))
		m.Blocks = append(m.Blocks, text)
	}
	return m.paged(o.Incident, p)
}

// paged adds the way to other pages.
func (m modal) paged(n incident.Number, p page) modal {
	var l layout
	var steps []button
	if p.Skip+len(p.Entries) < p.Total {
		steps = append(steps, button{actionEditorPage + strconv.Itoa(p.Skip+editorShown), "Earlier", n.String(), ""})
	}
	if p.Skip > 0 {
		steps = append(steps, button{actionEditorPage + strconv.Itoa(max(0, p.Skip-editorShown)), "Later", n.String(), ""})
	}
	last := p.Total - p.Skip
	l.context(fmt.Sprintf("%d to %d of %d, in order of time. Commands are left out.", max(0, min(1, last), last-len(p.Entries)+1), last, p.Total))
	if len(steps) > 0 {
		l.buttons(steps...)
	}
	m.Blocks = append(m.Blocks, l.blocks...)
	return m
}

// handleEditorClick turns the editor into another page or into a form.
func (b *Bot) handleEditorClick(ctx context.Context, row incident.Inbound, i interaction, n incident.Number) error {
	who, rights, identified := b.authorise(ctx, i.by(b.cfg.Command))
	return b.store.Update(ctx, func(tx *store.Tx) error {
		m, err := b.editorTurned(tx, i, who, rights, n, identified)
		if refused, shown := refusalOf(err); refused != "" {
			m = saying("firebreak", shown)
		} else if err != nil {
			return err
		}
		if err := planViewUpdate(tx, row, i.View.ID, m); err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}

// editorTurned judges by what the person may see now: the modal may have been
// open for long, and no channel proves anything here.
func (b *Bot) editorTurned(tx *store.Tx, i interaction, who incident.Person, r rights, n incident.Number, identified error) (modal, error) {
	if identified != nil {
		return modal{}, identified
	}
	inc, err := tx.Incident(r.viewer, n)
	if isNotFound(err) {
		return modal{}, refuse("There is no " + n.String() + " that you can see.")
	}
	if err != nil {
		return modal{}, err
	}
	if err := r.may(AccessResponder, inc); err != nil {
		return modal{}, err
	}
	o := originOf(i.View.Private)
	o.Incident = n
	action := i.Actions[0].ActionID
	if label, ok := strings.CutPrefix(action, actionCorrect); ok {
		return b.entryForm(tx, o, who, numbered(label))
	}
	p, err := pageOf(tx, n, numbered(strings.TrimPrefix(action, actionEditorPage)))
	return editorModal(o, p, ""), err
}

// numbered reads the number in an action's id; what is none is 0.
func numbered(label string) int {
	n, err := strconv.Atoi(label)
	if err != nil {
		return 0
	}
	return n
}
