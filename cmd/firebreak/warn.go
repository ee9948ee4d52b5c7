package main

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// warn notes what is allowed but probably not meant.
func (s *settings) warn(given map[string]string) {
	known := map[string]bool{}
	for _, v := range variables() {
		known[v.Name], known[v.Name+"_FILE"] = true, true
		if _, set := s.Values[v.Name]; set && v.Later {
			s.warnf("%s is set, but what it is for comes later", v.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !known[name] {
			s.warnf("%s is not a variable of firebreak%s", name, guess(name, known))
		}
	}
	for _, name := range []string{"FIREBREAK_SLACK_API_URL", "FIREBREAK_PAGERDUTY_API_URL", "FIREBREAK_PAGERDUTY_EVENTS_URL", "FIREBREAK_GITLAB_URL"} {
		if value, set := s.Values[name]; set && inTheClear(value) {
			s.warnf("%s is http:// to another machine: tokens travel unencrypted", name)
		}
	}
}

func (s *settings) warnf(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

// inTheClear says whether a URL sends tokens over a network unencrypted.
func inTheClear(value string) bool {
	u, err := url.Parse(strings.TrimSpace(value))
	if err != nil || u.Scheme != "http" {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// guess names the variable that a mistyped one may have meant.
func guess(name string, known map[string]bool) string {
	best, least := "", 4 // more than three slips are another word
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		if d := slips(name, candidate); d < least {
			best, least = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// slips is the Levenshtein distance.
func slips(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
