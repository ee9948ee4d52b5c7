package bot

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"firebreak/incident"
)

// muteModal asks what of a rule to mute, how long, why, and who answers for
// it; a second time when that would have hidden what was real.
func muteModal(m muting) modal {
	d, _ := maskedDetection(m.detection, nil)
	var scopes []*slack.OptionBlockObject
	if d.Group != (incident.Entity{}) {
		scopes = append(scopes, option("Only about "+oneLine(groupText(d.Group)), scopeGroup))
	} else {
		m.scope = scopeRule
	}
	scopes = append(scopes, option("Everything that "+oneLine(d.Rule)+" finds", scopeRule))
	var spans []*slack.OptionBlockObject
	for _, s := range muteSpans {
		spans = append(spans, option(s.label, s.value))
	}
	owner := &slack.SelectBlockElement{Type: slack.OptTypeUser, ActionID: fieldOwner, InitialUser: m.owner}
	blocks := []slack.Block{
		slack.NewSectionBlock(mrkdwn("Muted detections are kept and count, but nobody is told of them."), nil, nil),
	}
	if m.hides > 0 {
		m.from.Known = m.knowing()
		blocks = []slack.Block{slack.NewSectionBlock(mrkdwn(wouldHide(m)), nil, nil), anywayBox(m)}
	}
	blocks = append(blocks,
		choice(fieldScope, "What", scopes, m.scope),
		choice(fieldFor, "How long", spans, m.lasts),
		input{name: fieldReason, label: "Why", value: m.reason, long: true, most: reasonMax}.block(),
		field(fieldOwner, "Who answers for it", "They are told when it ends.", owner, false),
	)
	return modal{Callback: callbackMute, Title: "Mute", Submit: "Mute", Origin: m.from, Blocks: blocks}
}

// wouldHide says what was real and would have been hidden.
func wouldHide(m muting) string {
	text := fmt.Sprintf(":warning: *Not muted yet.* This would have hidden %s that people confirmed", count(m.hides, "detection"))
	if m.newest != nil {
		d, _ := maskedDetection(*m.newest, nil)
		text += fmt.Sprintf(", the latest %s: %s", token(d.At, "{date_short_pretty} {time}", "2006-01-02 15:04 UTC"), words(d.Title, 200))
		if d.Group != (incident.Entity{}) {
			text += " (" + words(groupText(d.Group), 200) + ")"
		}
	}
	return text + ". Mute less, or say that you want it all the same."
}

// anywayBox is the statement that hiding what was real is wanted.
func anywayBox(m muting) slack.Block {
	box := slack.NewCheckboxGroupsBlockElement(fieldAnyway,
		option("I know it would have hidden "+count(m.hides, "confirmed detection"), m.knowing()))
	return field(fieldAnyway, "All the same?", "", box, true)
}

// groupText is a group in words, such as "account ada".
func groupText(g incident.Entity) string {
	if g == (incident.Entity{}) {
		return "everything"
	}
	return strings.TrimSpace(string(g.Type) + " " + g.Value)
}

// muteText is what a mute is about.
func muteText(s incident.Suppression) string {
	if s.Group == (incident.Entity{}) {
		return "all of rule " + s.Rule
	}
	return "rule " + s.Rule + " about " + groupText(s.Group)
}

// muteShown is what a mute is about for a message. open: its reader may know
// whom.
func muteShown(s incident.Suppression, open bool) string {
	switch {
	case s.Group == (incident.Entity{}):
		return "everything that *" + words(s.Rule, 100) + "* finds"
	case !open:
		return "*" + words(s.Rule, 100) + "* about one " + words(string(s.Group.Type), 40)
	}
	return "*" + words(s.Rule, 100) + "* about " + words(groupText(s.Group), 200)
}

// mutedMessage says who muted what until when, and how it is undone.
func mutedMessage(s incident.Suppression, by string, hides int, open bool, now time.Time, command string) message {
	text := fmt.Sprintf(":no_bell: %s muted %s until %s", who(by), muteShown(s, open), stamp(s.ExpiresAt, now))
	if s.Owner != by {
		text += ", " + who(s.Owner) + " answers for it"
	}
	if open {
		text += ": " + words(s.Reason, reasonShown)
	}
	text += fmt.Sprintf(" · %s lifts it", parser{slash: command}.do(fmt.Sprintf("detect unmute %d", s.ID)))
	if hides > 0 {
		text += fmt.Sprintf("\n:warning: It would have hidden %s.", count(hides, "confirmed detection"))
	}
	return sentence(text)
}

// unmutedMessage says who lifted a mute.
func unmutedMessage(s incident.Suppression, by string, hid int, open bool) message {
	text := fmt.Sprintf(":bell: %s lifted mute %d: %s is told again.", who(by), s.ID, muteShown(s, open))
	if s.Owner != by {
		text += " It was " + who(s.Owner) + "’s."
	}
	return sentence(text + " " + hidText(hid))
}

// muteEndedMessage tells a mute's owner that it is over.
func muteEndedMessage(s incident.Suppression, hid int, last, now time.Time, open bool, command string) message {
	text := fmt.Sprintf(":bell: %s, your mute %d has ended: %s is told again. %s", who(s.Owner), s.ID, muteShown(s, open), hidText(hid))
	if hid > 0 {
		text += fmt.Sprintf(" The last was kept %s; %s shows them.", stamp(last, now), parser{slash: command}.do("detect hints"))
	}
	return sentence(text)
}

func hidText(hid int) string {
	if hid == 0 {
		return "It hid nothing."
	}
	return "It hid " + count(hid, "detection") + "."
}

// listedMute is a mute in force, for a list.
type listedMute struct {
	incident.Suppression
	hid  int
	open bool // its reader may know whom it is about, and why
}

// mutesShown is how many mutes one answer lists.
const mutesShown = 20

// mutesMessage lists the mutes in force.
func mutesMessage(mutes []listedMute, now time.Time, command string) message {
	if len(mutes) == 0 {
		return sentence("Nothing is muted.")
	}
	p := parser{slash: command}
	head := count(len(mutes), "mute") + " in force"
	shown := mutes[:min(len(mutes), mutesShown)]
	lines := make([]string, len(shown))
	for i, m := range shown {
		line := fmt.Sprintf("`%d` %s · until %s · %s · hid %d", m.ID, muteShown(m.Suppression, m.open), stamp(m.ExpiresAt, now), who(m.Owner), m.hid)
		if m.open {
			line += " · " + words(m.Reason, 200)
		}
		lines[i] = line
	}
	var l layout
	l.section("*" + head + "*")
	l.list(lines, len(mutes)-len(shown), func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	l.context(p.do("detect unmute N") + " lifts one, " + p.do("detect hints") + " shows what they hid.")
	return l.message(head)
}
