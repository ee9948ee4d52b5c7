package bot

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/incident/mask"
)

// Slack's limits of modals in characters (docs.slack.dev, Block Kit reference:
// views, plain-text input, option).
const (
	modalTitleMax  = 24
	inputMax       = 3000
	optionMax      = 75
	optionsMax     = 100
	placeholderMax = 150
	privateMax     = 3000 // private_metadata
)

// The modals, by their callback_id, which for the first three is also that of
// the shortcut that opens them.
const (
	callbackOpen       = "open_incident"
	callbackTimeline   = "add_to_timeline"
	callbackTask       = "make_task"
	callbackDetect     = "run_detectors"
	callbackIndicators = "extract_indicators"
	callbackEvidence   = "mark_evidence"
	callbackRCA        = "write_rca"
	callbackOverride   = "close_override"
	callbackWhy        = "verdict_why"
	callbackMute       = "mute_rule"
)

// The fields of modals: each is the block_id and the action_id of its input.
// An RCA's sections are fields by their own names.
const (
	fieldTitle    = "title"
	fieldSeverity = "severity"
	fieldText     = "text"
	fieldWhen     = "when"
	fieldOwner    = "owner"
	fieldDue      = "due"
	fieldIncident = "incident"
	fieldReason   = "reason"
	fieldScope    = "scope"
	fieldFor      = "for"
	fieldAnyway   = "anyway"
	fieldOther    = "other"
	fieldRest     = "rest"
	fieldShift    = "shift"
)

// origin is what a modal has to remember until it is sent back. Slack keeps
// it in private_metadata.
type origin struct {
	Incident incident.Number   `json:"n,omitempty"` // 0: none, or to be chosen
	Channel  string            `json:"c,omitempty"` // where it was asked for
	Thread   string            `json:"t,omitempty"` // the parent's ts, in a thread
	TS       string            `json:"m,omitempty"` // the message it is about
	Answer   string            `json:"u,omitempty"` // response_url of the message clicked on
	Until    time.Time         `json:"e,omitzero"`  // when that ends
	Entry    int               `json:"i,omitempty"` // of the form of an entry: its number,
	Base     string            `json:"b,omitempty"` // and the hash of what it showed
	Page     int               `json:"p,omitempty"` // of the timeline editor: see page.Skip,
	Chosen   chosen            `json:"f,omitzero"`  // what of the timeline it shows,
	Picks    string            `json:"x,omitempty"` // which entries are chosen on pages that are not shown: see picks,
	Turn     int               `json:"r,omitempty"` // and how often it has turned into another screen
	Sections map[string]string `json:"s,omitempty"` // hashes of the RCA's sections as shown

	Detection string `json:"d,omitempty"` // the detection it is about
	Confirmed bool   `json:"v,omitempty"` // the verdict that a reason is asked for
	Known     string `json:"k,omitempty"` // what its checkbox says, see muting.knowing
}

// originOf reads a modal's origin; what cannot be read is not there.
func originOf(private string) (o origin) {
	_ = json.Unmarshal([]byte(private), &o) // it was written here, or it is worth nothing
	return o
}

// fitting leaves out what is not needed when private_metadata would become
// too long, which only a strange response_url could make it.
func (o origin) fitting() origin {
	if len(encode(o)) > privateMax {
		o.Answer = ""
	}
	return o
}

// modal is a form, or, without Submit, a screen to look at.
type modal struct {
	Callback, Title, Submit string
	Origin                  origin
	Blocks                  []slack.Block
}

// json writes the modal as Slack wants it. What it shows is masked; what stands
// in its fields to be edited is what draftOf gives.
func (m modal) json() json.RawMessage {
	v := slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(cut(m.Title, modalTitleMax)), Close: plain("Cancel"),
		CallbackID: m.Callback, Blocks: slack.Blocks{BlockSet: m.Blocks},
	}
	if m.Submit != "" {
		v.Submit = plain(m.Submit)
	} else {
		v.Close = plain("Close")
	}
	if m.Callback != "" {
		v.PrivateMetadata = string(encode(m.Origin.fitting()))
	}
	return maskedBlocks(encode(v))
}

// draftOf is a text of the record as a form offers it for editing, without its
// secrets: see mask.Draft. It does not fit where it is too long for a field, or
// cannot be checked.
func draftOf(text string) (d mask.Draft, fits bool) {
	if !editable(text) {
		return d, false
	}
	d, ok := mask.NewDraft(text)
	return d, ok && editable(d.Shown)
}

// undrafted is what somebody made of a draft, with the secrets in it. A text
// that would show one is refused under its field.
func undrafted(d mask.Draft, typed, field string) (text string, err error) {
	text, ok := d.Text(strings.ReplaceAll(typed, "\r\n", "\n"))
	if !ok {
		return "", refuseField(field, "What is masked here is a secret, known by the words beside it: with others it would be shown to everybody. Leave those words as they were, or take the mask out with them.")
	}
	return text, nil
}

// saying is a screen that only says something.
func saying(title string, m message) modal {
	blocks := m.Blocks
	if len(blocks) == 0 {
		blocks = sentence(m.Text).Blocks
	}
	return modal{Title: title, Blocks: blocks}
}

func plain(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// input is a field of text.
type input struct {
	name, label, value, hint, placeholder string
	long, optional, focus                 bool
	most                                  int // characters; 0: as many as Slack takes
}

func (in input) block() slack.Block {
	most := in.most
	if most == 0 {
		most = inputMax
	}
	e := &slack.PlainTextInputBlockElement{
		Type: slack.METPlainTextInput, ActionID: in.name, Multiline: in.long, MaxLength: most, InitialValue: cut(in.value, most), FocusOnLoad: in.focus,
	}
	if in.placeholder != "" {
		e.Placeholder = plain(cut(in.placeholder, placeholderMax))
	}
	return field(in.name, in.label, in.hint, e, in.optional)
}

func field(name, label, hint string, e slack.BlockElement, optional bool) slack.Block {
	b := slack.NewInputBlock(name, plain(label), nil, e).WithOptional(optional)
	if hint != "" {
		b.Hint = plain(hint)
	}
	return b
}

// choice is a menu of options, of which first is chosen already; "" none.
func choice(name, label string, options []*slack.OptionBlockObject, first string) slack.Block {
	e := &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: name, Options: options[:min(len(options), optionsMax)]}
	for _, o := range e.Options {
		if o.Value == first {
			e.InitialOption = o
		}
	}
	return field(name, label, "", e, false)
}

func option(text, value string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(cut(text, optionMax)), nil)
}

// openModal asks for what an incident begins with.
func openModal(title string) modal {
	var severities []*slack.OptionBlockObject
	for _, s := range []incident.Severity{incident.SEV1, incident.SEV2, incident.SEV3, incident.SEV4} {
		severities = append(severities, option(s.String()+severityHint[s], s.String()))
	}
	return modal{
		Callback: callbackOpen, Title: "Open an incident", Submit: "Open",
		Blocks: []slack.Block{
			input{name: fieldTitle, label: "What is wrong?", value: title, most: titleMax, placeholder: "Odd logins on the VPN"}.block(),
			choice(fieldSeverity, "Severity", severities, incident.SEV3.String()),
			input{name: fieldText, label: "What is known so far", hint: "It becomes the first note on the timeline.", long: true, optional: true}.block(),
		},
	}
}

var severityHint = map[incident.Severity]string{incident.SEV1: ", the worst", incident.SEV4: ", the least"}

// titleMax is how long a title may be that is typed into a modal: a line that
// a phone still shows.
const titleMax = 250

// timelineModal asks what of a message goes on the timeline, and as of when.
func timelineModal(o origin, text, when string, choices []*slack.OptionBlockObject) modal {
	return modal{
		Callback: callbackTimeline, Title: "Add to timeline", Submit: "Add", Origin: o,
		Blocks: append(incidentChoice(choices),
			input{name: fieldText, label: "What happened", value: text, long: true}.block(),
			input{name: fieldWhen, label: "When", value: when, hint: "In your own time zone: 14:32, 10m ago, yesterday 23:10.", most: shortMax}.block(),
		),
	}
}

// shortMax is how many characters a time may have.
const shortMax = 100

// taskModal asks what is to be done, by whom and until when.
func taskModal(o origin, title string, choices []*slack.OptionBlockObject) modal {
	owner := &slack.SelectBlockElement{Type: slack.OptTypeUser, ActionID: fieldOwner, Placeholder: plain("Nobody yet")}
	return modal{
		Callback: callbackTask, Title: "Make a task", Submit: "Add task", Origin: o,
		Blocks: append(incidentChoice(choices),
			input{name: fieldTitle, label: "What is to be done", value: title, most: titleMax}.block(),
			field(fieldOwner, "Who does it", "", owner, true),
			input{name: fieldDue, label: "Until when", hint: "17:00, tomorrow, friday 9:00, in 2h, 2026-11-25.", optional: true, most: shortMax}.block(),
		),
	}
}

func incidentChoice(choices []*slack.OptionBlockObject) []slack.Block {
	if len(choices) == 0 {
		return nil
	}
	return []slack.Block{choice(fieldIncident, "Incident", choices, choices[0].Value)}
}

// overrideModal asks why an incident is closed although something is missing.
func overrideModal(o origin) modal {
	return modal{
		Callback: callbackOverride, Title: "Close anyway", Submit: "Close it", Origin: o,
		Blocks: []slack.Block{
			input{name: fieldReason, label: "Why", long: true, hint: "The reason stands in the RCA."}.block(),
		},
	}
}

// editable says whether a text fits into a field.
func editable(text string) bool { return utf8.RuneCountInString(text) <= inputMax }

// plainWords is a message for people as a field's error shows it: without
// markup.
func plainWords(m message) string {
	return cut(incident.SlackPlain(strings.NewReplacer("`", "", "*", "").Replace(m.Text), nil), 500)
}
