package detect

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Limits on nested JSON. What lies deeper is not looked at.
const (
	maxDepth  = 12
	maxMisses = 16 // places in a text where JSON seemed to begin and didn't
)

// lists are the fields in which tools bundle several alerts.
var lists = set("alerts", "events", "records", "findings", "detections", "results", "logs")

// fromJSON reads an alert body: one value or several, else text.
func fromJSON(b []byte) []record {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	text := bounded(string(b))
	records, rest := jsonInText(text)
	if len(records) == 0 {
		return fromText(strings.Trim(rest, `" `))
	}
	return records
}

// jsonInText reads the objects, and lists of objects, that stand in a text,
// and gives the rest of it.
func jsonInText(text string) (records []record, rest string) {
	var other strings.Builder
	for misses := 0; misses < maxMisses && len(records) < maxRecords; {
		start := strings.IndexAny(text, "{[")
		if start < 0 {
			break
		}
		value, n, ok := decode(text[start:])
		if !ok {
			value, n, ok = escaped(text, start)
		}
		found := objects(value)
		if !ok && text[start] == '{' {
			if r, saved := cutOff(text[start:]); saved && !strings.Contains(text[start+1:], "\n{") {
				other.WriteString(text[:start])
				return append(records, r), other.String()
			}
		}
		if !ok || len(found) == 0 {
			misses++
			other.WriteString(text[:start+1])
			text = text[start+1:]
			continue
		}
		other.WriteString(text[:start])
		text = text[start+n:]
		records = append(records, found...)
	}
	other.WriteString(text)
	return records, other.String()
}

func decode(text string) (value any, n int, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&value) != nil {
		return nil, 0, false
	}
	return value, int(d.InputOffset()), true
}

// objects makes a record of each alert in a value: the value itself, the
// elements of a list, or those of a list within it, which then share what
// stands around them.
func objects(value any) []record {
	switch v := value.(type) {
	case []any:
		var records []record
		for _, element := range v {
			if len(records) >= maxRecords {
				break
			}
			if _, ok := element.(map[string]any); ok {
				records = append(records, objects(element)...)
			}
		}
		return records
	case map[string]any:
		if len(v) == 0 {
			return nil
		}
		v = mail(v)
		if bundled := bundle(v); bundled != nil {
			return bundled
		}
		r := record{raw: compact(v), core: core(v)}
		r.flatten("", v, 0)
		return []record{r}
	}
	return nil
}

// mail is an e-mail, as PagerDuty tells it, with its body as a reader sees it.
func mail(v map[string]any) map[string]any {
	body, _ := v["body"].(string)
	kind, _ := v["body_content_type"].(string)
	if v["type"] != "email" || !strings.Contains(kind, "html") || body == "" {
		return v
	}
	v = maps.Clone(v)
	v["body"] = html.UnescapeString(markup.ReplaceAllString(body, "\n"))
	return v
}

// markup is an element of HTML, or one with all that nobody reads.
var markup = regexp.MustCompile(`(?is)<(?:style|script|head)\b.*?</(?:style|script|head)\s*>|<[^<>]*>`)

// core is what a tool has said itself, where the object is what PagerDuty has
// made of it: the body of an alert or the channel of a log entry.
func core(v map[string]any) string {
	said, _ := v["details"].(map[string]any)
	if cef, ok := v["cef_details"].(map[string]any); ok && said == nil {
		said, _ = cef["details"].(map[string]any)
	}
	if custom, ok := said["custom_details"].(map[string]any); ok {
		said = custom
	}
	if kind, _ := v["type"].(string); len(said) == 0 || kind != "alert_body" && v["cef_details"] == nil {
		return ""
	}
	return compact(said)
}

// bundle reads an object that lists several alerts.
func bundle(v map[string]any) []record {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		elements, ok := v[name].([]any)
		if !ok || len(elements) == 0 || !lists[strings.ToLower(name)] {
			continue
		}
		around := maps.Clone(v)
		delete(around, name)
		var shared record
		shared.flatten("", around, 0)
		var records []record
		for _, element := range elements {
			object, ok := element.(map[string]any)
			if !ok || len(records) >= maxRecords {
				continue
			}
			r := record{raw: compact(object)}
			r.flatten("", object, 0)
			records = append(records, r.with(shared))
		}
		if records != nil {
			return records
		}
	}
	return nil
}

// flatten adds every scalar of a value under its path, in a fixed order.
func (r *record) flatten(path string, value any, depth int) {
	if depth > maxDepth || len(r.fields) >= maxFields {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		if key, ok := v["key"].(string); ok && v["value"] != nil && len(v) == 2 {
			r.flatten(join(path, key), v["value"], depth+1)
			return
		}
		if kind, name := thing(v); kind != "" {
			r.flatten(join(path, kind), name, depth+1)
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			r.flatten(join(path, key), v[key], depth+1)
		}
	case []any:
		for _, element := range v {
			r.flatten(path, element, depth+1)
		}
	case string:
		if inner, _, ok := decode(v); ok && strings.IndexAny(strings.TrimSpace(v), "{[") == 0 {
			r.flatten(path, inner, depth+1)
			return
		}
		r.add(path, cut(v, maxRaw))
	case json.Number:
		r.add(path, v.String())
	case bool:
		if v {
			r.add(path, "true")
		} else {
			r.add(path, "false")
		}
	}
}

// thing reads an object that names its own sort, as Microsoft's entities do:
// {"Type": "account", "Name": "ann"}.
func thing(v map[string]any) (kind string, name any) {
	for _, key := range []string{"Type", "type"} {
		kind, _ = v[key].(string)
		if kind = strings.ToLower(kind); kind == "account" || kind == "host" {
			if name, ok := v["Name"].(string); ok {
				return kind, name
			}
			if name, ok := v["name"].(string); ok {
				return kind, name
			}
		}
	}
	return "", nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return cut(path, maxValue) + "." + cut(key, maxValue)
}

func compact(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
