package logfile

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	list = regexp.MustCompile(`^\[\s*[{\]]`)
	// wrapped is how AWS (Records) and Azure (records) write a list of events.
	wrapped = regexp.MustCompile(`^\s*\{\s*"[Rr]ecords"\s*:\s*\[`)
	// syslogHead is how a line of syslog begins, RFC 3164 or RFC 5424's time.
	syslogHead = regexp.MustCompile(`^(?:<\d{1,3}>1? ?)?((?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?)|(?:\d{4}-\d\d-\d\dT\S{8,32}))\s+(\S{1,255})\s+([\w./()-]{1,64}?)(?:\[(\d{1,10})\])?:\s?(.*)$`)
	// column is how a table's column may be called.
	column = regexp.MustCompile(`^[\pL_@#$][\pL\pN _.@#$/()\[\]%:-]{0,99}$`)
)

// sniff tells what a text is by its beginning and its name.
func sniff(head []byte, name string) Kind {
	start := bytes.TrimLeft(head, " \t\r\n")
	if len(start) == 0 || !textual(head) {
		return Unknown
	}
	ext := strings.ToLower(path.Ext(name))
	switch {
	case list.Match(start):
		return JSONArray
	case wrapped.Match(start[:min(len(start), wrapperSize)]):
		return Records
	case start[0] == '{' && spread(start):
		return JSON
	case start[0] == '{', ext == ".json", ext == ".jsonl", ext == ".ndjson":
		return JSONLines
	case ext == ".csv", ext == ".tsv", tabular(start):
		return CSV
	case syslogHead.Match(firstLine(start)), logName(name) && utf8.Valid(firstLine(start)):
		return Text
	}
	return Unknown
}

// logName says whether a file is called a log: auth.log, auth.log.1.
func logName(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasSuffix(base, ".log") || strings.Contains(base, ".log.")
}

// textual says whether a file's beginning may be text.
func textual(head []byte) bool { return bytes.IndexByte(head, 0) < 0 }

func firstLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.TrimRight(line, "\r")
}

// spread says whether an object is written over several lines. A line that is
// only broken off is followed by another object.
func spread(start []byte) bool {
	line, rest, ok := bytes.Cut(start, []byte("\n"))
	if !ok {
		return false
	}
	var s scanner
	if slices.ContainsFunc(line, s.ends) {
		return false
	}
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && (rest[0] == '"' || rest[0] == '}') && s.depth > 0 && !s.quoted
}

// tabular says whether the first two lines look like a table's: a row of names
// and one with as many values.
func tabular(start []byte) bool {
	first, rest, ok := bytes.Cut(start, []byte("\n"))
	if !ok {
		return false
	}
	d := delimiter(first)
	names := strings.Split(strings.TrimRight(string(first), "\r"), string(d))
	if len(names) < 3 {
		return false
	}
	for _, name := range names {
		if !column.MatchString(strings.Trim(name, `"`)) {
			return false
		}
	}
	quoted := bytes.IndexByte(rest, '"') >= 0
	return quoted || bytes.Count(firstLine(rest), []byte(string(d))) == len(names)-1
}

// delimiter is what divides the columns of a table: the one of four that a
// line has most of, outside quotes.
func delimiter(line []byte) rune {
	counts := map[rune]int{}
	quoted := false
	for _, c := range string(line) {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[c]++
		}
	}
	best := ','
	for _, c := range ";\t|" {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}
