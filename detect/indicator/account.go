package indicator

import (
	"net/netip"
	"strings"

	"firebreak/incident"
)

// email takes the address whose local part begins at i, and gives its end or
// 0. An atom may be only the beginning of the local part.
func (s *scanner) email(i, end int) int {
	for end < len(s.text.clean) && end-i <= 64 && (atomic(s.text.clean[end]) || s.text.clean[end] == '+' || s.text.clean[end] == '%') {
		end++
	}
	if s.byteAt(end) != '@' || end == i || end-i > 64 {
		return 0
	}
	local := strings.ToLower(strings.Trim(s.text.clean[i:end], "."))
	from, to := s.trimmed(end+1, s.atomEnd(end+1))
	if from != end+1 || local == "" {
		return 0
	}
	if next := s.login(local, i, end, from, to); next > 0 {
		return next
	}
	name, ok := canonical(s.text.clean[from:to])
	if !ok || !registered(name) {
		return 0
	}
	t := incident.IndicatorEmail
	if own, _ := s.own(name); own {
		t = incident.IndicatorAccount
	}
	if strings.HasSuffix(name, ".gserviceaccount.com") {
		t = incident.IndicatorGCP
	}
	s.add(t, local+"@"+name, i, to)
	return to
}

var remoteCommands = set("ssh", "scp", "sftp", "rsync", "mosh")

// login takes user@host of a command such as ssh, and user@address.
func (s *scanner) login(user string, i, end, from, to int) int {
	host := s.text.clean[from:to]
	_, err := netip.ParseAddr(host)
	if err != nil && !s.commanded(i) {
		return 0
	}
	if err == nil || s.host(from, to, hostInURL) {
		s.account(user, i, end)
		if err == nil {
			s.host(from, to, hostInURL)
		}
		return to
	}
	if strings.Contains(host, ".") || !letter(s.byteAt(from)) || len(host) > 63 {
		return 0
	}
	s.account(user, i, end)
	s.add(incident.IndicatorHost, strings.ToLower(host), from, to)
	return to
}

// commanded says whether the line up to i begins a command that logs in
// elsewhere.
func (s *scanner) commanded(i int) bool {
	line := s.text.clean[max(0, i-80):i]
	if at := strings.LastIndexAny(line, "\n|;`"); at >= 0 {
		line = line[at+1:]
	}
	for w := range strings.FieldsSeq(line) {
		if remoteCommands[strings.ToLower(w)] {
			return true
		}
	}
	return false
}

// account adds a user's name, unless it is nobody's.
func (s *scanner) account(name string, from, to int) bool {
	name = strings.ToLower(strings.Trim(name, ".-"))
	if nobody[name] || len(name) > 64 || digitsOf(name) == len(name) {
		return false
	}
	s.add(incident.IndicatorAccount, name, from, to)
	return true
}

// nobody are words that stand where a user's name or a host's could.
var nobody = set("", "-", "n", "na", "none", "null", "nil", "undefined", "unknown", "anonymous", "true", "false", "failed", "failure", "success",
	"system", "local", "network", "service", "localhost", "a", "an", "and", "at", "by", "for", "from", "has", "have", "in", "is", "it", "not", "of", "on", "or",
	"the", "this", "that", "to", "was", "were", "who", "with", "please", "yes", "no", "id", "name", "invalid", "error", "string", "user")

// Keys of fields, as plainKey writes them.
var (
	accountKeys = set("user", "username", "user.name", "login", "loginname", "account", "accountname", "acct", "userid", "suser", "duser",
		"targetusername", "subjectusername", "targetuser", "srcuser", "dstuser", "samaccountname", "uid", "ruser")
	hostKeys = set("host", "hostname", "host.name", "computer", "computername", "machine", "machinename", "node", "nodename",
		"workstation", "workstationname", "devicename", "srchost", "dsthost", "dvchost", "shost", "dhost")
)

func plainKey(atom string) string {
	if len(atom) < 3 || len(atom) > 24 {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(atom, "_", ""))
}

// keyed takes the value of a field that says user or host, and gives its end
// or 0.
func (s *scanner) keyed(atom string, from, to int) int {
	at, sure := s.value(to)
	if at == 0 {
		return 0
	}
	key := plainKey(atom)
	if !accountKeys[key] && !hostKeys[key] {
		return 0
	}
	end := at
	for end < len(s.text.clean) && (atomic(s.text.clean[end]) || s.text.clean[end] == '$') && end-at <= 253 {
		end++
	}
	if c := s.byteAt(end); end == at || c == '@' || c == '\\' || c == '+' || c == ':' && s.follows(end, "://") {
		return 0 // more than a name: it is found by itself
	}
	value := strings.TrimRight(s.text.clean[at:end], ".")
	if hostKeys[key] {
		return s.keyedHost(value, at, end, sure)
	}
	if key == "uid" && s.byteAt(end) == '(' && digitsOf(value) == len(value) { // uid=1000(carol)
		at = end + 1
		end = at
		for end < len(s.text.clean) && end-at < 64 && word(s.text.clean[end]) {
			end++
		}
		value = s.text.clean[at:end]
	}
	if s.account(value, at, end) {
		return end
	}
	return 0
}

// keyedHost takes a host's name; a full name is judged like any other.
func (s *scanner) keyedHost(value string, from, to int, sure bool) int {
	if _, err := netip.ParseAddr(value); err == nil || nobody[strings.ToLower(value)] || strings.Trim(value, "0123456789-._$") == "" {
		return 0
	}
	if name, ok := canonical(value); ok && (registered(name) || internal(name)) {
		return 0
	}
	if !sure && !strings.ContainsAny(value, "0123456789-.") || strings.Contains(value, "$") {
		return 0
	}
	s.add(incident.IndicatorHost, strings.ToLower(value), from, to)
	return to
}

// value gives where the value begins behind a key that ends at i: after = or
// :, with or without quotes; {"name":"…"} counts too. sure says that it is a
// field and no prose. 0: there is no value.
func (s *scanner) value(i int) (at int, sure bool) {
	quoted := s.byteAt(i) == '"' || s.byteAt(i) == '\''
	if quoted {
		i++
	}
	for n := 0; n < 2 && s.byteAt(i) == ' '; n++ {
		i++
	}
	mark := s.byteAt(i)
	if mark != '=' && mark != ':' || s.follows(i, "://") || s.byteAt(i+1) == mark {
		return 0, false
	}
	i++
	for n := 0; n < 2 && s.byteAt(i) == ' '; n++ {
		i++
	}
	if s.follows(i, `{"name":"`) {
		return i + len(`{"name":"`), true
	}
	sure = mark == '=' || quoted
	if c := s.byteAt(i); c == '"' || c == '\'' {
		i, sure = i+1, true
	}
	return i, sure
}

// windowsAccount takes DOMAIN\user.
func (s *scanner) windowsAccount(atom string, from, to int) int {
	if s.byteAt(to) != '\\' || len(atom) > 15 || strings.ToUpper(atom) != atom || strings.HasPrefix(atom, "HK") || strings.Trim(atom, "0123456789.-_") == "" {
		return 0
	}
	if strings.IndexByte(`\/:`, s.byteAt(from-1)) >= 0 && s.byteAt(from-1) != 0 || len(atom) < 2 || atom == "AUTHORITY" {
		return 0
	}
	end := to + 1
	for end < len(s.text.clean) && end-to <= 64 && (atomic(s.text.clean[end]) || s.text.clean[end] == '$') {
		end++
	}
	name := strings.ToLower(strings.TrimRight(s.text.clean[to+1:end], ".-"))
	if nobody[name] || s.byteAt(end) == '\\' {
		return 0
	}
	s.add(incident.IndicatorAccount, strings.ToLower(atom)+`\`+name, from, end)
	return end
}

// prose takes the names in lines of sshd and of PAM: "for alice from 192.0.2.1",
// "for user alice by", "user alice from".
func (s *scanner) prose(atom string, from, to int) {
	if len(atom) != 3 && len(atom) != 4 || s.byteAt(to) != ' ' {
		return
	}
	switch strings.ToLower(atom) {
	case "for":
		if words := s.before(from); words[0] != "password" && words[0] != "publickey" && words[1] != "accepted" && words[1] != "failed" {
			return
		}
	case "user":
		if words := s.before(from); words[0] != "for" && words[0] != "invalid" {
			return
		}
	default:
		return
	}
	end := to + 1
	for end < len(s.text.clean) && end-to <= 64 && (atomic(s.text.clean[end]) || s.text.clean[end] == '$') {
		end++
	}
	if s.follows(end, " from ") || s.follows(end, " by ") || s.follows(end, "(uid") || s.follows(end, " port ") {
		s.account(s.text.clean[to+1:end], to+1, end)
	}
}
