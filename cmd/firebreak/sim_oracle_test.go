package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// The oracle compares the emulators' ledgers with the database on these
// invariants, each a check of its own:
//
//	I1 every message that Slack shows, or an event of which was acknowledged,
//	   is one entry as it stands there; every command heard is one entry
//	I2 one incident for each page, one channel for each incident
//	I3 every action has exactly one effect, or a person can see why not
//	I4 the bot's posts stand in a channel in the order in which they were meant
//	I5 nothing was acknowledged that is not in the database
//	I6 everything comes to rest (rest)
//	I7 Slack never had to slow the bot down
//	I8 a bot that is started anew with nothing to do does nothing
func (s *sim) judge() {
	d := s.evidence()
	s.judgeEntries(d)
	s.judgeCommands(d)
	s.judgePages(d)
	s.judgeActions(d)
	s.judgeTasks(d)
	s.judgeOrder(d)
	s.judgeAcks(d)
	s.judgePace(d)
	s.judgeRestart()
}

// gathered is what the oracle looks at.
type gathered struct {
	incidents []incident.Incident
	actions   []incident.Action
	channels  map[string]sandbox.Channel // by id
	// untold are the messages of which an event was given up, by channel and
	// ts: of them only what history shows can be known.
	untold map[string]bool
	told   map[string]bool // messages of which an event was acknowledged
}

func (s *sim) evidence() *gathered {
	d := &gathered{channels: map[string]sandbox.Channel{}, untold: map[string]bool{}, told: map[string]bool{}}
	s.view(func(v *store.View) (err error) {
		if d.incidents, err = v.Incidents(incident.Operator()); err != nil {
			return err
		}
		d.actions, err = v.Actions(0, false)
		return err
	})
	for _, c := range s.sb.Slack.Channels() {
		d.channels[c.ID] = c
	}
	acked := s.acked()
	for _, r := range s.sb.Ledger.Of("slack", "") {
		switch {
		case r.Kind == sandbox.RecordSocket && r.Method == "event_dropped":
			d.untold[eventMessage(r.Args)] = true
		case r.Kind == sandbox.RecordEnvelope && r.Method == "events_api" && acked[r.Ref] != "":
			d.told[eventMessage(r.Args)] = true
		}
	}
	return d
}

// acked are the envelopes that the bot acknowledged, late or not, with what
// Slack made of it.
func (s *sim) acked() map[string]string {
	acked := map[string]string{}
	for _, r := range s.sb.Ledger.Of("slack", sandbox.RecordAck) {
		acked[r.Ref] = r.Text
	}
	return acked
}

// eventMessage is the channel and ts of the message that an event is about.
func eventMessage(payload json.RawMessage) string {
	var p struct {
		Event struct {
			Type, Subtype, TS string
			Channel           any
			DeletedTS         string `json:"deleted_ts"`
			Message           struct{ TS string }
			Item              struct{ Channel, TS string }
		}
	}
	if json.Unmarshal(payload, &p) != nil {
		return ""
	}
	e := p.Event
	switch {
	case e.Item.TS != "":
		return e.Item.Channel + " " + e.Item.TS
	case e.DeletedTS != "":
		return fmt.Sprint(e.Channel, " ", e.DeletedTS)
	case e.Message.TS != "":
		return fmt.Sprint(e.Channel, " ", e.Message.TS)
	}
	return fmt.Sprint(e.Channel, " ", e.TS)
}

// judgeEntries is I1 for messages.
func (s *sim) judgeEntries(d *gathered) {
	for _, inc := range d.incidents {
		if inc.Channel.ID == "" {
			continue
		}
		byTS := map[string][]incident.Entry{}
		for _, e := range s.entries(inc.Number) {
			if e.Source.System == "slack" && e.Source.TS != "" && e.Source.Channel == inc.Channel.ID {
				byTS[e.Source.TS] = append(byTS[e.Source.TS], e)
			}
		}
		for _, m := range s.sb.Slack.In(inc.Channel.ID).Messages() {
			s.judgeMessage(d, inc, m, byTS[m.TS])
			delete(byTS, m.TS)
		}
		for ts, es := range byTS {
			s.t.Errorf("I1 %s: entry %d is of a message Slack never had: %s %q", inc.Number, es[0].N, ts, es[0].Text)
		}
	}
}

func (s *sim) judgeMessage(d *gathered, inc incident.Incident, m sandbox.Message, es []incident.Entry) {
	at := inc.Channel.ID + " " + m.TS
	wanted := !m.Deleted || d.told[at]
	if len(es) > 1 || len(es) == 0 && wanted {
		s.t.Errorf("I1 %s: message %s by %s %q (deleted %v) stands %d times in the timeline", inc.Number, m.TS, m.User, m.Text, m.Deleted, len(es))
	}
	if len(es) != 1 {
		return
	}
	e := es[0]
	if d.untold[at] && m.Deleted {
		m.Deleted = e.Deleted || m.ThreadTS == "" // a reply's end cannot be known, and its last words neither
		if e.Deleted || m.ThreadTS != "" {
			return
		}
	}
	for _, wrong := range differences(e, m, s.app.cfg.PinEmoji) {
		s.t.Errorf("I1 %s: entry %d (%s by %s%s, thread %q, %q, untold %v): %s", inc.Number, e.N, m.TS, m.User, m.BotID, m.ThreadTS, m.Text, d.untold[at], wrong)
	}
	if got, want := revisionTexts(e), versionTexts(m); !d.untold[at] && got != want && m.BotID == "" {
		s.t.Errorf("I1 %s: entry %d (%s) has had the texts %s, want %s", inc.Number, e.N, m.TS, got, want)
	}
}

func revisionTexts(e incident.Entry) string {
	texts := []string{}
	for _, r := range e.Revisions {
		texts = append(texts, r.Text)
	}
	if len(texts) == 0 {
		texts = append(texts, e.Text)
	}
	return fmt.Sprintf("%q", texts)
}

func versionTexts(m sandbox.Message) string {
	texts := []string{}
	for _, v := range m.Versions {
		texts = append(texts, incident.DecodeSlack(v.Text))
	}
	return fmt.Sprintf("%q", slices.Compact(texts))
}

// judgeCommands is I1 for commands given in an incident's channel.
func (s *sim) judgeCommands(d *gathered) {
	heard, acked := map[string]string{}, s.acked()
	for _, r := range s.sb.Ledger.Of("slack", sandbox.RecordEnvelope) {
		if r.Method == "slash_commands" {
			heard[r.Ref] = string(r.Args)
		}
	}
	for id, payload := range heard {
		var c struct {
			Channel string `json:"channel_id"`
			Text    string
		}
		if err := json.Unmarshal([]byte(payload), &c); err != nil {
			s.t.Fatal(err)
		}
		i := slices.IndexFunc(d.incidents, func(i incident.Incident) bool { return i.Channel.ID == c.Channel })
		if i < 0 || acked[id] == "" {
			continue
		}
		s.view(func(v *store.View) error {
			e, err := v.EntryByKey("env:" + id)
			if err != nil {
				s.t.Errorf("I1 %s: the command %q has no entry: %v", d.incidents[i].Number, c.Text, err)
			} else if e.Kind != incident.KindCommand {
				s.t.Errorf("I1 %s: the command %q is an entry of kind %s", d.incidents[i].Number, c.Text, e.Kind)
			}
			return nil
		})
	}
}

// judgePages is I2.
func (s *sim) judgePages(d *gathered) {
	owners := map[string]int{}
	made := map[incident.Number]int{}
	for n, cs := range s.channels() {
		made[n] = len(cs)
	}
	owned := map[string]incident.Number{}
	for _, inc := range d.incidents {
		s.view(func(v *store.View) error {
			rows, err := v.PagesOf(inc.Number)
			for _, r := range rows {
				owners[r.Page.ID]++
			}
			return err
		})
		if made[inc.Number] != 1 && !s.parkedKind(d, inc.Number, "channel.create") {
			s.t.Errorf("I2 %s has %d channels", inc.Number, made[inc.Number])
		}
		delete(made, inc.Number)
		if inc.Channel.ID != "" && owned[inc.Channel.ID] != 0 {
			s.t.Errorf("I2 %s and %s share channel %s", inc.Number, owned[inc.Channel.ID], inc.Channel.ID)
		}
		owned[inc.Channel.ID] = inc.Number
	}
	for n := range made {
		s.t.Errorf("I2 there are channels of %s, which is no incident", n)
	}
	for _, p := range s.sb.PagerDuty.Incidents() {
		if owners[p.ID] != 1 {
			s.t.Errorf("I2 page %s (%s, %s) belongs to %d incidents", p.ID, p.Title, p.Status, owners[p.ID])
		}
	}
}

func (s *sim) parkedKind(d *gathered, n incident.Number, kind string) bool {
	return slices.ContainsFunc(d.actions, func(a incident.Action) bool {
		return a.Incident == n && a.Kind == kind && a.State == incident.ActionParked
	})
}

// judgeActions is I3: what was meant against what is there.
func (s *sim) judgeActions(d *gathered) {
	seen, issues := s.truth().postKeys(), s.truth().issueKeys()
	for _, a := range d.actions {
		switch {
		case a.State == incident.ActionLost && a.Kind != "message.ephemeral":
			s.t.Errorf("I3 action %d %s %s is lost", a.ID, a.Kind, a.Key)
		case (a.State == incident.ActionParked || a.State.Open()) && a.Reason == "":
			s.t.Errorf("I3 action %d %s %s is %s and nobody can see why", a.ID, a.Kind, a.Key, a.State)
		case a.State == incident.ActionParked && !quietKinds[a.Kind]:
			s.t.Errorf("I3 action %d %s %s is parked: %s", a.ID, a.Kind, a.Key, a.Reason)
		}
		want := 0
		if a.State == incident.ActionDone && !absorbed(a) {
			want = 1
		}
		switch {
		case postKinds[a.Kind]:
			if seen[a.Key] != want {
				s.t.Errorf("I3 %d messages have the key %s of an action that is %s", seen[a.Key], a.Key, a.State)
			}
			delete(seen, a.Key)
		case a.Kind == "task.remind" || a.Kind == "task.digest": // what is no longer true is not said
			if seen[a.Key] > want {
				s.t.Errorf("I3 %d messages have the key %s of an action that is %s", seen[a.Key], a.Key, a.State)
			}
			delete(seen, a.Key)
		case a.Kind == "issue.create" || a.Kind == "rca.create":
			if issues[a.Key] != want {
				s.t.Errorf("I3 %d issues have the key %s of an action that is %s", issues[a.Key], a.Key, a.State)
			}
			delete(issues, a.Key)
		}
	}
	for key, n := range seen {
		s.t.Errorf("I3 %d messages have the key %s, which nobody meant", n, key)
	}
	for key, n := range issues {
		s.t.Errorf("I3 %d issues have the key %q, which nobody meant", n, key)
	}
}

// quietKinds may be refused without a word: what they look for may be gone, or
// who pressed a button sees that nothing comes of it and presses it again.
var quietKinds = map[string]bool{
	"message.look-up": true, "channel.compare": true, "person.look-up": true,
	"view.open": true, "message.replace": true,
}

// judgeTasks is I3 for what both sides may change: in the end they agree.
func (s *sim) judgeTasks(d *gathered) {
	for _, inc := range d.incidents {
		for _, t := range s.tasks(inc.Number) {
			if t.Issue.IID == 0 {
				s.t.Errorf("I3 task %d of %s has no issue", t.N, inc.Number)
				continue
			}
			is := s.sb.GitLab.Issue(t.Issue.IID)
			if (is.State == "closed") != (t.State == incident.TaskDone) {
				s.t.Errorf("I3 task %d of %s is %s, its issue %d is %s (agreed %v)", t.N, inc.Number, t.State, is.IID, is.State, t.Agreed[incident.FieldState])
			}
		}
		c, ok := d.channels[inc.Channel.ID]
		if ok && inc.HeaderTS == "" {
			s.t.Errorf("I3 %s has a channel #%s and no header", inc.Number, c.Name)
		}
	}
}

// judgeOrder is I4.
func (s *sim) judgeOrder(d *gathered) {
	meant := map[string]incident.Action{}
	for _, a := range d.actions {
		if postKinds[a.Kind] && !absorbed(a) {
			meant[a.Key] = a
		}
	}
	for _, c := range d.channels {
		last := map[string]incident.Action{}
		for _, m := range s.sb.Slack.In(c.ID).Messages() {
			_, rest, ok := strings.Cut(string(m.Metadata), `"key":"`)
			if !ok {
				continue
			}
			key, _, _ := strings.Cut(rest, `"`)
			a, ok := meant[key]
			if before := last[a.Lane]; ok && before.ID > a.ID {
				s.t.Errorf("I4 #%s: %s stands before %s, which was meant first", c.Name, before.Key, a.Key)
			}
			last[a.Lane] = a
		}
	}
}

// errJust ends a transaction that was only to look.
var errJust = errors.New("only looking")

// judgeAcks is I5.
func (s *sim) judgeAcks(*gathered) {
	acked := s.acked()
	keys := map[string]bool{}
	for _, r := range s.sb.Ledger.Of("slack", sandbox.RecordEnvelope) {
		if acked[r.Ref] == "" {
			continue
		}
		if r.Method == "events_api" {
			keys["ev:"+r.Text] = true
		} else {
			keys["env:"+r.Ref] = true
		}
	}
	err := s.app.store.Update(s.t.Context(), func(tx *store.Tx) error {
		for key := range keys {
			if _, fresh, err := tx.Receive(incident.Inbound{Key: key, Source: "oracle", Lane: "oracle"}); err != nil || fresh {
				s.t.Errorf("I5 %s was acknowledged and is not in the database (%v)", key, err)
			}
		}
		return errJust
	})
	if !errors.Is(err, errJust) {
		s.t.Fatal(err)
	}
}

// judgePace is I7.
func (s *sim) judgePace(*gathered) {
	for method, n := range s.sb.Slack.RateLimited() {
		s.t.Errorf("I7 Slack had to slow down %s %d times", method, n)
	}
}

// judgeRestart is I8: after a start with nothing to do there is no call that
// changes anything outside, no entry and no action more.
func (s *sim) judgeRestart() {
	s.stop()
	calls := len(s.sb.Faults.Calls())
	s.begin()
	before, err := s.app.store.Stats(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	s.pass(simIdle)
	after, err := s.app.store.Stats(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if fmt.Sprint(before) != fmt.Sprint(after) {
		s.t.Errorf("I8 an idle restart made of %+v %+v", before, after)
	}
	for _, c := range s.sb.Faults.Calls()[calls:] {
		if outsideCalls[c.Service+" "+c.Method] {
			s.t.Errorf("I8 an idle restart made the call %s %s", c.Service, c.Method)
		}
	}
}
