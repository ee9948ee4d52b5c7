package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/event"
)

// read gives a line for each record of a file: its number and what it is.
func read(t *testing.T, file io.Reader) []string {
	t.Helper()
	r, err := event.NewReader(file)
	if err != nil {
		return []string{err.Error()}
	}
	var got []string
	for {
		record, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return got
		case err != nil:
			return append(got, err.Error())
		case record.Err != nil:
			got = append(got, fmt.Sprintf("%d %v", record.Line, record.Err))
			continue
		}
		if _, err := event.Decode(record.Data); err != nil {
			got = append(got, fmt.Sprintf("%d %v", record.Line, err))
			continue
		}
		got = append(got, fmt.Sprintf("%d %s", record.Line, record.Data))
	}
}

func TestReader(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", event.MaxSize) + `"}`
	tooLong := fmt.Sprintf("longer than %d bytes", event.MaxSize)
	tests := []struct {
		name, file string
		want       []string
	}{
		{"lines", "{\"a\":1}\n{\"b\":2}\n", []string{`1 {"a":1}`, `2 {"b":2}`}},
		{"no line break at the end", "{\"a\":1}", []string{`1 {"a":1}`}},
		{"empty lines count and are skipped", "\n\n{\"a\":1}\r\n \n{}\n", []string{`3 {"a":1}`, `5 {}`}},
		{"byte order mark", "\xef\xbb\xbf{\"a\":1}\n", []string{`1 {"a":1}`}},
		{"nothing", "", nil},
		{"blanks", " \n\t\r\n", nil},
		{"no objects", "x\n[1]\n{\"a\":1}\n7\n\"s\"\nnull\ntrue\n{\"a\":1}{}\n{\"a\"\n", []string{
			"1 no JSON object: invalid character 'x' looking for beginning of value",
			"2 an array, not a JSON object", `3 {"a":1}`, "4 a number, not a JSON object", "5 a string, not a JSON object",
			"6 null, not a JSON object", "7 true or false, not a JSON object", "8 more than one JSON value", "9 no JSON object: it ends too early",
		}},
		{"long line between others", "{}\n" + long + "\n{\"a\":1}\n", []string{"1 {}", "2 " + tooLong, `3 {"a":1}`}},
		{"long last line", "{}\n" + long, []string{"1 {}", "2 " + tooLong}},
		{"too deep", strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001), []string{"1 no JSON object: invalid character '{' exceeded max depth"}},

		{"array", "\n [ {\"a\":1},\n\n{\"b\":[{\"c\":\"],\\\"}\"}]} , {}]\n", []string{`1 {"a":1}`, `2 {"b":[{"c":"],\"}"}]}`, "3 {}"}},
		{"empty array", "[]", nil},
		{"array of other things", "[1,,[2,3],{}]", []string{
			"1 a number, not a JSON object", "2 no JSON object: there is nothing between two commas", "3 an array, not a JSON object", "4 {}",
		}},
		{"broken element", `[{"a":},{"b":2}]`, []string{"1 no JSON object: invalid character '}' looking for beginning of value", `2 {"b":2}`}},
		{"long element", "[" + long + ",{}]", []string{"1 " + tooLong, "2 {}"}},
		{"array without end", `[{"a":1},`, []string{`1 {"a":1}`, "2 the array does not end"}},
		{"array broken off", `[{"a":1},{"b"`, []string{`1 {"a":1}`, "3 the array does not end"}},
		{"something after the array", "[{}]\n{}\n", []string{"1 {}", "2 something follows the array"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, strings.NewReader(tt.file))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// FuzzReader compares the reading of arrays with encoding/json's, and looks
// that nothing panics or goes on for ever.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{"{}\n{}", `[{"a":"]"},{}]`, "[1,2", "[]x", "\n[\n{}\n]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := event.NewReader(bytes.NewReader(file))
		if err != nil {
			return
		}
		var got []string
		for {
			record, err := r.Next()
			if err != nil {
				break
			}
			got = append(got, string(bytes.TrimSpace(record.Data)))
		}
		var elements []json.RawMessage
		if !bytes.HasPrefix(bytes.TrimLeft(file, " \t\r\n"), []byte("[")) || json.Unmarshal(file, &elements) != nil {
			return
		}
		var want []string
		for _, e := range elements {
			want = append(want, string(e))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-encoding/json +got:\n%s", diff)
		}
	})
}
