package detect

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"firebreak/detect/event"
	"firebreak/incident"
)

// maxRepeats is how many alerts a "message repeated N times" line may stand
// for.
const maxRepeats = 100

// maxLines is how many lines of a message are read.
const maxLines = 5000

var (
	fence     = regexp.MustCompile("(?s)```(.*?)(?:```|$)")
	slackDate = regexp.MustCompile(`<!date\^(\d{1,12})[^<>]*>`)

	syslogHead = regexp.MustCompile(`^(?:<\d{1,3}>1? ?)?((?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?)|(?:\d{4}-\d\d-\d\dT\S+))\s+(\S+)\s+([\w./-]+?)(?:\[\d+\])?:\s+(.*)$`)
	sshdHead   = regexp.MustCompile(`^(?:(\S+)\s+)?(sshd(?:-session)?)(?:\[\d+\])?:\s+(.*)$`)
	repeated   = regexp.MustCompile(`^message repeated (\d+) times: \[ ?(.*?)\]?$`)
	sshdFailed = regexp.MustCompile(`(?i)\bfailed (password|publickey|none|keyboard-interactive\S*|\S{1,32}) for (?:invalid user |illegal user )?(\S{0,64}) ?from (\S{1,64})(?: port \d+)?`)
	sshdLogin  = regexp.MustCompile(`(?i)\baccepted (password|publickey|keyboard-interactive\S*|\S{1,32}) for (\S{1,64}) from (\S{1,64})(?: port \d+)?`)
	sshdNobody = regexp.MustCompile(`(?i)\binvalid user (\S{0,64}) ?from (\S{1,64})(?: port \d+)?`)

	pair     = regexp.MustCompile(`([A-Za-z_@][\w.@-]{0,63})=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;"']+)`)
	tag      = regexp.MustCompile("(?:^|[\\s,`({\\[])@?([a-z][\\w.]{1,40}):([\\w.@\\[\\]\\\\-][\\w.:@\\[\\]\\\\-]*)")
	keyValue = regexp.MustCompile(`^[\s>*_•·|-]*([A-Za-z@][\w .@/-]{0,40}?)[*_` + "`" + `]*\s*:[*_` + "`" + `]*\s+(\S.*)$`)
)

// fromText reads a message: JSON wherever it stands in it, log lines, and
// Key: value lines; the rest is a sentence.
func fromText(text string) []record {
	return slackText(text, record{})
}

// slackText is fromText with the fields that are known of the message
// already.
func slackText(text string, shared record) []record {
	shared.raw = text
	text = quotes.Replace(slackPlain(text))
	text = fence.ReplaceAllString(text, "\n$1\n")

	records, rest := jsonInText(text)
	var sentences strings.Builder
	read := 0
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if read++; read > maxLines || len(records) >= maxRecords {
			break
		}
		if own := lineRecords(line); own != nil {
			records = append(records, own...)
			continue
		}
		if m := keyValue.FindStringSubmatch(line); m != nil && known(m[1]) {
			shared.add(m[1], strings.Trim(strings.TrimSpace(m[2]), "*_`"))
			continue
		}
		for _, m := range pair.FindAllStringSubmatch(line, 1) {
			shared.add(m[1], unquote(m[2]))
		}
		shared.tags(line)
		sentences.WriteString(line + "\n")
	}
	shared.text = sentences.String()
	if len(records) == 0 {
		if strings.TrimSpace(shared.text) == "" && len(shared.fields) == 0 {
			return nil
		}
		return []record{shared}
	}
	for i := range records {
		records[i] = records[i].with(shared)
	}
	return records
}

// tags adds what a line of tags names, such as host:web-1 or @usr.name:root.
func (r *record) tags(line string) {
	for _, m := range tag.FindAllStringSubmatch(line, 50) {
		if _, ok := (field{key: plainKey(m[1])}).entity(); ok || plainKey(m[1]) == "service" {
			r.add(m[1], m[2])
		}
	}
}

// slackPlain is incident.SlackPlain, with dates as RFC 3339 whatever their
// author made of them for readers.
func slackPlain(text string) string {
	text = slackDate.ReplaceAllStringFunc(text, func(token string) string {
		at, _ := event.ParseEpoch(slackDate.FindStringSubmatch(token)[1])
		return at.UTC().Format(time.RFC3339)
	})
	return incident.SlackPlain(text, nil)
}

var quotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'", "\u00a0", " ")

// lineRecords reads a line that is an alert of its own: a log line, or two
// pairs or more.
func lineRecords(line string) []record {
	line = strings.Trim(line, "`> ")
	fields := lineFields(line)
	if len(fields) < 2 {
		return nil
	}
	r := record{fields: fields, text: line, raw: line}
	times := 1
	for _, f := range fields {
		if f.key == repeatKey {
			times, _ = strconv.Atoi(f.value)
		}
	}
	records := make([]record, 0, 1)
	for range max(1, min(times, maxRepeats)) {
		records = append(records, r)
	}
	return records
}

const repeatKey = "messagerepeated"

// lineFields reads the fields of a log line.
func lineFields(line string) []field {
	line = strings.TrimSpace(cut(line, 8<<10))
	var r record
	if m := syslogHead.FindStringSubmatch(line); m != nil {
		r.add(syslogTime, m[1])
		r.add("host", m[2])
		r.add("program", programName(m[3]))
		line = m[4]
	} else if m := sshdHead.FindStringSubmatch(line); m != nil {
		r.add("host", m[1])
		r.add("program", programName(m[2]))
		line = m[3]
	}
	if m := repeated.FindStringSubmatch(line); m != nil {
		r.add(repeatKey, m[1])
		line = m[2]
	}
	r.sshd(line)
	for _, m := range pair.FindAllStringSubmatch(line, 200) {
		r.add(m[1], unquote(m[2]))
	}
	return r.fields
}

// sshd reads what OpenSSH says about an attempt to log in. An unknown user
// is told twice for each attempt, here and as a failed password: only the
// latter counts.
func (r *record) sshd(line string) {
	for _, shape := range []struct {
		line   *regexp.Regexp
		action string
	}{{sshdFailed, LoginFailure}, {sshdLogin, LoginSuccess}} {
		if m := shape.line.FindStringSubmatch(line); m != nil && address(m[3]) != "" {
			r.login(shape.action, m[2], m[3])
			return
		}
	}
	if m := sshdNobody.FindStringSubmatch(line); m != nil && address(m[2]) != "" {
		r.login("invalid-user", m[1], m[2])
	}
}

func (r *record) login(action, user, from string) {
	r.add("action", action)
	r.add("user", user)
	r.add("srcip", from)
	for _, f := range r.fields {
		if f.key == "program" {
			return
		}
	}
	r.add("program", "sshd")
}

// programName is a syslog tag without its path, and sshd for its helpers.
func programName(tag string) string {
	tag = tag[strings.LastIndexByte(tag, '/')+1:]
	return strings.TrimSuffix(tag, "-session")
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
	}
	return s
}
