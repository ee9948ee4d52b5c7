package sandbox

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// slackPage cuts one page out of items by limit and cursor. Documented: an
// empty next_cursor is the end.
func slackPage[T any](c *slackCall, items []T, def, top int) (page []T, next string, err error) {
	start := 0
	if cursor := c.args["cursor"]; cursor != "" {
		at, err := readCursor(cursor, "offset:")
		if err != nil {
			return nil, "", err
		}
		if start, err = strconv.Atoi(at); err != nil || start < 0 {
			return nil, "", refuse("invalid_cursor")
		}
	}
	start = min(start, len(items))
	end := min(start+c.limitArg(def, top), len(items))
	if end < len(items) {
		next = writeCursor("offset:" + strconv.Itoa(end))
	}
	return items[start:end], next, nil
}

func writeCursor(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func readCursor(cursor, prefix string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil || !strings.HasPrefix(string(b), prefix) {
		return "", refuse("invalid_cursor")
	}
	return strings.TrimPrefix(string(b), prefix), nil
}
