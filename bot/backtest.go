package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
	"firebreak/store"
)

const (
	// backtestDays is how far back a back-test reaches of which nobody has said
	// how far, and maxBacktestDays how far at most.
	backtestDays    = 30
	maxBacktestDays = 3650
	// backtestRead is how long one reads alerts; what is left then is said.
	backtestRead = 20 * time.Minute
)

// backtestOrder asks what a rule would have found in the alerts that are kept.
type backtestOrder struct {
	examineOrder // where it is told, and to whom; At is up to when alerts count
	Rule         string
	Days         int
	Viewer       incident.Viewer // for whose eyes it is
}

// readBacktest reads a rule and maybe how many days.
func readBacktest(c *Command, args string) error {
	rule, days := cutWord(strings.TrimSpace(args))
	if c.Text = rule; rule == "" {
		return complaint("the RULE-ID is missing, an id or a name of a rule")
	}
	if days = strings.TrimSpace(days); days == "" {
		return nil
	}
	if err := readN(c, strings.TrimSuffix(days, "d")); err != nil {
		return complaint(words(days, 40) + " is no number of days such as 7")
	}
	if c.N > maxBacktestDays {
		return complaint(fmt.Sprintf("that is further back than %d days", maxBacktestDays))
	}
	return nil
}

// backtest begins a back-test: what it finds is told in the incident's channel,
// or where there is none, or people of another organisation read along, to who
// asked alone.
func (o *order) backtest() (message, error) {
	head, err := o.ruleCalled(o.cmd.Text)
	if err != nil {
		return message{}, err
	}
	days := o.cmd.N
	if days == 0 {
		days = backtestDays
	}
	order := backtestOrder{Rule: RuleName(head), Days: days}
	order.By, order.Channel, order.At, order.Viewer = o.slash.UserID, o.slash.ChannelID, o.at, o.rights.viewer
	inc, err := o.tx.IncidentByChannel(o.slash.ChannelID)
	if err != nil && !isNotFound(err) {
		return message{}, err
	}
	if err == nil && !inc.Closed() {
		state, err := o.tx.ChannelState(inc.Channel.ID)
		if err != nil {
			return message{}, err
		}
		if !state.Shared {
			order.Post, order.Viewer = "backtested:"+o.key, incident.Viewer{Responder: true} // all who read the channel
		}
	}
	err = plan(o.tx, step{Key: "backtest:" + o.key, Kind: kindBacktest, Lane: "backtest", Incident: inc.Number, Payload: order})
	return sentence(fmt.Sprintf("I try %s on the alerts of the last %s; what it would have found follows here.", calledRule(head), count(days, "day"))), err
}

// ruleCalled finds the rule that somebody means.
func (o *order) ruleCalled(name string) (sigma.Head, error) {
	set := o.b.currentRules()
	if set == nil {
		return sigma.Head{}, refuse("There are no rules: `FIREBREAK_RULES` names none.")
	}
	if head, ok := ruleNamed(set, name); ok {
		return head, nil
	}
	for _, d := range set.Own {
		if h := d.Head(); h.Known(name) || strings.EqualFold(RuleName(h), name) {
			return h, refuse("That rule is code of its own, which examines alerts one after the other: `firebreak detect backtest --rules FILE --stored` tries it.")
		}
	}
	return sigma.Head{}, refuse(fmt.Sprintf("I have no rule with the id or name `%s`.", strings.ReplaceAll(words(name, 80), "`", "'")))
}

// ruleNamed finds a Sigma rule by its id, its name, or as detections call it.
func ruleNamed(set *rules.Set, name string) (sigma.Head, bool) {
	heads := set.Sigma.Rules()
	i := slices.IndexFunc(heads, func(h sigma.Head) bool { return h.Known(name) || strings.EqualFold(RuleName(h), name) })
	if i < 0 {
		return sigma.Head{}, false
	}
	return heads[i], true
}

// ruleBacktested tells what came of a back-test, once.
func ruleBacktested(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	o, err := payloadOf[backtestOrder](a)
	if err != nil {
		return err
	}
	var t backtested
	if err := json.Unmarshal(result, &t); err != nil {
		return fmt.Errorf("read back-test: %w", err)
	}
	return b.tellExamined(tx, a, o.examineOrder, backtestedMessage(o, t, nowUTC()))
}

// backtestParked says why there is no result.
func backtestParked(tx *store.Tx, b *Bot, a incident.Action, reason string) error {
	o, err := payloadOf[backtestOrder](a)
	if err != nil {
		return err
	}
	return b.tellExamined(tx, a, o.examineOrder, sentence(fmt.Sprintf("I could not back-test `%s`: %s.", ruleWord(o), words(trimStop(reason), 300))))
}
