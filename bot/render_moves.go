package bot

import (
	"fmt"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// What is said of an incident's channel in the control channel names the
// incident by its number only: it may be a private one.

// shutMessage tells the control channel that nothing can be said in an
// incident's channel.
func shutMessage(inc incident.Incident, is store.ChannelState, command string) message {
	p := parser{slash: command}
	what := "its channel is archived. What I have to say there waits until somebody opens it again"
	if is.Out {
		what = "I am no longer in its channel: what is said there now is not recorded. Invite me again and I take up what I missed"
	}
	return sentence(fmt.Sprintf("*%s*: %s. Commands work from elsewhere: %s.", inc.Number, what, p.do(inc.Number.String()+" status")))
}

// openAgainMessage tells the control channel that it can, and that n messages
// waited for it.
func openAgainMessage(inc incident.Incident, n int) message {
	text := fmt.Sprintf("*%s*: its channel is open to me again.", inc.Number)
	if n > 0 {
		text += " " + capital(count(n, "message")) + " that waited go out now."
	}
	return sentence(text)
}

// sharedMessage warns that people of another organisation read the channel.
func sharedMessage(inc incident.Incident, shared, control bool) message {
	where := "this channel"
	if control {
		where = "the channel of *" + inc.Number.String() + "*"
	}
	if !shared {
		return sentence(capital(where) + " is no longer shared with another organisation. I show detections here again.")
	}
	return sentence(":warning: People of another organisation can read " + where + " now (Slack Connect), also what was said before. " +
		"I no longer show detections and indicators in it. They cannot command me.")
}

// withheldMessage stands for a detection where people of another organisation
// read along.
func withheldMessage(command string) message {
	p := parser{slash: command}
	return sentence("There is a new detection. I don't show it here, since people of another organisation read this channel: " +
		p.do("timeline kind:detection") + " shows it to you alone.")
}

func madePublicMessage(inc incident.Incident, control bool) message {
	if control {
		return sentence(fmt.Sprintf(":warning: *%s*: the channel of this private incident was made public: anybody in the workspace can read it. I go on treating the incident as private.", inc.Number))
	}
	return sentence(":warning: This channel was made public: anybody in the workspace can read and join it, also what was said before. " +
		"I go on treating " + inc.Number.String() + " as a private incident: elsewhere I show it to this channel's members only.")
}

func madePrivateMessage(inc incident.Incident) message {
	return sentence("This channel was made private. " + inc.Number.String() + " is a private incident from now on: I show it to this channel's members only.")
}

// outsiderMessage names somebody in the channel who is not a full member of
// the workspace.
func outsiderMessage(p incident.Person, home string) message {
	return sentence(fmt.Sprintf(":warning: %s is %s and reads along here. They cannot command me.", who(p.ID), outsiderKind(p, home)))
}

func outsiderKind(p incident.Person, home string) string {
	if p.Stranger || p.TeamID != "" && p.TeamID != home {
		return "from another organisation"
	}
	return "a guest"
}

// outsidersLine names them in a status.
func outsidersLine(outside []incident.Person, home string) string {
	var names []string
	for _, p := range outside {
		names = append(names, who(p.ID)+" ("+outsiderKind(p, home)+")")
	}
	return ":warning: *Also in this channel:* " + strings.Join(names, ", ")
}

// deactivatedMessage says what somebody whose account was closed leaves
// behind.
func deactivatedMessage(p incident.Person, tasks []int, lead bool, command string) message {
	do := parser{slash: command}
	text := words(p.Name, 80) + "'s account was deactivated."
	if len(tasks) > 0 {
		var list []string
		for _, n := range tasks {
			list = append(list, fmt.Sprintf("`%d`", n))
		}
		text += " Needs an owner: task " + strings.Join(list, ", ") + "."
	}
	if lead {
		text += " Nobody has the lead now: " + do.do("lead @user") + "."
	}
	return sentence(text)
}
