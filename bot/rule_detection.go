package bot

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"firebreak/detect"
	"firebreak/detect/sigma"
	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

const (
	// ruleStands is for how long one detection stands for what a rule goes on
	// to find about the same group.
	ruleStands = time.Hour
	// maxRuleEvidence is how many alerts such a detection names; Count tells of all.
	maxRuleEvidence = 200
)

// ruleDetected keeps what a rule has found. What it finds again about the same
// group while a detection stands makes that one's count grow and is told
// nobody; what nobody is told of never stands for what is to be told.
func (b *Bot) ruleDetected(tx *store.Tx, d incident.Detection) error {
	known, err := standsFor(tx, d)
	switch {
	case err != nil:
		return err
	case known.Handling == incident.HandlingSuppressed && d.Handling == incident.HandlingTold:
		return b.detected(tx, grown(known, d)) // the mute may be over
	case known.ID != "" && levelSeverity(d.Level) >= levelSeverity(known.Level):
		return grow(tx, known, d)
	case d.Handling == incident.HandlingTold:
		return b.detected(tx, d)
	}
	_, err = tx.SaveDetection(d)
	return err
}

// standsFor finds the detection that stands for another; without an ID: none.
func standsFor(tx *store.Tx, d incident.Detection) (incident.Detection, error) {
	near, err := tx.DetectionsFor(d.Rule, d.Group, d.At.Add(-ruleStands), d.At.Add(ruleStands))
	if err != nil {
		return incident.Detection{}, err
	}
	quiet := func(d incident.Detection) bool { return d.Handling == incident.HandlingShadow }
	for _, known := range slices.Backward(near) {
		if known.ID == d.ID || quiet(known) == quiet(d) {
			return known, nil
		}
	}
	return incident.Detection{}, nil
}

// grow keeps what a detection has grown to.
func grow(tx *store.Tx, known, d incident.Detection) error {
	after := grown(known, d)
	if after.Count == known.Count {
		return nil
	}
	_, err := tx.SaveDetection(after)
	return err
}

// grown counts what a detection stands for, once for each alert that is not
// its evidence yet.
func grown(known, d incident.Detection) incident.Detection {
	fresh := slices.DeleteFunc(slices.Clone(d.Evidence), func(id string) bool { return slices.Contains(known.Evidence, id) })
	known.Count += len(fresh)
	known.Evidence = slices.Concat(known.Evidence, fresh)
	known.Evidence = known.Evidence[:min(len(known.Evidence), maxRuleEvidence)]
	return known
}

// ruleDetection is the part that all rules' detections share.
func (b *Bot) ruleDetection(rule sigma.Head, group incident.Entity, at time.Time, key string) incident.Detection {
	name := RuleName(rule)
	id := name + "-" + digestOf(name, string(group.Type), group.Value, key)
	return incident.Detection{
		ID: id, Rule: name, Title: rule.Title, Level: cmp.Or(rule.Level, "medium"), At: at, Group: group,
		Techniques: techniquesOf(rule.Tags), DedupKey: "firebreak:" + id,
	}
}

// RuleName is what people call a rule by: its key, bounded, and never that of
// one of our own detectors.
func RuleName(rule sigma.Head) string {
	name := rule.Key()
	for _, d := range detect.Builtin() {
		if d.Rule().ID == name {
			name = "rule/" + name
		}
	}
	const most = 128
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most/2], "") + "-" + digestOf(name)
	}
	return name
}

var technique = regexp.MustCompile(`^attack\.t(\d{4}(?:\.\d{3})?)$`)

// techniquesOf gives the ATT&CK techniques among a rule's tags.
func techniquesOf(tags []string) []string {
	var found []string
	for _, tag := range tags {
		if m := technique.FindStringSubmatch(strings.ToLower(tag)); m != nil && !slices.Contains(found, "T"+m[1]) {
			found = append(found, "T"+m[1])
		}
	}
	return found
}

// mainEntity is what an alert is most about; entities stand in that order.
func mainEntity(a incident.Alert) incident.Entity {
	if len(a.Entities) == 0 {
		return incident.Entity{}
	}
	return a.Entities[0]
}

// groupEntity is the entity of an alert that a rule's group names, else the
// group itself, else what the alert is about.
func groupEntity(group map[string]string, a incident.Alert) incident.Entity {
	for _, e := range a.Entities {
		for _, text := range group {
			if strings.EqualFold(text, e.Value) {
				return e
			}
		}
	}
	if len(group) == 0 {
		return mainEntity(a)
	}
	names, texts := pairs(group)
	return incident.Entity{Type: incident.EntityType(cut(strings.Join(names, ","), 64)), Value: cut(strings.Join(texts, ", "), 256)}
}

// Limits on a sentence that says why, in characters and fields.
const (
	saidShown = 5
	saidText  = 120
)

// whyFound says which fields of an alert a rule has matched and what they say.
func (b *Bot) whyFound(said []sigma.Said, a incident.Alert) string {
	var parts []string
	for _, s := range said[:min(len(said), saidShown)] {
		field := s.Field
		if field == "" {
			field = "the text"
		}
		parts = append(parts, fmt.Sprintf("%s is %s", b.shown(field), b.quoted(s.Text)))
	}
	switch more := len(said) - len(parts); {
	case len(parts) == 0:
		parts = []string{"what the rule wants to be absent is absent"}
	case more > 0:
		parts = append(parts, count(more, "more field"))
	}
	return strings.Join(parts, " and ") + toldBy(a)
}

// shown makes one short line of somebody's text, without secrets.
func (b *Bot) shown(text string) string {
	return cut(strings.Join(strings.Fields(mask.Text(cut(text, 4*saidText))), " "), saidText)
}

func (b *Bot) quoted(text string) string { return "“" + b.shown(text) + "”" }

// toldBy says whose alert it is, and about whom.
func toldBy(a incident.Alert) string {
	var s string
	if a.Source != "" {
		s = ", as told by " + cut(a.Source, 64)
	}
	if e := mainEntity(a); e.Value != "" {
		s += " about " + string(e.Type) + " " + cut(e.Value, saidText)
	}
	return s
}
