package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// slashCommand is a slash command as Slack delivers it.
type slashCommand struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	UserID      string `json:"user_id"`
	UserName    string `json:"user_name"`
	ChannelID   string `json:"channel_id"`
	ChannelName string `json:"channel_name"`
	TeamID      string `json:"team_id"`
	TriggerID   string `json:"trigger_id"`
}

// order is one command being obeyed: who gave it, where, about what, and the
// transaction that everything it changes goes into.
type order struct {
	b      *Bot
	tx     *store.Tx
	slash  slashCommand
	who    incident.Person
	rights rights
	cmd    Command
	inc    incident.Incident // zero when the command concerns none
	key    string            // the inbox row's: what its entries and actions are keyed by
	at     time.Time         // when the command was received
	asked  asked             // what a search found
	also   map[string]any    // what the command's entry says besides
	record bool              // the command itself has an incident to be recorded in

	// Of a command that a button or a modal gives.
	given   *Command           // understood already; slash.Text is the line it stands for
	away    bool               // given from elsewhere: no channel proves what may be seen
	refusal string             // what a refusal is keyed by, where that is not key
	about   about              // the message it is about
	failed  *refusal           // set when it was refused
	base    string             // hash of the RCA section that the author saw; empty: any
	stale   func(*order) error // refuses what a button offers no longer; may be nil
	bases   map[int]string     // hashes of entries that the author saw, by number; see base
	unsaid  incident.Number    // a private incident that the command names, which its entry must not
	deed    string             // what its corrections are taken back under; empty: key
	typed   string             // what its author typed into a form, without the secrets it kept; empty: slash.Text

	made int // number of the first entry that it made besides the command's own
}

// about is a message that something is made of; zero: none.
type about struct{ Channel, TS, ThreadTS, Permalink string }

// refusal is an answer that changes nothing but the record of the command.
type refusal struct {
	reason string // short, for the entry
	answer message
	field  string // of a modal, that it is about; empty: all of it
}

func (r *refusal) Error() string { return "refused: " + r.reason }

// refuse makes a refusal whose reason is its answer.
func refuse(why string) error {
	return &refusal{reason: why, answer: message{Text: why}}
}

// refuseField is refuse for what one field of a modal holds.
func refuseField(field, why string) error {
	return &refusal{reason: why, answer: message{Text: why}, field: field}
}

// handleCommand obeys one slash command: it is recorded and answered
// whatever it says, and it changes something only if it is understood and
// its author may.
func (b *Bot) handleCommand(ctx context.Context, row incident.Inbound) error {
	var s slashCommand
	if err := json.Unmarshal(row.Payload, &s); err != nil || s.UserID == "" {
		return b.store.Update(ctx, func(tx *store.Tx) error { return tx.HandledInbound(row.ID) })
	}
	return b.obeySlash(ctx, row, s)
}

func (b *Bot) obeySlash(ctx context.Context, row incident.Inbound, s slashCommand) error {
	who, rights, identified := b.authorise(ctx, s)
	o := &order{b: b, slash: s, who: who, rights: rights, key: row.Key, at: row.ReceivedAt}
	if identified == nil {
		b.lookUp(ctx, o)
	}
	var answer message
	err := b.store.Update(ctx, func(tx *store.Tx) error {
		o.tx = tx
		var err error
		if answer, err = o.obey(identified); err != nil {
			return err
		}
		if err := b.wantPerson(tx, s.UserID); err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
	if err != nil {
		return err
	}
	return b.answer(ctx, row.Key, s, o.leaving(answer))
}

// obey understands, checks and does. Every verb refuses before it writes, so
// that a refused command leaves nothing but its own entry.
func (o *order) obey(identified error) (message, error) {
	cmd, err := o.understood()
	o.cmd = cmd
	err = cmp.Or(err, identified)
	if found := o.find(); found != nil && err == nil {
		err = found
	}
	if err == nil {
		err = o.allowed()
	}
	if err == nil && o.stale != nil {
		err = o.stale(o)
	}
	var answer message
	if err == nil {
		answer, err = o.do()
	}
	refused, answerOf := refusalOf(err)
	if err != nil && refused == "" {
		return message{}, err
	}
	if refused != "" {
		answer = answerOf
		o.failed = &refusal{reason: refused, answer: answerOf}
		o.failed.field = fieldOf(err, "")
	}
	recorded, err := o.recordCommand(refused)
	if err != nil || recorded.N == 0 {
		return answer, err
	}
	return o.warnOfSecret(recorded, answer)
}

// understood is what the author wants: what they typed, or what the button or
// modal they used stands for.
func (o *order) understood() (Command, error) {
	if o.given != nil {
		return *o.given, nil
	}
	return Parse(o.slash.Command, o.slash.Text)
}

// fieldOf is the field of a form that a refusal is about, else another.
func fieldOf(err error, other string) string {
	if r, ok := errors.AsType[*refusal](err); ok && r.field != "" {
		return r.field
	}
	return other
}

// refusalOf gives a refusal's reason and answer; other errors have none.
func refusalOf(err error) (string, message) {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.reason, r.answer
	}
	if u, ok := errors.AsType[*UsageError](err); ok {
		return u.Reason, refusedMessage(u)
	}
	return "", message{}
}

// find settles which incident the command is about: the one named in front,
// else the channel's own. It fails alike for what is not there and what the
// author may not see.
func (o *order) find() error {
	if !o.away {
		own, err := o.tx.IncidentByChannel(o.slash.ChannelID)
		if err == nil {
			o.inc, o.record = own, true
		} else if !isNotFound(err) {
			return err
		}
	}
	if o.cmd.Incident == 0 || o.cmd.Incident == o.inc.Number {
		return o.stillThere()
	}
	named, err := o.tx.Incident(o.rights.viewer, o.cmd.Incident)
	if isNotFound(err) {
		return refuse("There is no " + o.cmd.Incident.String() + " that you can see.")
	}
	if err != nil {
		return err
	}
	o.inc, o.record = named, true
	return o.stillThere()
}

// allowed checks the author's rights, and that there is an incident where
// the command needs one.
func (o *order) allowed() error {
	f, ok := formOf(o.cmd.Verb)
	if !ok {
		return refuse("That command is not there.")
	}
	about := o.inc
	if f.anywhere {
		about = incident.Incident{}
	}
	if err := o.rights.may(f.access, about); err != nil {
		return err
	}
	if f.anywhere || o.inc.Number != 0 {
		return nil
	}
	return refuse("Which incident? Use `" + o.slash.Command + "` in its channel, or name it: `" +
		o.slash.Command + " INC-3 " + o.cmd.Verb + "`.")
}

// formOf finds the form of an understood command.
func formOf(verb string) (form, bool) {
	for _, f := range forms {
		if f.words == verb || f.verb == verb {
			return f, true
		}
	}
	return form{}, false
}

// recordCommand keeps the command itself as an entry of its incident, also
// when it was refused.
func (o *order) recordCommand(refused string) (incident.Entry, error) {
	if !o.record || o.inc.Number == 0 {
		return incident.Entry{}, nil
	}
	args := incident.DecodeSlack(o.slash.Text)
	if o.unsaid != 0 {
		args = naming(o.unsaid).ReplaceAllString(args, "(another incident)")
	}
	data := map[string]any{"command": o.slash.Command, "args": args, "channel": o.slash.ChannelID}
	if refused != "" {
		data["refused"] = refused
	}
	maps.Copy(data, o.also)
	if o.cmd.Verb != "" {
		data["verb"] = o.cmd.Verb
	}
	key := o.key
	if refused != "" && o.refusal != "" {
		key = o.refusal
	}
	e, _, err := o.tx.Record(key, incident.Entry{
		Incident: o.inc.Number, Kind: incident.KindCommand, Lane: incident.LaneResponder, OccurredAt: o.at,
		Actor: o.actor(), Text: strings.TrimRight(o.slash.Command+" "+args, " "),
		Source: incident.Source{System: "slack", Channel: o.slash.ChannelID}, Data: data,
	})
	return e, err
}

// naming is how people name an incident.
func naming(n incident.Number) *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf(`(?i)\bINC-0*%d\b`, n))
}

func (o *order) actor() incident.Actor {
	name := o.who.Name
	if name == "" {
		name = o.slash.UserName
	}
	return incident.Actor{ID: o.slash.UserID, Name: name, Kind: incident.ActorUser}
}

// entry records what the command did, under a key of its own.
func (o *order) entry(part string, kind incident.Kind, at time.Time, text string, data map[string]any) (incident.Entry, error) {
	source := incident.Source{System: "slack", Channel: o.slash.ChannelID}
	if o.about.TS != "" {
		source.Permalink = o.about.Permalink
		data = maps.Clone(data)
		if data == nil {
			data = map[string]any{}
		}
		data["message"] = map[string]any{"channel": o.about.Channel, "ts": o.about.TS}
	}
	e, _, err := o.tx.Record(o.key+":"+part, incident.Entry{
		Incident: o.inc.Number, Kind: kind, Lane: incident.LaneResponder, OccurredAt: at,
		Actor: o.actor(), Text: text, Source: source, Data: data,
	})
	if o.made == 0 {
		o.made = e.N
	}
	return e, err
}

// tell shows the command's effect to the channel.
func (o *order) tell(m message) error {
	return o.b.say(o.tx, o.inc.Number, o.key+":shown", m)
}

// zone is the author's time zone; UTC where it is unknown.
func (o *order) zone() *time.Location { return zoneOf(o.who) }

// answer gives the command's answer to its author: in the acknowledgement if
// that still waits, else as an ephemeral message.
func (b *Bot) answer(ctx context.Context, key string, s slashCommand, m message) error {
	p := m.post(s.ChannelID, "")
	if m.leaves {
		p = maskedPost(p)
	}
	if b.answers.give(key, reply{Text: p.Text, Blocks: p.Blocks}) {
		return nil
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		return plan(tx, step{
			Key: key + ":answer", Kind: kindEphemeral, Lane: "ephemeral:" + s.UserID,
			Payload: ephemeral{Channel: s.ChannelID, User: s.UserID, Text: p.Text, Blocks: p.Blocks, Original: m.original},
		})
	})
}

// personFor is how long what Slack said of a person is believed.
const personFor = 10 * time.Minute

// askWithin bounds the question to Slack who somebody is: the answer to the
// command must leave within 3 s.
const askWithin = 1200 * time.Millisecond

// authorise settles who gave the command and what they may do. When Slack
// cannot say who they are, the error is the refusal to give.
func (b *Bot) authorise(ctx context.Context, s slashCommand) (incident.Person, rights, error) {
	p, err := b.person(ctx, s.UserID)
	if err != nil {
		return incident.Person{ID: s.UserID, Name: s.UserName}, rights{user: s.UserID},
			refuse("Slack did not tell me who you are, so I changed nothing. Please try again in a moment.")
	}
	return b.entitled(ctx, p)
}

// entitled settles what a person may do. When Slack cannot say who the
// responders are, the error is the refusal to give.
func (b *Bot) entitled(ctx context.Context, p incident.Person) (incident.Person, rights, error) {
	who := identify(p, b.home(), slices.Contains(b.cfg.Admins, p.ID), len(b.cfg.Responders) == 0)
	if who != identityMember {
		return p, rightsOf(p.ID, who), nil
	}
	quick, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	named, err := b.expand(quick, b.cfg.Responders)
	if err != nil {
		return p, rightsOf(p.ID, identityMember), refuse("Slack did not tell me who the responders are, so I changed nothing. Please try again in a moment.")
	}
	if slices.Contains(named, p.ID) {
		who = identityResponder
	}
	return p, rightsOf(p.ID, who), nil
}

// person is who a user is: from the store while that is fresh, else from
// Slack.
func (b *Bot) person(ctx context.Context, id string) (incident.Person, error) {
	var p incident.Person
	var saved time.Time
	err := b.store.View(ctx, func(v *store.View) (err error) {
		p, saved, err = v.Person(id)
		return err
	})
	if err == nil && time.Since(saved) < personFor {
		return p, nil
	}
	quick, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	p, err = b.chat.Person(quick, id)
	if err != nil {
		return p, err
	}
	return p, b.store.Update(ctx, func(tx *store.Tx) error { return b.knowPerson(tx, p) })
}
