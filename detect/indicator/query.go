package indicator

import "firebreak/incident"

// Resolve makes indicators of what was typed for the filter ioc: of a query.
// The error is an *incident.QueryError.
func Resolve(q *incident.Query) error {
	for n, typed := range q.Indicators {
		i, ok := Parse(typed.Value)
		if !ok {
			return &incident.QueryError{
				Typed: "ioc:" + typed.Value, Wrong: "is no indicator I know",
				Right: "ioc: with one address, domain, URL, hash, CVE or ATT&CK id, or ioc:account:alice, ioc:host:web-01",
			}
		}
		q.Indicators[n] = i
	}
	return nil
}
