package detect

import (
	"encoding/json"
	"strings"
)

// maxBlockDepth is how deep blocks are looked into; Slack nests rich text
// four deep.
const maxBlockDepth = 12

// fromBlocks reads the text of Slack blocks. Section fields whose first line
// is a label become fields.
func fromBlocks(raw json.RawMessage) []record {
	text, shared := blockText(raw)
	if text == "" && len(shared.fields) == 0 {
		return nil
	}
	return slackText(text, shared)
}

func blockText(raw json.RawMessage) (string, record) {
	var shared record
	blocks, ok := decodeList(raw)
	if !ok {
		return "", shared
	}
	var b strings.Builder
	for _, block := range blocks {
		writeBlock(&b, &shared, block, 0)
		b.WriteByte('\n')
	}
	return bounded(b.String()), shared
}

func decodeList(raw json.RawMessage) ([]any, bool) {
	if len(raw) == 0 || len(raw) > maxInput {
		return nil, false
	}
	value, _, ok := decode(string(raw))
	list, isList := value.([]any)
	return list, ok && isList
}

// writeBlock writes the text of a block or of an element of one.
func writeBlock(b *strings.Builder, shared *record, value any, depth int) {
	object, ok := value.(map[string]any)
	if !ok || depth > maxBlockDepth || b.Len() > maxInput {
		return
	}
	fields, _ := object["fields"].([]any)
	for _, f := range fields {
		blockField(b, shared, f)
	}
	switch text := object["text"].(type) {
	case string:
		b.WriteString(text)
	case map[string]any:
		s, _ := text["text"].(string)
		b.WriteString(s + "\n")
	default:
		if address, ok := object["url"].(string); ok {
			b.WriteString(address)
		}
	}
	elements, _ := object["elements"].([]any)
	kind, _ := object["type"].(string)
	if kind == "rich_text_preformatted" {
		b.WriteString("\n```\n")
		defer b.WriteString("\n```\n")
	}
	for _, element := range elements {
		writeBlock(b, shared, element, depth+1)
		if kind != "rich_text_section" && kind != "rich_text_preformatted" && kind != "rich_text_quote" {
			b.WriteByte('\n')
		}
	}
}

// blockField reads one of a section's fields: a label, and below it the
// value.
func blockField(b *strings.Builder, shared *record, value any) {
	object, _ := value.(map[string]any)
	text, _ := object["text"].(string)
	label, below, ok := strings.Cut(text, "\n")
	if label = strings.Trim(label, " *_:`"); ok && label != "" && known(label) {
		shared.add(label, strings.Trim(plain(below), " *_`"))
		return
	}
	b.WriteString(text + "\n")
}

// plain is a Slack text as a reader sees it.
func plain(s string) string {
	return strings.TrimSpace(quotes.Replace(slackPlain(s)))
}

// fromAttachments reads Slack's older attachments; each is an alert, or
// several.
func fromAttachments(raw json.RawMessage) []record {
	list, ok := decodeList(raw)
	if !ok {
		return nil
	}
	var records []record
	for _, value := range list {
		object, ok := value.(map[string]any)
		if !ok || len(records) >= maxRecords {
			continue
		}
		records = append(records, fromAttachment(object)...)
	}
	return records
}

func fromAttachment(object map[string]any) []record {
	str := func(key string) string { s, _ := object[key].(string); return s }
	inner, err := json.Marshal(object["blocks"])
	if err != nil {
		return nil
	}
	text, shared := blockText(inner)
	parts := []string{str("pretext"), str("title"), str("text"), text}
	if strings.TrimSpace(strings.Join(parts, "")) == "" {
		parts = append(parts, str("fallback"))
	}
	fields, _ := object["fields"].([]any)
	for _, value := range fields {
		f, _ := value.(map[string]any)
		title, _ := f["title"].(string)
		content, _ := f["value"].(string)
		if title != "" {
			shared.add(plain(title), strings.Trim(plain(content), "`*"))
		}
	}
	switch ts := object["ts"].(type) {
	case json.Number:
		shared.add(attachmentTime, ts.String())
	case string:
		shared.add(attachmentTime, ts)
	}
	return slackText(bounded(strings.Join(parts, "\n")), shared)
}
