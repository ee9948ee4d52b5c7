package bot

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"firebreak/incident"
)

// The blocks of a detection's message that change with its verdict.
const (
	blockSaid  = "verdict_said"
	blockJudge = "verdict_buttons"
)

// The buttons of a detection. Their value is its id. In a list of detections
// an underscore and the list's name follow the first two.
const (
	actionConfirm = "firebreak_confirm"
	actionFalse   = "firebreak_false_positive"
	actionWhy     = "firebreak_verdict_why"
	actionMute    = "firebreak_mute"
)

// judgeButtons are the buttons of a detection that nobody has judged.
func judgeButtons(id string) []button {
	return []button{
		{action: actionConfirm, label: "Confirm", value: id},
		{action: actionFalse, label: "False positive", value: id},
		{action: actionMute, label: "Mute…", value: id},
	}
}

// judgedButtons are those of one that somebody has: another mind, a reason.
func judgedButtons(v incident.Verdict) []button {
	other := button{action: actionConfirm, label: "Confirm after all", value: v.Detection}
	if v.Confirmed {
		other = button{action: actionFalse, label: "False positive after all", value: v.Detection}
	}
	why := button{action: actionWhy, label: "Add why…", value: v.Detection}
	if v.Reason != "" {
		why.label = "Change why…"
	}
	return []button{other, why, {action: actionMute, label: "Mute…", value: v.Detection}}
}

// verdictLine says who judged what and when. A reason is for those who may see
// the incident.
func verdictLine(v incident.Verdict, now time.Time, withReason bool) string {
	line := ":x: False positive, says " + who(v.By)
	if v.Confirmed {
		line = ":white_check_mark: Confirmed by " + who(v.By)
	}
	line += " " + stamp(v.At, now)
	if withReason && v.Reason != "" {
		line += ": " + words(v.Reason, reasonShown)
	}
	return line
}

// reasonShown is how many characters of a reason a message shows.
const reasonShown = 300

// judgedBlocks puts a verdict into the blocks of a detection's message as it
// was posted. ok is false where the message has no buttons: it was withheld.
func judgedBlocks(posted json.RawMessage, v incident.Verdict, now time.Time, withReason bool) (blocks json.RawMessage, ok bool) {
	var was []json.RawMessage
	if json.Unmarshal(posted, &was) != nil {
		return nil, false
	}
	var l layout
	l.add("", slack.NewContextBlock(blockSaid, mrkdwn(verdictLine(v, now, withReason))))
	l.row(blockJudge, judgedButtons(v)...)
	var shown []json.RawMessage
	for _, b := range was {
		var named struct {
			ID string `json:"block_id"`
		}
		if json.Unmarshal(b, &named) == nil && named.ID == blockJudge {
			ok = true
			continue
		}
		shown = append(shown, b)
	}
	for _, b := range l.blocks {
		shown = append(shown, encode(b))
	}
	return encode(shown), ok
}

// verdictMark is a verdict within a line; "" for none.
func verdictMark(v *incident.Verdict) string {
	switch {
	case v == nil:
		return ""
	case v.Confirmed:
		return " · :white_check_mark: confirmed by " + who(v.By)
	}
	return " · :x: false positive, says " + who(v.By)
}

// whyModal asks for the reason of a verdict.
func whyModal(o origin, d incident.Detection, v incident.Verdict) modal {
	m := modal{Callback: callbackWhy, Title: "Why it was false", Submit: "Save", Origin: o}
	if v.Confirmed {
		m.Title = "Why it is real"
	}
	d, _ = maskedDetection(d, nil)
	m.Blocks = []slack.Block{
		slack.NewSectionBlock(mrkdwn("*"+words(d.Title, 300)+"*"), nil, nil),
		input{
			name: fieldReason, label: "Why", value: v.Reason, long: true, most: reasonMax,
			hint: "It stands in the incident's channel, its timeline and its RCA. Saving makes the verdict yours.",
		}.block(),
	}
	return m
}

// reasonMax is how many characters a reason for a verdict or a mute may have.
const reasonMax = 500

// judgedText is a verdict as its entry says it.
func judgedText(d incident.Detection, v incident.Verdict) string {
	what := "judged a false positive: "
	if v.Confirmed {
		what = "confirmed: "
	}
	text := what + d.Title
	if v.Reason != "" {
		text += strings.TrimRight(" ("+v.Reason, " ") + ")"
	}
	return text
}
