package detect

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"firebreak/detect/event"
	"firebreak/incident"
)

// field is one thing an alert says, under the tool's own name for it.
type field struct {
	key   string // lower case, dotted path, without blanks, dashes and underscores
	value string
}

// record is an alert before its words are understood.
type record struct {
	fields []field
	text   string // what is no field
	raw    string
	core   string // what a tool has said itself, where raw is a wrapping of it
	own    int    // so many of the fields are no other record's too; 0: all
}

// wazuhAgent is how Wazuh's messages name the machine.
var wazuhAgent = regexp.MustCompile(`^\(\d+\) - (\S+)$`)

func (r *record) add(key, value string) {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\x00", ""))
	if value == "" || len(r.fields) >= maxFields {
		return
	}
	if m := wazuhAgent.FindStringSubmatch(value); m != nil && plainKey(key) == "agent" {
		key, value = "agent.name", m[1]
	}
	r.fields = append(r.fields, field{key: plainKey(key), value: value})
}

// with gives r the fields of a message that all its records share. Its own
// come first.
func (r record) with(shared record) record {
	if r.own == 0 {
		r.own = max(len(r.fields), 1)
	}
	r.fields = slices.Concat(r.fields, shared.fields[:min(len(shared.fields), maxCommon)])
	if r.text == "" {
		r.text = shared.text
	} else if shared.text != "" {
		r.text += "\n" + shared.text
	}
	return r
}

// alert understands a record. said counts what others of its input have said.
func (r record) alert(received time.Time, said map[string]int) incident.Alert {
	if r.own == 0 {
		r.own = len(r.fields)
	}
	r = r.expanded()
	at, timed := r.time(received)
	a := incident.Alert{
		Source:   r.source(),
		Severity: word(cut(r.first(severityKeys), 32)),
		At:       at,
		Entities: r.entities(),
		Raw:      cut(r.raw, maxRaw),
	}
	a.Action = r.action()
	a.Title = r.title(a.Action)
	a.Event = r.event(a, timed, said)
	return a
}

// expanded adds the fields that stand within messages the record carries,
// such as a syslog line in a JSON alert.
func (r record) expanded() record {
	for _, f := range r.fields[:len(r.fields):len(r.fields)] {
		if messageKeys[tail(f.key, 1)] && len(f.value) <= maxRaw {
			for line := range strings.Lines(f.value) {
				r.fields = append(r.fields, lineFields(line)...)
			}
			r.text += "\n" + f.value
		}
	}
	return r
}

// first gives the value of the first of the keys that the record has.
func (r record) first(keys []string) string {
	for _, key := range keys {
		for _, f := range r.fields {
			if f.is(key) {
				return f.value
			}
		}
	}
	return ""
}

// is says whether the field's name, or the end of its path, is key.
func (f field) is(key string) bool {
	before, ok := strings.CutSuffix(f.key, key)
	return ok && (before == "" || before[len(before)-1] == '.')
}

func (r record) source() string {
	for _, key := range sourceKeys {
		for _, f := range r.fields {
			if f.is(key) && address(f.value) == "" {
				return word(cut(f.value, 64))
			}
		}
	}
	if id := r.first(eventIDKeys); windowsLogins[id] != "" {
		return "winlog"
	}
	return ""
}

func (r record) title(action string) string {
	for _, title := range []string{r.first(titleKeys), r.text} {
		for line := range strings.Lines(title) {
			if line = strings.Trim(strings.ReplaceAll(line, "*", ""), " \t\r\n_`"); line != "" {
				return cut(line, maxTitle)
			}
		}
	}
	return action
}

// time is when it happened: as told, else when it was received.
func (r record) time(received time.Time) (at time.Time, told bool) {
	for _, key := range timeKeys {
		for _, f := range r.fields {
			if !f.is(key) {
				continue
			}
			if at, ok := event.ParseTime(f.value, received); ok {
				return at, true
			}
		}
	}
	return received, false
}

// plainKey is a field's name as all tools might write it.
func plainKey(key string) string {
	return strings.Trim(keyNoise.Replace(strings.ToLower(cut(key, maxValue))), ".")
}

var keyNoise = strings.NewReplacer("_", "", "-", "", " ", "", "*", "", ":", "", "`", "", "@", "", "[]", "")

// tail is the last n parts of a dotted path.
func tail(path string, n int) string {
	at := len(path)
	for range n {
		i := strings.LastIndexByte(path[:at], '.')
		if i < 0 {
			return path
		}
		at = i
	}
	return path[at+1:]
}

// word is a tool's word in lower case with dashes: UserLoginFailed and
// "user login failed" become user-login-failed.
func word(s string) string {
	var b strings.Builder
	var before rune
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			if before >= 'a' && before <= 'z' {
				b.WriteByte('-')
			}
			b.WriteRune(r - 'A' + 'a')
		case r == ' ' || r == '_' || r == '\t' || r == '\n' || r == '-':
			if before != '-' && b.Len() > 0 {
				b.WriteByte('-')
			}
			r = '-'
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return strings.Trim(b.String(), "-. ")
}
