package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// Whom to call is a name that only PagerDuty can resolve, so the command is
// answered at once and the look-up is an action; what came of it is told to
// the asker, and a call that was made to the channel.

// calleeSearch is the target of a page command as it was typed.
type calleeSearch struct {
	Typed   string // as Slack sent it
	By      incident.Actor
	Channel string // where the asker waits for what comes of it
}

// calleeFound is what PagerDuty knows under that name: one to call, or why
// nobody is called and whose names come near.
type calleeFound struct {
	Callee *incident.Callee
	Why    string // mrkdwn
	Near   []incident.Callee
}

func callsLane(n incident.Number) string { return "pagerduty:calls:" + n.String() }

// page has somebody called through PagerDuty.
func (o *order) page() (message, error) {
	if o.b.pager == nil || !o.b.cfg.Poll {
		return message{}, refuse("PagerDuty is not set up, so I can call nobody. Call them yourself; whoever runs firebreak sets FIREBREAK_PAGERDUTY_TOKEN.")
	}
	if o.inc.Closed() {
		return message{}, refuse(o.inc.Number.String() + " is closed. Reopen it first: `" + o.slash.Command + " reopen`.")
	}
	err := plan(o.tx, step{
		Key: o.key + ":callee", Kind: kindCallee, Lane: callsLane(o.inc.Number), Incident: o.inc.Number,
		Payload: calleeSearch{Typed: o.cmd.Text, By: o.actor(), Channel: o.slash.ChannelID},
	})
	return sentence("Looking for " + code(o.cmd.Text) + " in PagerDuty. I'll say here what comes of it."), err
}

func findCallee(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[calleeSearch](a)
	if err != nil {
		return nil, err
	}
	if m := mentionForm.FindStringSubmatch(p.Typed); m != nil {
		return b.calleeOfUser(ctx, m[1])
	}
	typed := strings.Join(strings.Fields(incident.SlackPlain(p.Typed, nil)), " ")
	return b.calleeNamed(ctx, typed)
}

// calleeOfUser finds a Slack user in PagerDuty, by e-mail address.
func (b *Bot) calleeOfUser(ctx context.Context, user string) (calleeFound, error) {
	p, err := b.chat.Person(ctx, user)
	if err != nil && incident.OutcomeOf(err) != incident.OutcomeRefused {
		return calleeFound{}, err
	}
	if err != nil || p.Email == "" {
		return calleeFound{Why: "Slack does not show me the e-mail address of " + who(user) + ", and that is what PagerDuty knows people by"}, nil
	}
	all, err := b.pager.Callees(ctx, p.Email)
	if err != nil {
		return calleeFound{}, err
	}
	for _, c := range all {
		if strings.EqualFold(c.Email, p.Email) {
			c.Slack = user
			return calleeFound{Callee: &c}, nil
		}
	}
	return calleeFound{Why: "PagerDuty has nobody with the e-mail address that Slack shows of " + who(user)}, nil
}

// calleeNamed finds who is meant by an e-mail address or a whole name, in any
// letter case. Less than that calls nobody: at night the wrong person is worse
// than a second question.
func (b *Bot) calleeNamed(ctx context.Context, typed string) (calleeFound, error) {
	all, err := b.pager.Callees(ctx, typed)
	if err != nil {
		return calleeFound{}, err
	}
	meant := slices.DeleteFunc(slices.Clone(all), func(c incident.Callee) bool {
		return !strings.EqualFold(c.Name, typed) && !strings.EqualFold(c.Email, typed)
	})
	switch len(meant) {
	case 1:
		return calleeFound{Callee: &meant[0]}, nil
	case 0:
		others, err := b.pager.Callees(ctx, "")
		return calleeFound{
			Why:  "PagerDuty knows no user and no escalation policy of that name",
			Near: nearest(typed, append(all, others...)),
		}, err
	}
	return calleeFound{Why: "several are called that", Near: meant[:min(len(meant), nearShown)]}, nil
}

// nearShown is how many names are suggested.
const nearShown = 5

// nearest gives those whose names are nearest to what was typed: the ones
// that hold it first, then those with the fewest letters to change.
func nearest(typed string, all []incident.Callee) []incident.Callee {
	typed = strings.ToLower(cut(typed, 60))
	far := map[string]int{}
	var each []incident.Callee
	for _, c := range all {
		if _, known := far[c.ID]; known || c.ID == "" {
			continue
		}
		name := strings.ToLower(cut(c.Name, 60))
		far[c.ID] = distance(typed, name)
		for word := range strings.FieldsSeq(name) {
			far[c.ID] = min(far[c.ID], distance(typed, word))
		}
		if strings.Contains(name, typed) || strings.Contains(strings.ToLower(c.Email), typed) {
			far[c.ID] = 0
		}
		each = append(each, c)
	}
	slices.SortStableFunc(each, func(x, y incident.Callee) int {
		return cmp.Or(cmp.Compare(far[x.ID], far[y.ID]), cmp.Compare(x.Name, y.Name))
	})
	return each[:min(len(each), nearShown)]
}

// calleeKnown plans the call, or tells the asker why there is none.
func calleeKnown(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	p, err := payloadOf[calleeSearch](a)
	if err != nil {
		return err
	}
	var f calleeFound
	if err := json.Unmarshal(result, &f); err != nil {
		return fmt.Errorf("read whom to call: %w", err)
	}
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	if f.Callee == nil {
		return b.tellAsker(tx, a, p, noCalleeMessage(p.Typed, f, b.cfg.Command))
	}
	if inc.Closed() {
		return b.tellAsker(tx, a, p, sentence(inc.Number.String()+" was closed meanwhile, so nobody was called."))
	}
	if err := b.tellAsker(tx, a, p, sentence("Calling "+calleeName(*f.Callee)+" through PagerDuty.")); err != nil {
		return err
	}
	return b.planCall(tx, inc, call{To: *f.Callee, By: p.By}, a.Key)
}

// tellAsker says what came of a command to whoever gave it.
func (b *Bot) tellAsker(tx *store.Tx, a incident.Action, p calleeSearch, m message) error {
	posted := m.post(p.Channel, "")
	return plan(tx, step{
		Key: a.Key + ":told", Kind: kindEphemeral, Lane: "ephemeral:" + p.By.ID,
		Payload: ephemeral{Channel: p.Channel, User: p.By.ID, Text: posted.Text, Blocks: posted.Blocks},
	})
}
