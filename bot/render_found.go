package bot

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// foundShown is how many hits one page holds.
const foundShown = 15

// foundMessage shows a page of what a search found, in the order given.
func foundMessage(command, query string, page int, found store.Found, now time.Time) message {
	p := parser{slash: command}
	if len(found.Hits) == 0 && page > 1 {
		return sentence("There is no page " + strconv.Itoa(page) + " for " + code(query) + ". " + p.pageWay("The first", query, 1) + ".")
	}
	if len(found.Hits) == 0 {
		return sentence("Nothing found for " + code(query) + ". Only what you may see is searched.")
	}
	var lines []string
	for _, h := range found.Hits {
		lines = append(lines, foundLine(h, now))
	}
	var l layout
	summary := fmt.Sprintf("%s for %s", count(len(found.Hits), "hit"), code(query))
	if page > 1 || found.More {
		summary = fmt.Sprintf("Page %d for %s", page, code(query))
	}
	l.section(summary)
	l.list(lines, 0, func(left int) string { return fmt.Sprintf("… and %d more. More words narrow it down.", left) })
	if found.More {
		l.context(p.pageWay("More", query, page+1))
	}
	return l.message(summary)
}

// foundLine is a hit on one line: where it stands, when, who, what.
func foundLine(h store.Hit, now time.Time) string {
	e := h.Entry
	at := jump(e, now)
	where := fmt.Sprintf("`%d`", e.N)
	switch {
	case h.Task != 0:
		where = fmt.Sprintf("task %d", h.Task)
	case h.Section != "":
		where = "RCA " + words(h.Section, 40)
	}
	if l := link(h.Link, "↗"); e.Source.Permalink == "" && l != "↗" {
		at += " " + l
	}
	text := shown(e, entryShown)
	if h.Snippet != "" && e.Leaves() {
		text = words(mask.Text(h.Snippet), entryShown)
	}
	if h.Older != 0 {
		text += fmt.Sprintf(" _(revision %d, no longer what it says)_", h.Older)
	}
	by := ""
	if e.Actor != (incident.Actor{}) || h.Task == 0 {
		by = " " + named(e.Actor)
	}
	return fmt.Sprintf("*%s* %s %s%s: %s", e.Incident, where, at, by, text)
}

// pageWay says how to get another page. A command too long to be shown whole
// is not shown cut, since it will be copied.
func (p parser) pageWay(what, query string, page int) string {
	command := "find " + onPage(query, page)
	if utf8.RuneCountInString(p.slash+" "+command) > longestEcho {
		return what + ": the same with `page:" + strconv.Itoa(page) + "`"
	}
	return what + ": " + p.do(command)
}

var pageFilter = regexp.MustCompile(`(?i)(^|\s)page:[0-9]+(?:\s|$)`)

// onPage is the query for another page.
func onPage(query string, page int) string {
	query = strings.TrimSpace(pageFilter.ReplaceAllString(query, "$1"))
	if page == 1 {
		return query
	}
	return query + " page:" + strconv.Itoa(page)
}
