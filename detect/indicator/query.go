package indicator

import (
	"strings"

	"firebreak/incident"
)

// Candidates gives what an indicator that somebody typed may have been kept
// as: a single word may be an account or a host, a domain one of our own
// hosts, an e-mail address one of our own accounts. None: it is no indicator.
func Candidates(typed string) []incident.Indicator {
	i, ok := Parse(typed)
	if !ok {
		word := strings.ToLower(strings.Trim(strings.TrimSpace(typed), "`\"'*~"))
		if len(word) < 2 || len(word) > 64 || nobody[word] || strings.ContainsAny(word, " \t\n<>@/:,;|()[]{}") {
			return nil
		}
		return []incident.Indicator{{Type: incident.IndicatorAccount, Value: word}, {Type: incident.IndicatorHost, Value: word}}
	}
	switch i.Type {
	case incident.IndicatorDomain:
		return []incident.Indicator{i, {Type: incident.IndicatorHost, Value: i.Value}}
	case incident.IndicatorEmail:
		return []incident.Indicator{i, {Type: incident.IndicatorAccount, Value: i.Value}}
	}
	return []incident.Indicator{i}
}

// Resolve makes indicators of what was typed for the filter ioc: of a query.
// The error is an *incident.QueryError.
func Resolve(q *incident.Query) error {
	var list []incident.Indicator
	for _, typed := range q.Indicators {
		means := Candidates(typed.Value)
		if len(means) == 0 {
			return &incident.QueryError{
				Typed: "ioc:" + typed.Value, Wrong: "is no indicator I know",
				Right: "ioc: with one address, domain, URL, hash, CVE or ATT&CK id, account or host",
			}
		}
		list = append(list, means...)
	}
	q.Indicators = list
	return nil
}
