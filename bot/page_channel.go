package bot

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"firebreak/incident"
)

// pageChannel is what is read of the channel of a trigger entry, and of the
// body of an alert. Their schema is explicitly not stable.
type pageChannel struct {
	Type     string          `json:"type"`
	Key      string          `json:"incident_key"`
	DedupKey string          `json:"dedup_key"`
	Summary  string          `json:"summary"`
	Subject  string          `json:"subject"`
	Body     string          `json:"body"`
	Details  json.RawMessage `json:"details"`
	CEF      struct {
		DedupKey string          `json:"dedup_key"`
		Details  json.RawMessage `json:"details"`
	} `json:"cef_details"`
}

func readChannel(raw []byte) (c pageChannel) {
	lenient(raw, &c)
	return c
}

func (c pageChannel) key() string { return cmp.Or(c.Key, c.DedupKey, c.CEF.DedupKey) }

// told is what a tool has said, as JSON values, and whether it said anything.
func (c pageChannel) told() (any, bool) {
	for _, raw := range []json.RawMessage{c.Details, c.CEF.Details} {
		var v any
		if json.Unmarshal(raw, &v) != nil || v == nil || v == "" || reflect.DeepEqual(v, map[string]any{}) {
			continue
		}
		if m, ok := v.(map[string]any); ok && len(m) == 1 && m["custom_details"] != nil {
			v = m["custom_details"]
		}
		return v, true
	}
	return c.Body, c.Type == "email" && c.Body+c.Subject != ""
}

// withTriggers adds to a page's alerts what only its trigger entries tell. One
// that an alert tells too, as its key or its very words say, adds nothing.
func withTriggers(alerts []incident.PageAlert, triggers []incident.PageChange) []incident.PageAlert {
	keys, told := map[string]bool{}, []any{}
	for _, a := range alerts {
		c := readChannel(a.Body)
		keys[a.Key], keys[c.key()] = true, true
		if said, ok := c.told(); ok {
			told = append(told, said)
		}
	}
	maps.DeleteFunc(keys, func(key string, _ bool) bool { return key == "" })
	for _, t := range triggers {
		c := readChannel(t.Channel)
		said, ok := c.told()
		if !ok || keys[c.key()] || slices.ContainsFunc(told, func(known any) bool { return reflect.DeepEqual(known, said) }) {
			continue
		}
		told = append(told, said)
		alerts = append(alerts, incident.PageAlert{
			ID: "log:" + t.ID, PageID: t.PageID, Key: c.key(), Summary: cmp.Or(c.Subject, c.Summary, t.Summary),
			CreatedAt: t.At, Body: t.Channel,
		})
	}
	return alerts
}
