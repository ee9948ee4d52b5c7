package sigma

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/logfile"
)

// BenchmarkFormats reads the same events as JSON Lines, with gzip and as CSV,
// and a small EVTX file many times over: reading alone, then all of
// SigmaHQ's rules on what was read.
func BenchmarkFormats(b *testing.B) {
	m, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	set := corpusSet(b, m, everyRule)
	events := corpusEvents(b, "events/windows_mordor_natural.jsonl.gz", 2)
	lines := bytes.Join(events, []byte("\n"))
	formats := map[string][]byte{"jsonl": lines, "gz": zipped(b, lines), "csv": asTable(b, events)}
	formats["evtx"] = fewLogins(b)
	for _, name := range []string{"jsonl", "gz", "csv", "evtx"} {
		b.Run(name, func(b *testing.B) {
			content := formats[name]
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			run := set.NewRun(Logsource{})
			pass := func(use func([]byte)) (n int, took time.Duration) {
				begin := processor(b)
				for took < time.Second/4 {
					n += eachRecord(b, "log."+name, content, use)
					took = processor(b) - begin
				}
				return n, took
			}
			examine := func(data []byte) {
				if _, err := run.Data(data, correlate.Place{}); err != nil {
					b.Fatal(err)
				}
			}
			pass(examine)
			var alone, through []float64
			for range b.N {
				n, took := pass(func([]byte) {})
				alone = append(alone, float64(n)/took.Seconds())
				n, took = pass(examine)
				through = append(through, float64(n)/took.Seconds())
			}
			slices.Sort(alone)
			slices.Sort(through)
			b.ReportMetric(alone[len(alone)/2], "read/cpu-s")
			b.ReportMetric(through[len(through)/2], "examined/cpu-s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fewLogins is an EVTX file of one chunk with a few events.
func fewLogins(b *testing.B) []byte {
	text, err := os.ReadFile("../logfile/testdata/logins.evtx.gz.txt")
	if err != nil {
		b.Fatal(err)
	}
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(bytes.TrimSpace(text))))
	if err != nil {
		b.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	return content
}

func eachRecord(b *testing.B, name string, content []byte, use func([]byte)) (n int) {
	r, err := logfile.Open(bytes.NewReader(content), name, time.Time{})
	if err != nil {
		b.Fatal(err)
	}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err = errors.Join(err, record.Err); err != nil {
			b.Fatal(err)
		}
		n++
		use(record.Data)
	}
}

func zipped(b *testing.B, content []byte) []byte {
	var to bytes.Buffer
	z := gzip.NewWriter(&to)
	if _, err := z.Write(content); err != nil {
		b.Fatal(err)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return to.Bytes()
}

// asTable writes events as CSV, as far as they have the first one's fields and
// the usual ones of process starts.
func asTable(b *testing.B, events [][]byte) []byte {
	columns := []string{"Channel", "EventID", "Image", "CommandLine", "ParentImage", "ParentCommandLine", "User", "TargetFilename", "TargetObject", "Details", "SourceImage", "TargetImage", "GrantedAccess", "CallTrace", "Message", "@timestamp"}
	var to bytes.Buffer
	w := csv.NewWriter(&to)
	if err := w.Write(columns); err != nil {
		b.Fatal(err)
	}
	for _, data := range events {
		var event map[string]any
		if err := json.Unmarshal(data, &event); err != nil {
			b.Fatal(err)
		}
		row := make([]string, len(columns))
		for i, name := range columns {
			switch value := event[name].(type) {
			case string:
				row[i] = value
			case float64:
				row[i] = numberText(value)
			}
		}
		if err := w.Write(row); err != nil {
			b.Fatal(err)
		}
	}
	w.Flush()
	return to.Bytes()
}

func numberText(f float64) string {
	text, _ := json.Marshal(f)
	return string(text)
}
