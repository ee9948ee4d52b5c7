package detect

import (
	"slices"

	"firebreak/incident"
)

// The names under which tools tell things, as plainKey writes them, best
// first. A name with a dot is the end of a path.
var (
	timeKeys = []string{
		"eventtime", "event.time", "occurredat", "timestamp", "eventtimestamp", "time", "datetime",
		"published", "startsat", "systemtime", "utctime", "timegenerated", "event.created", "createdat",
		"creationtime", "created", "detectedat", "date", "when", "ts", "eventcreationtime", "starttimeutc", "lastseen", "firstseen", syslogTime, attachmentTime,
	}
	sourceKeys = []string{
		"logsource", "tool", "detector", "product", "vendor", "event.module", "event.dataset", "module",
		"dataset", "providername", "provider.name", "provider", "eventsource", "sourcetype", "source",
		"program", "process", "service", "application", "app", "integration", "client",
	}
	actionKeys = []string{
		"action", "event.action", "eventaction", "eventtype", "eventname", "event.type", "activity",
		"operation", "event", "eventclass", "category", "event.category", "class", "type",
	}
	outcomeKeys = []string{
		"outcome", "event.outcome", "outcome.result", "consolelogin", "loginresult", "result", "status", "success",
	}
	severityKeys = []string{"severity", "event.severity", "sev", "alertlevel", "severityname", "alertseverity", "level", "priority", "urgency", "risk"}
	titleKeys    = []string{
		"title", "alertname", "alertdisplayname", "searchname", "event.name", "rulename", "rule.name", "rule.title", "alert.name", "summary", "displaymessage",
		"message", "msg", "subject", "signature", "description", "reason", "text", "body",
	}
	eventIDKeys = []string{"eventid", "event.code", "eventcode", "event.id"}
)

const (
	syslogTime     = "syslogtime"     // of a syslog line's header
	attachmentTime = "attachmenttime" // ts of a Slack attachment
)

// messageKeys are the fields in which a log line or a sentence may stand.
var messageKeys = set(
	"message", "msg", "log", "raw", "line", "text", "body", "details", "description", "summary", "title", "event.original", "original", "fulllog",
)

// generic are actions that say nothing.
var genericActions = set("alert", "event", "notification", "trigger", "triggered", "firing", "fired", "new", "open", "detection", "alert-body", "email", "api", "nagios", "web-trigger", "ip", "host", "account")

// windowsLogins are the ids of Windows security events about logging in.
var windowsLogins = map[string]string{
	"4624": LoginSuccess, "4625": LoginFailure, "4771": LoginFailure,
}

// entityKeys say what sort of thing stands in a field.
var entityKeys = func() map[string]incident.EntityType {
	m := map[string]incident.EntityType{}
	for t, keys := range map[incident.EntityType][]string{
		incident.EntityAddress: {
			"src", "srcip", "sourceip", "source.ip", "source.address", "src.ip", "source", "clientip", "client.ip", "client.ipaddress",
			"client.address", "ip", "ipaddr", "ipaddress", "sourceipaddress", "sourceaddress", "srcaddr", "remoteip", "remoteaddr",
			"remoteaddress", "remotehost", "rhost", "attackerip", "attacker", "actorip", "peerip", "callerip",
			"calleripaddress", "fromip", "clientaddress", "address", "ipaddressv4", "xforwardedfor", "offender", "originip",
		},
		incident.EntityAccount: {
			"user", "username", "usr.name", "usr.id", "user.name", "user.email", "account", "account.name", "accountname", "targetusername", "targetuser",
			"actor", "actor.alternateid", "actor.email", "principal", "principalemail", "login", "useridentity.username",
			"userprincipalname", "suser", "duser", "srcuser", "dstuser", "acct", "email", "useremail", "upn", "identity", "loginname",
		},
		incident.EntityHost: {
			"host", "hostname", "host.name", "host.hostname", "computer", "computername", "device", "device.name", "devicename",
			"machine", "machinename", "server", "servername", "targethost", "desthost", "dhost", "destinationhost",
			"dsthost", "dest", "instanceid", "affectedresource", "instance", "node", "asset", "agent.name", "agent.hostname", "dvchost", "vm", "fqdn",
			"destination.host", "destination.domain", "logginghost", "shost",
		},
	} {
		for _, key := range keys {
			m[key] = t
		}
	}
	return m
}()

// farSide are the parents of what an action was aimed at: an address there is
// not where it came from.
var farSide = set("destination", "dest", "dst", "target", "server", "local", "host", "observer", "agent")

func set(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return m
}

// known says whether a name means anything here.
func known(key string) bool {
	f := field{key: plainKey(key)}
	if _, ok := entityKeys[f.key]; ok {
		return true
	}
	for _, keys := range [][]string{timeKeys, sourceKeys, actionKeys, outcomeKeys, severityKeys, titleKeys, eventIDKeys} {
		if slices.ContainsFunc(keys, f.is) {
			return true
		}
	}
	return messageKeys[f.key]
}
