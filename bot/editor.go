package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// The timeline editor is one modal: a page of entries, each with a button that
// turns the modal into the entry's form; sent back, the form turns into the
// page again. Other buttons turn it into other pages, and into forms that
// choose what is shown, correct several entries, or rearrange one.

const (
	callbackEditor  = "timeline_editor"
	callbackCorrect = "correct_entry"
	callbackSelect  = "correct_several"
	callbackChoose  = "choose_entries"
	callbackMerge   = "merge_entries"
	callbackSplit   = "split_entry"
	callbackMove    = "move_entry"

	actionEditor = "firebreak_edit_timeline" // of a message or the Home tab: opens the editor

	// In the editor. What follows is how many newer entries are left out,
	actionEditorPage   = "firebreak_edit_page_"
	actionEditorSelect = "firebreak_edit_select_"
	actionEditorClear  = "firebreak_edit_clear_"
	actionEditorChoose = "firebreak_edit_choose_"
	// or the entry's number.
	actionCorrect      = "firebreak_edit_entry_"
	actionEntryHistory = "firebreak_edit_history_"
	actionEntryMerge   = "firebreak_edit_merge_"
	actionEntrySplit   = "firebreak_edit_split_"
	actionEntryMove    = "firebreak_edit_move_"
)

// viewHome is what Slack calls the Home tab, where a modal is opened by a
// button and not turned.
const viewHome = "home"

// editorShown is how many entries a page has: what a thumb scrolls through,
// far below Slack's 100 blocks.
const editorShown = 20

// editorButton is the button that opens the editor: in a message, or on the
// Home tab. Its click is handled like any other.
func editorButton(n incident.Number) button {
	return button{actionEditor, "Correct…", n.String(), ""}
}

// page is a stretch of a timeline, the newest of the entries chosen but Skip.
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
func pageOf(tx *store.Tx, n incident.Number, c chosen, skip, size int) (page, error) {
	f := c.filter()
	f.Limit, f.Newest, f.Skip = size, true, max(0, skip)
	if len(c.words()) > 0 {
		return searchedPage(tx, n, f, c.words())
	}
	total, err := tx.CountMatching(incident.Operator(), n, f)
	if err != nil {
		return page{}, err
	}
	entries, err := tx.Entries(incident.Operator(), n, f)
	return page{Skip: f.Skip, Entries: entries, Total: total}, err
}

// searchedBatch is how many entries are in memory at once while words are
// looked for.
const searchedBatch = 500

// searchedPage is pageOf for entries that say all the words: only reading the
// texts can tell.
func searchedPage(tx *store.Tx, n incident.Number, f store.Filter, words []string) (page, error) {
	p := page{Skip: f.Skip}
	size := f.Limit
	f.Limit, f.Skip = searchedBatch, 0
	for {
		batch, err := tx.Entries(incident.Operator(), n, f)
		if err != nil {
			return page{}, err
		}
		for _, e := range slices.Backward(batch) {
			if !says(e.Text, words) {
				continue
			}
			if p.Total >= p.Skip && len(p.Entries) < size {
				p.Entries = append(p.Entries, e)
			}
			p.Total++
		}
		if len(batch) < searchedBatch {
			slices.Reverse(p.Entries)
			return p, nil
		}
		f.Skip += searchedBatch
	}
}

// says says whether all words occur in a text, in any letter case.
func says(text string, words []string) bool {
	text = strings.ToLower(text)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, strings.ToLower(w)) })
}

// showTimeline is the editor with the page that its origin names. Whoever
// calls it has judged that its reader may correct the incident.
func showTimeline(tx *store.Tx, o origin, said string) (modal, error) {
	p, err := pageOf(tx, o.Incident, o.Chosen, o.Page, editorShown)
	return editorModal(o, p, said), err
}

// editorModal shows a page. said is what has just been done, in mrkdwn.
func editorModal(o origin, p page, said string) modal {
	o.Entry, o.Base, o.Page = 0, "", p.Skip
	m := modal{Callback: callbackEditor, Title: "Timeline of " + o.Incident.String(), Origin: o}
	if said != "" {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn(cutMrkdwn(said, sectionMax)), nil, nil), slack.NewDividerBlock())
	}
	for _, e := range maskedEntries(p.Entries) { // before a long text is cut
		b := slack.NewButtonBlockElement(actionCorrect+strconv.Itoa(e.N), o.Incident.String(), plain("Correct"))
		text := slack.NewSectionBlock(mrkdwn(cutMrkdwn(entryLine(e, nowUTC()), sectionMax)), nil, slack.NewAccessory(b))
		m.Blocks = append(m.Blocks, text)
	}
	several := "Select several…"
	if n := len(unpack(o.Picks)); n > 0 {
		several = fmt.Sprintf("Selected: %d…", n)
	}
	return m.paged(p, editorShown, actionEditorPage,
		button{actionEditorSelect + strconv.Itoa(p.Skip), several, o.Incident.String(), ""},
		button{actionEditorChoose + strconv.Itoa(p.Skip), "Filter…", o.Incident.String(), ""})
}

// paged adds the way to other pages, and further buttons.
func (m modal) paged(p page, size int, action string, more ...button) modal {
	var l layout
	var steps []button
	n := m.Origin.Incident.String()
	if p.Skip+len(p.Entries) < p.Total {
		steps = append(steps, button{action + strconv.Itoa(p.Skip+size), "Earlier", n, ""})
	}
	if p.Skip > 0 {
		steps = append(steps, button{action + strconv.Itoa(max(0, p.Skip-size)), "Later", n, ""})
	}
	last := max(0, p.Total-p.Skip)
	shown := fmt.Sprintf("%d to %d of %d, in order of time. Commands are left out.", max(0, min(1, last), last-len(p.Entries)+1), last, p.Total)
	if c := m.Origin.Chosen.String(); c != "" {
		shown += " Only " + c + "."
	}
	l.context(shown)
	l.buttons(append(steps, more...)...)
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
	o.Incident, o.TS, o.Thread = n, "", ""
	var kept selecting
	if i.View.CallbackID == callbackSelect {
		all, left := i.View.selected(o)
		kept = i.View.selecting(o)
		o.Picks, kept.left = all.pack(), left
	}
	return b.turned(tx, o.next(), i.Actions[0].ActionID, who, r, kept)
}

// next is the origin of the screen that the modal turns into: what is asked
// for there is asked once.
func (o origin) next() origin {
	o.Turn++
	return o
}

// turned is the screen that a button of the editor leads to.
func (b *Bot) turned(tx *store.Tx, o origin, action string, who incident.Person, r rights, kept selecting) (modal, error) {
	for prefix, screen := range map[string]func(n int) (modal, error){
		actionCorrect:      func(n int) (modal, error) { return b.entryForm(tx, o, who, n) },
		actionEntryHistory: func(n int) (modal, error) { return b.historyScreen(tx, o, n) },
		actionEntryMerge:   func(n int) (modal, error) { return b.mergeForm(tx, o, n) },
		actionEntrySplit:   func(n int) (modal, error) { return b.splitForm(tx, o, who, n) },
		actionEntryMove:    func(n int) (modal, error) { return b.moveForm(tx, o, r, n) },
		actionEditorSelect: func(skip int) (modal, error) { return b.selectForm(tx, o, r, skip, kept) },
		actionEditorClear: func(skip int) (modal, error) {
			o.Picks, kept.left = "", 0
			return b.selectForm(tx, o, r, skip, kept)
		},
		actionEditorChoose: func(skip int) (modal, error) { o.Page = skip; return chooseForm(o, who), nil },
	} {
		if label, ok := strings.CutPrefix(action, prefix); ok {
			return screen(numbered(label))
		}
	}
	o.Page = numbered(strings.TrimPrefix(action, actionEditorPage))
	return showTimeline(tx, o, "")
}

// numbered reads the number in an action's id; what is none is 0.
func numbered(label string) int {
	n, err := strconv.Atoi(label)
	if err != nil {
		return 0
	}
	return n
}
