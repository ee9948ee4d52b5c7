package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// RCA composes an incident's RCA from what the store holds, masked and
// harmless, as seen by whoever may read the whole file.
func RCA(v *store.View, n incident.Number) (string, error) {
	return picturedRCA(v, n, "")
}

// picturedRCA is RCA with the address of the timeline's picture, if there is
// one.
func picturedRCA(v *store.View, n incident.Number, picture string) (string, error) {
	who := incident.Operator()
	r := incident.RCA{Mask: mask.Text, Names: namesOf(v)}
	r.Picture = picture
	var err error
	if r.Incident, err = v.Incident(who, n); err != nil {
		return "", err
	}
	if r.Sections, err = sectionTexts(v, n); err != nil {
		return "", err
	}
	if r.Entries, err = v.Entries(who, n, store.Filter{}); err != nil {
		return "", err
	}
	if r.Tasks, err = v.Tasks(n); err != nil {
		return "", err
	}
	if r.Detections, err = v.Detections(n); err != nil {
		return "", err
	}
	if r.Evidence, err = v.Evidence(who, n); err != nil {
		return "", err
	}
	if err = judgeAll(v, &r); err != nil {
		return "", err
	}
	if r.Coverage, err = coverage(v, r.Incident, r.Entries); err != nil {
		return "", err
	}
	return r.Markdown(), nil
}

// judgeAll adds what people say about the incident's detections, and how their
// rules do.
func judgeAll(v *store.View, r *incident.RCA) error {
	r.Verdicts, r.Records = map[string]incident.Verdict{}, map[string]incident.Record{}
	judged, err := withVerdicts(v, r.Detections)
	if err != nil || len(judged) == 0 {
		return err
	}
	rules, err := records(v, nowUTC())
	if err != nil {
		return err
	}
	all := map[string]incident.Record{}
	for _, record := range rules {
		all[record.Rule] = record
	}
	for _, d := range judged {
		if d.verdict != nil {
			r.Verdicts[d.ID] = *d.verdict
		}
		if record, ok := all[d.Rule]; ok {
			r.Records[d.Rule] = record
		}
	}
	return nil
}

// namesOf gives people's names by their ids.
func namesOf(v *store.View) func(id string) string {
	return func(id string) string {
		if p, _, err := v.Person(id); err == nil && p.Name != "" {
			return p.Name
		}
		return id
	}
}

func (o *order) showRCA() (message, error) {
	text, err := RCA(&o.tx.View, o.inc.Number)
	if err != nil {
		return message{}, err
	}
	return rcaMessage(o.inc.Number, text, o.slash.Command), nil
}

func (o *order) setSection() (message, error) {
	if err := o.untouched(); err != nil {
		return message{}, err
	}
	text := incident.DecodeSlack(o.cmd.Text)
	err := o.tx.SetSection(o.inc.Number, store.Section{Name: o.cmd.Section, Text: text, By: o.slash.UserID, At: o.at})
	if err != nil {
		return message{}, err
	}
	_, err = o.entry("update", incident.KindUpdate, o.at, "RCA "+o.cmd.Section+": "+text, map[string]any{"rca": o.cmd.Section})
	return sentence("Noted in the RCA under " + o.cmd.Section + "."), err
}

func (o *order) publishRCA() (message, error) {
	if o.b.tracker == nil {
		return message{}, refuse("GitLab is not set up, so the RCA stays here: `firebreak rca " + o.inc.Number.String() + "` prints it.")
	}
	if err := o.b.planRCA(o.tx, o.inc, o.key); err != nil {
		return message{}, err
	}
	_, err := o.entry("update", incident.KindUpdate, o.at, "RCA published", map[string]any{"rca": "publish"})
	return sentence("Publishing the RCA; its address follows in the channel."), err
}

func rcaKey(n incident.Number) string { return "rca:" + n.String() }

// planRCA plans the RCA's one issue, then to write the RCA as it stands into
// the block that is ours, then the links to the tasks' issues.
func (b *Bot) planRCA(tx *store.Tx, inc incident.Incident, why string) error {
	n := inc.Number
	made, err := planned(tx, step{Key: rcaKey(n), Kind: kindRCACreate, Lane: gitlabLane(n), Incident: n})
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: rcaKey(n) + ":" + why, Kind: kindRCAWrite, Lane: gitlabLane(n), Incident: n, Needs: []int64{made},
	})
}

// rcaText is the RCA as it stands now.
func (b *Bot) rcaText(ctx context.Context, n incident.Number, picture string) (text string, err error) {
	err = b.store.View(ctx, func(v *store.View) (err error) {
		text, err = picturedRCA(v, n, picture)
		return err
	})
	return text, err
}

func createRCA(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	text, err := b.rcaText(ctx, inc.Number, "") // the picture comes with the writing
	if err != nil {
		return nil, err
	}
	return keptIssue(b.tracker.CreateIssue(ctx, incident.IssueDraft{
		Title:        incident.GitLabTitle(mask.Text("RCA " + inc.Number.String() + ": " + inc.Title)),
		Block:        text,
		Labels:       []string{"firebreak", "rca", issueLabel(inc.Number)},
		Confidential: b.cfg.Confidential || inc.Private,
		Key:          rcaKey(inc.Number),
	}))
}

func findRCA(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	found, ok, err := b.tracker.FindIssue(ctx, issueLabel(a.Incident), a.Key)
	return found, ok, err
}

func rcaCreated(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var made madeIssue
	if err := json.Unmarshal(result, &made); err != nil {
		return fmt.Errorf("read created RCA: %w", err)
	}
	if err := b.warnIssue(tx, a, made); err != nil {
		return err
	}
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	inc.RCA = incident.Issue{IID: made.IID, URL: made.URL}
	if err := tx.SaveIncident(inc); err != nil {
		return err
	}
	return b.recordAction(tx, a, fmt.Sprintf("GitLab issue #%d for the RCA", made.IID), map[string]any{"issue": made.URL, "iid": made.IID})
}

func writeRCA(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	// What the timeline lacks is fetched before it is published; where that
	// does not work now, the RCA's coverage says so.
	if err := b.reconcile(ctx, inc, depthWhole); err != nil {
		b.log.WarnContext(ctx, "rca is written without a fresh comparison with slack", "incident", inc.Number.String(), "error", err)
	}
	picture, err := b.keepPicture(ctx, inc.Number)
	if err != nil {
		return nil, err
	}
	text, err := b.rcaText(ctx, inc.Number, picture)
	if err != nil {
		return nil, err
	}
	return nil, b.tracker.UpdateBlock(ctx, inc.RCA.IID, text)
}

// rcaWritten says where the RCA is and links it with every task's issue that
// is there by now.
func rcaWritten(tx *store.Tx, b *Bot, a incident.Action, _ json.RawMessage) error {
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	if err := b.sayPublished(tx, inc, a.Key); err != nil {
		return err
	}
	tasks, err := tx.Tasks(a.Incident)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.Issue.IID == 0 {
			continue
		}
		err := plan(tx, step{
			Key: rcaKey(a.Incident) + ":link:" + fmt.Sprint(t.N), Kind: kindIssueLink, Lane: gitlabLane(a.Incident),
			Incident: a.Incident, Payload: taskRef{N: t.N},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sayPublished tells the channel; again when an earlier version was there.
func (b *Bot) sayPublished(tx *store.Tx, inc incident.Incident, key string) error {
	first := "said:" + rcaKey(inc.Number)
	_, err := tx.ActionByKey(first)
	if isNotFound(err) {
		return b.say(tx, inc.Number, first, rcaPublishedMessage(inc, false))
	}
	if err != nil || inc.Closed() {
		return err // the closing message has told the channel already
	}
	return b.say(tx, inc.Number, "said:"+key, rcaPublishedMessage(inc, true))
}

func linkIssue(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	t, _, err := b.taskOf(ctx, a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return nil, b.tracker.LinkIssues(ctx, inc.RCA.IID, t.Issue.IID)
}
