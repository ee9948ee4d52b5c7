package detect

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"firebreak/detect/event"
	"firebreak/incident"
)

// entities finds what the record is about: in its fields, and for a sort of
// which they name none, in its sentences.
func (r record) entities() []incident.Entity {
	var found []incident.Entity
	add := func(t incident.EntityType, value string) {
		e := incident.Entity{Type: t, Value: value}
		if value != "" && !slices.Contains(found, e) && len(found) < 64 {
			found = append(found, e)
		}
	}
	for _, f := range r.fields {
		t, ok := f.entity()
		if !ok {
			continue
		}
		for _, value := range entityValues(t, f.value) {
			add(t, value)
		}
	}
	has := func(t incident.EntityType) bool {
		return slices.ContainsFunc(found, func(e incident.Entity) bool { return e.Type == t })
	}
	text := cut(r.text, maxProse)
	for _, guess := range []struct {
		t    incident.EntityType
		find func(string) string
	}{
		{incident.EntityAddress, addressInText},
		{incident.EntityAccount, accountInText},
		{incident.EntityHost, hostInText},
	} {
		if !has(guess.t) {
			add(guess.t, guess.find(text))
		}
	}
	slices.SortStableFunc(found, func(a, b incident.Entity) int { return rank(a.Type) - rank(b.Type) })
	return found
}

func rank(t incident.EntityType) int {
	return slices.Index([]incident.EntityType{incident.EntityAddress, incident.EntityAccount, incident.EntityHost}, t)
}

// entity says what sort of thing the field holds.
func (f field) entity() (incident.EntityType, bool) {
	if t, ok := entityKeys[tail(f.key, 2)]; ok {
		return t, true
	}
	t, ok := entityKeys[tail(f.key, 1)]
	if ok && t == incident.EntityAddress {
		parent, _, nested := strings.Cut(tail(f.key, 2), ".")
		if nested && farSide[parent] {
			return "", false
		}
	}
	return t, ok
}

// entityValues reads the values of a field; a field may list several
// addresses.
func entityValues(t incident.EntityType, s string) []string {
	switch t {
	case incident.EntityAddress:
		var found []string
		for _, part := range strings.FieldsFunc(cut(s, 4*maxValue), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			found = append(found, address(part))
		}
		return found
	case incident.EntityAccount:
		return []string{account(s)}
	}
	return []string{host(s)}
}

// address normalises a source address, with or without a port, defanged or
// not. Addresses that single nobody out give "".
func address(s string) string {
	s = strings.Trim(defang.Replace(strings.TrimSpace(cut(s, maxValue))), `"'<>()`+"`")
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return ""
		}
		a = ap.Addr()
	}
	a = a.Unmap().WithZone("")
	if a.IsUnspecified() || a.IsLoopback() {
		return ""
	}
	return a.String()
}

var defang = strings.NewReplacer("[.]", ".", "(.)", ".", "[:]", ":", "[dot]", ".")

// account normalises a user name to what all sources call the user: without
// the domain before or behind it. Names that are nobody's give "".
func account(s string) string {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "\"'`<>"))
	s = strings.TrimPrefix(s, "@")
	if _, name, ok := strings.Cut(s, `\`); ok {
		s = name
	}
	if name, _, ok := strings.Cut(s, "@"); ok {
		s = name
	}
	if nobody[s] || len(s) > maxValue || tenant.MatchString(s) || strings.ContainsAny(s, "\n\t{}") || strings.Count(s, " ") > 3 {
		return ""
	}
	return s
}

// tenant is the number of a cloud account, which is nobody's name.
var tenant = regexp.MustCompile(`^\d{12}$`)

var nobody = set("", "-", "n/a", "na", "none", "null", "unknown", "(unknown)", "anonymous", "anonymous logon",
	"true", "false", "failed", "failure", "success", "system", "local service", "network service")

// host normalises the name of a machine.
func host(s string) string {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "\"'`<>"))
	if name, port, ok := strings.Cut(s, ":"); ok && port != "" && strings.Trim(port, "0123456789") == "" {
		s = name
	}
	s = strings.TrimSuffix(s, ".")
	if nobody[s] || s == "localhost" || len(s) > maxValue || strings.ContainsAny(s, " \n\t{}/") {
		return ""
	}
	return s
}

var (
	addressLike = regexp.MustCompile(`(?i)(?:\d{1,3}(?:\.|\[\.\])){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}`)
	fromAddress = regexp.MustCompile(`(?i)\b(?:from|source|src|attacker|client|by|ip)(?:\s+(?:ip|address|host))*\s*[:=]?\s*[` + "`" + `"'(]*((?:\d{1,3}(?:\.|\[\.\])){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})`)
	userNamed   = regexp.MustCompile(`(?i)\b(?:user|account|username)\b\s*[:=]?\s*[` + "`" + `"'*]*([a-z0-9][a-z0-9._@\\$-]{0,63})`)
	userFor     = regexp.MustCompile(`(?i)\bfor\s+(?:(?:invalid\s+)?user\s+|account\s+)?[` + "`" + `"'*]*([a-z0-9][a-z0-9._@\\$-]{0,63})[` + "`" + `"'*]*\s+from\b`)
	hostNamed   = regexp.MustCompile(`(?i)\b(?:host|server|machine|computer|on)\b\s*[:=]?\s*[` + "`" + `"'*]*([a-z0-9][a-z0-9.-]{0,63})`)
)

// addressInText finds the address that a sentence says something came from,
// else the only address in it.
func addressInText(text string) string {
	for _, m := range fromAddress.FindAllStringSubmatch(text, 8) {
		if a := address(m[1]); a != "" {
			return a
		}
	}
	only := ""
	for _, m := range addressLike.FindAllString(text, 32) {
		a := address(m)
		if a == "" || a == only {
			continue
		}
		if only != "" {
			return ""
		}
		only = a
	}
	return only
}

func accountInText(text string) string {
	for _, shape := range []*regexp.Regexp{userFor, userNamed} {
		for _, m := range shape.FindAllStringSubmatch(text, 8) {
			if name := strings.TrimRight(m[1], ".-"); !fillers[strings.ToLower(name)] {
				return account(name)
			}
		}
	}
	return ""
}

// epoch stands for a reference time where none matters.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// hostInText finds a name with a digit, a dash or a dot in it: words have
// none.
func hostInText(text string) string {
	for _, m := range hostNamed.FindAllStringSubmatch(text, 8) {
		name := strings.TrimRight(m[1], ".-")
		_, isTime := event.ParseTime(name, epoch)
		if strings.ContainsAny(name, "0123456789-.") && strings.ContainsFunc(name, isLetter) && address(name) == "" && !isTime {
			return host(name)
		}
	}
	return ""
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// fillers follow the word user or account without being a name.
var fillers = set("a", "account", "accounts", "agent", "and", "at", "by", "can", "did", "failed", "for", "from", "had",
	"has", "have", "id", "in", "is", "locked", "logged", "login", "logins", "logon", "name", "not", "of", "on", "or", "password",
	"sign-in", "signed", "that", "the", "to", "tried", "unknown", "was", "were", "who", "with")
