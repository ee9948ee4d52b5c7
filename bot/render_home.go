package bot

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"firebreak/incident/mask"
)

// What a Home tab shows at most: with headings and notes below 80 of Slack's
// 100 blocks, and what a thumb scrolls through.
const (
	homeIncidents = 15
	homeTasks     = 30
)

// homeShown is the view of somebody's Home tab: their tasks, the overdue first,
// then their incidents. site is the workspace's address.
//
// It holds nothing that changes by itself but what is overdue, so that it can
// be compared.
func homeShown(h home, site string, now time.Time, command string) json.RawMessage {
	var blocks []slack.Block
	if len(h.tasks)+len(h.incidents) == 0 {
		text := "*Nothing is on your plate.* No open incident has you in its channel, and no task is yours."
		blocks = append(blocks, homeSection(text))
	}
	if len(h.tasks) > 0 {
		blocks = append(blocks, homeSection("*Your tasks* · "+tasksSum(h.tasks, now)))
		for _, t := range h.tasks[:min(len(h.tasks), homeTasks)] {
			blocks = append(blocks, t.block(now))
		}
		if more := len(h.tasks) - homeTasks; more > 0 {
			blocks = append(blocks, homeNote(fmt.Sprintf("… and %d more, due later.", more)))
		}
	}
	if len(h.incidents) > 0 {
		if len(blocks) > 0 {
			blocks = append(blocks, slack.NewDividerBlock())
		}
		blocks = append(blocks, homeSection("*Your incidents* · "+strconv.Itoa(len(h.incidents))+" open"))
		for _, inc := range h.incidents[:min(len(h.incidents), homeIncidents)] {
			blocks = append(blocks, inc.blocks(site, now)...)
		}
		if more := len(h.incidents) - homeIncidents; more > 0 {
			blocks = append(blocks, homeNote(fmt.Sprintf("… and %d older.", more)))
		}
	}
	if h.opens {
		open := slack.NewButtonBlockElement(actionHomeOpen, "", plain("Open an incident"))
		blocks = append(blocks, slack.NewDividerBlock(), slack.NewActionBlock("", open))
	}
	p := parser{slash: command}
	blocks = append(blocks, homeNote(p.do("find WORDS")+" searches all you may see, "+p.do("help")+" lists the rest."))
	return homeJSON(blocks)
}

// tasksSum counts tasks.
func tasksSum(tasks []homeTask, now time.Time) string {
	overdue := 0
	for _, t := range tasks {
		if t.overdue(now) {
			overdue++
		}
	}
	if overdue == 0 {
		return strconv.Itoa(len(tasks)) + " open"
	}
	return fmt.Sprintf("%d open, %d overdue :warning:", len(tasks), overdue)
}

func (t homeTask) overdue(now time.Time) bool { return !t.Due.IsZero() && t.Due.Before(now) }

// block is a task with its button.
func (t homeTask) block(now time.Time) slack.Block {
	text := fmt.Sprintf("*%s* `%d` %s\n%s", t.Incident, t.N, words(mask.Text(t.Title), 200), words(mask.Text(t.title), 100))
	switch {
	case t.overdue(now):
		text += " · :warning: overdue since " + stamp(t.Due, now)
	case !t.Due.IsZero():
		text += " · due " + stamp(t.Due, now)
	}
	if t.Issue.IID != 0 {
		text += " · " + link(t.Issue.URL, fmt.Sprintf("#%d", t.Issue.IID))
	}
	if !t.answer {
		return homeSection(text)
	}
	done := slack.NewButtonBlockElement(actionHomeDone+strconv.Itoa(t.N), t.Incident.String(), plain("Done"))
	return slack.NewSectionBlock(mrkdwn(cutMrkdwn(text, sectionMax)), nil, slack.NewAccessory(done))
}

// blocks are an incident and its buttons.
func (i homeIncident) blocks(site string, now time.Time) []slack.Block {
	text := fmt.Sprintf("*%s* · %s · %s\n%s since %s", i.Number, i.Severity, words(mask.Text(i.Title), 200), i.Status, stamp(i.OpenedAt, now))
	if i.Commander != "" {
		text += " · " + who(i.Commander) + " has the lead"
	} else {
		text += " · nobody has the lead"
	}
	if i.tasks > 0 {
		text += " · " + count(i.tasks, "task") + " open"
	}
	var buttons []slack.BlockElement
	if url := channelURL(site, i.Channel.ID); url != "" {
		open := slack.NewButtonBlockElement(actionHomeChannel, i.Number.String(), plain("Open channel"))
		open.URL = url
		buttons = append(buttons, open)
	}
	buttons = append(buttons, slack.NewButtonBlockElement(actionEditor, i.Number.String(), plain("Timeline")))
	return []slack.Block{homeSection(text), slack.NewActionBlock("", buttons...)}
}

// channelURL leads to a channel; "" where it has none yet.
func channelURL(site, channel string) string {
	if channel == "" || !strings.HasPrefix(site, "http") {
		return ""
	}
	return strings.TrimSuffix(site, "/") + "/archives/" + channel
}

func homeSection(text string) slack.Block {
	return slack.NewSectionBlock(mrkdwn(cutMrkdwn(text, sectionMax)), nil, nil)
}

func homeNote(text string) slack.Block { return slack.NewContextBlock("", mrkdwn(text)) }

// homeSaying is a Home tab that only says something.
func homeSaying(m message) json.RawMessage { return homeJSON(saying("", m).Blocks) }

// emptiedHome is what is left of a Home tab that nobody has looked at for long:
// what stands there must not outlive the right to see it.
func emptiedHome() json.RawMessage {
	return homeSaying(sentence("Your incidents and tasks are being fetched…"))
}

func homeJSON(blocks []slack.Block) json.RawMessage {
	return encode(slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}})
}
