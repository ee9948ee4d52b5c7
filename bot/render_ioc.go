package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/detect/indicator"
	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

const (
	perType         = 6  // indicators of each type that one answer shows
	screenShown     = 20 // indicators of a message that its screen shows
	screenIncidents = 3  // incidents that the screen names of each
)

// indicatorNames are the headings under which they are listed.
var indicatorNames = map[incident.IndicatorType]string{
	incident.IndicatorIPv4: "IPv4", incident.IndicatorIPv6: "IPv6", incident.IndicatorDomain: "Domains", incident.IndicatorURL: "URLs",
	incident.IndicatorEmail: "E-mail", incident.IndicatorMD5: "MD5", incident.IndicatorSHA1: "SHA-1", incident.IndicatorSHA256: "SHA-256",
	incident.IndicatorSHA512: "SHA-512", incident.IndicatorAccount: "Accounts", incident.IndicatorHost: "Hosts", incident.IndicatorCVE: "CVE",
	incident.IndicatorTechnique: "ATT&amp;CK", incident.IndicatorARN: "AWS", incident.IndicatorAWSKey: "AWS keys", incident.IndicatorGCP: "GCP",
}

// tame is an indicator as people are shown it: defanged, and nothing that
// Slack could make a link of.
func tame(i incident.Indicator) string {
	return "`" + incident.SlackText(strings.ReplaceAll(cut(indicator.Defang(i), 160), "`", "'")) + "`"
}

// indicatorsMessage lists an incident's indicators by type, the newest of
// each first, with who said it first and where.
func indicatorsMessage(n incident.Number, list []store.Mention, now time.Time, command string) message {
	if len(list) == 0 {
		return sentence("Nobody has named an indicator in " + n.String() + " so far: no address, domain, URL, hash, account or the like.")
	}
	byType := map[incident.IndicatorType][]store.Mention{}
	for _, s := range list {
		byType[s.Type] = append(byType[s.Type], s)
	}
	head := fmt.Sprintf("%s · %s", n, count(len(list), "indicator"))
	var l layout
	left := 0
	for per := perType; per > 0; per /= 2 { // rather some of each type than all of a few
		l = layout{}
		l.section("*" + head + "*")
		if left = l.byType(byType, per, now); left == 0 {
			break
		}
	}
	p := parser{slash: command}
	note := p.do("find ioc:INDICATOR") + " has all that say one, " + p.do("seen INDICATOR") + " the incidents."
	if left > 0 {
		note = fmt.Sprintf("%d more did not fit. ", left) + note
	}
	l.context(note)
	return l.message(head)
}

// byType adds at most so many indicators of each type, and says how many it
// had no room for at all.
func (l *layout) byType(byType map[incident.IndicatorType][]store.Mention, per int, now time.Time) (left int) {
	for _, t := range incident.IndicatorTypes() {
		of := byType[t]
		if len(of) == 0 {
			continue
		}
		lines := []string{fmt.Sprintf("*%s* · %d", indicatorNames[t], len(of))}
		for _, s := range of[:min(len(of), per)] {
			lines = append(lines, bullet(sightingLine(s, now)))
		}
		if more := len(of) - per; more > 0 {
			lines = append(lines, fmt.Sprintf("… and %d said earlier", more))
		}
		if !l.fits(lines, true) || !l.section(lines...) {
			left += len(of)
		}
	}
	return left
}

// sightingLine is an indicator on one line: who said it first, when, where.
func sightingLine(s store.Mention, now time.Time) string {
	line := fmt.Sprintf("%s · %s %s", tame(s.Indicator), named(s.Actor), whereSaid(s, now))
	if s.Count > 1 {
		line += fmt.Sprintf(" · %d×", s.Count)
	}
	return line
}

// whereSaid is when an indicator was said first, leading to the message.
func whereSaid(s store.Mention, now time.Time) string {
	return jump(incident.Entry{OccurredAt: s.At, Source: incident.Source{Permalink: s.Permalink}}, now)
}

// seenMessage tells in which incidents an indicator was said.
func seenMessage(s sighted, now time.Time) message {
	if len(s.list) == 0 {
		return sentence(tame(s.asked.means[0]) + " has not been said in any incident that you may see.")
	}
	summary := fmt.Sprintf("%s is in %s", tame(s.list[0].Indicator), count(len(s.list), "incident"))
	if s.more {
		summary = fmt.Sprintf("%s is in more than %d incidents, of which these are the newest", tame(s.list[0].Indicator), seenShown)
	}
	lines := make([]string, len(s.list))
	for n, x := range s.list {
		line := fmt.Sprintf("*%s* %s · %s, first by %s %s", x.Incident, words(s.title[x.Incident], 80), x.Type, named(x.Actor), whereSaid(x, now))
		if x.Count > 1 {
			line += fmt.Sprintf(" · %s, last %s", count(x.Count, "time"), stamp(x.Last, now))
		}
		lines[n] = bullet(line)
	}
	var l layout
	l.section("*" + summary + "*")
	l.list(lines, 0, func(left int) string { return fmt.Sprintf("… and %d older.", left) })
	return l.message(summary)
}

// foundIndicator is an indicator of a message, and incidents that say it.
type foundIndicator struct {
	incident.Indicator
	in []store.Mention
}

// foundIndicatorsMessage lists a message's indicators.
func foundIndicatorsMessage(list []foundIndicator, more int) message {
	if len(list) == 0 {
		return sentence("This message names no indicator that I know: no address, domain, URL, hash, account or the like.")
	}
	lines := make([]string, len(list))
	for n, f := range list {
		var in []string
		for _, s := range f.in[:min(len(f.in), screenIncidents)] {
			in = append(in, s.Incident.String())
		}
		line := tame(f.Indicator) + " · " + string(f.Type)
		if len(in) > 0 {
			line += " · in " + strings.Join(in, ", ")
		}
		if len(f.in) > screenIncidents {
			line += " and others"
		}
		lines[n] = bullet(line)
	}
	head := count(len(list)+more, "indicator")
	var l layout
	l.section("*" + head + "*")
	l.list(lines, more, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	return l.message(head)
}

// repeated is an indicator that was said in earlier incidents.
type repeated struct {
	incident.Indicator
	in []incident.Incident // the newest first
}

const (
	repeatsShown = 15 // indicators that the note names
	repeatsIn    = 3  // incidents it names of each
)

// repeatsMessage tells a channel what of its talk was in earlier incidents.
func repeatsMessage(list []repeated, command string) message {
	head := fmt.Sprintf("Seen before: %s of this incident", count(len(list), "indicator"))
	shown := list[:min(len(list), repeatsShown)]
	lines := make([]string, len(shown))
	for n, r := range shown {
		var in []string
		for _, inc := range r.in[:min(len(r.in), repeatsIn)] {
			in = append(in, fmt.Sprintf("*%s* %s", inc.Number, words(mask.Text(inc.Title), 60)))
		}
		line := fmt.Sprintf("%s · %s", tame(r.Indicator), strings.Join(in, ", "))
		if more := len(r.in) - repeatsIn; more > 0 {
			line += fmt.Sprintf(" and %d earlier", more)
		}
		lines[n] = bullet(line)
	}
	var l layout
	l.section(":eyes: *" + head + "*")
	l.list(lines, len(list)-len(shown), func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	l.context(parser{slash: command}.do("seen INDICATOR") + " tells who said it there, and when.")
	return l.message(head)
}
