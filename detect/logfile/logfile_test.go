package logfile_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/event"
	"firebreak/detect/logfile"
)

var received = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

// read gives what a file is, then a line for each record: where it stands and
// what it says.
func read(r io.Reader, name string) []string {
	file, err := logfile.Open(r, name, received)
	if err != nil {
		return []string{"! " + err.Error()}
	}
	got := []string{string(file.Kind)}
	for {
		record, err := file.Next()
		switch {
		case errors.Is(err, io.EOF):
			return got
		case err != nil:
			return append(got, "! "+err.Error())
		case record.Err != nil:
			got = append(got, fmt.Sprintf("%d ! %v", record.Line, record.Err))
			continue
		}
		if _, err := event.Decode(record.Data); err != nil {
			got = append(got, fmt.Sprintf("%d ! %v", record.Line, err))
			continue
		}
		got = append(got, fmt.Sprintf("%d %s", record.Line, strings.Join(strings.Fields(string(record.Data)), " ")))
	}
}

func TestOpen(t *testing.T) {
	long := strings.Repeat("x", event.MaxSize)
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{"lines", "a.jsonl", "{\"a\":1}\nx\n{\"a\":2}", []string{"JSON Lines", `1 {"a":1}`, "2 ! no JSON object: invalid character 'x' looking for beginning of value", `3 {"a":2}`}},
		{"lines by any name", "image.png", "{\"a\":1}\n", []string{"JSON Lines", `1 {"a":1}`}},
		{"broken first line", "a.jsonl", "{\"a\":1\n{\"a\":2}\n", []string{"JSON Lines", "1 ! no JSON object: it ends too early", `2 {"a":2}`}},
		{"array", "a.json", "\n[\n{\"a\":1},\n{\"a\":2}]", []string{"JSON array", `1 {"a":1}`, `2 {"a":2}`}},
		{"empty array", "a.json", "[ ]", []string{"JSON array"}},
		{"one object over lines", "a.json", "{\n  \"a\": {\"b\": \"}\"},\n  \"c\": 1\n}\n", []string{"JSON", `1 { "a": {"b": "}"}, "c": 1 }`}},
		{"objects over lines", "a", "\n{\n \"a\": 1\n}\n\nrubbish\n{\n}\n{\"b\":\n", []string{"JSON", `2 { "a": 1 }`, "6 ! no JSON object: something stands where one should begin", "7 { }", "9 ! the object does not end"}},
		{"object too long", "a.json", "{\n\"a\":\n\"" + long + "\"}\n{}", []string{"JSON", "1 ! longer than 4194304 bytes", "4 {}"}},
		{"CloudTrail", "a.json", `{"Records":[{"eventName":"A"},{"eventName":"B"}],"x":{"y":"]}"}}` + "\n" + `{"Records": [ {"eventName":"C"}]}`, []string{"JSON records", `1 {"eventName":"A"}`, `2 {"eventName":"B"}`, `3 {"eventName":"C"}`}},
		{"CloudTrail broken off", "a.json", `{"Records":[{"eventName":"A"},{"ev`, []string{"JSON records", `1 {"eventName":"A"}`, "3 ! the array does not end"}},
		{"mark of UTF-8", "a.json", "\xef\xbb\xbf[{\"a\":1}]", []string{"JSON array", `1 {"a":1}`}},

		{"CSV", "a.csv", "user,src ip,note\nada,192.0.2.1,\"a, \"\"b\"\"\nc\"\n\nbob,192.0.2.2\n", []string{"CSV", `2 {"note":"a, \"b\"\nc","src ip":"192.0.2.1","user":"ada"}`, `5 {"src ip":"192.0.2.2","user":"bob"}`}},
		{"semicolons", "a.csv", "sep=;\nuser;ip\nada;192.0.2.1,2\n", []string{"CSV", `3 {"ip":"192.0.2.1,2","user":"ada"}`}},
		{"tabs by content", "export", "user\tip\thost\r\nada\t192.0.2.1\tweb-1\r\n", []string{"CSV", `2 {"host":"web-1","ip":"192.0.2.1","user":"ada"}`}},
		{"PowerShell's type", "a.csv", "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\"Id\",\"ProviderName\"\r\n\"4625\",\"x\"\r\n", []string{"CSV", `3 {"Id":"4625","ProviderName":"x"}`}},
		{"names twice and none", "a.csv", "a,a,,b\n1,2,3,4,5\n", []string{"CSV", `2 {"a":"1","b":"4","column_2":"2","column_3":"3","column_5":"5"}`}},
		{"quote never closed", "a.csv", "a,b\n1,\"" + long + long + "\n3,4\n", []string{"CSV", "! the row is longer than 4194304 bytes: is a quote never closed?"}},
		{"too many columns", "a.csv", strings.Repeat("a,", 1001) + "\n", []string{"! more than 1000 columns"}},
		{"only names", "a.csv", "a,b\n", []string{"CSV"}},

		{"syslog", "auth.log.1", "Nov 22 14:32:05 web-1 sshd[812]: Failed password for root from 203.0.113.7 port 4 ssh2\n\n<38>1 2026-11-22T14:32:06.5Z web-1 CRON: (root) CMD\n\tat somewhere\n", []string{
			"log lines",
			`1 {"MESSAGE":"Failed password for root from 203.0.113.7 port 4 ssh2","SYSLOG_FACILITY":"10","SYSLOG_IDENTIFIER":"sshd","_HOSTNAME":"web-1","_PID":"812","timestamp":"2026-11-22T14:32:05Z"}`,
			`3 {"MESSAGE":"(root) CMD","SYSLOG_FACILITY":"4","SYSLOG_IDENTIFIER":"CRON","_HOSTNAME":"web-1","timestamp":"2026-11-22T14:32:06.5Z"}`,
			`4 {"MESSAGE":"at somewhere"}`,
		}},
		{"syslog by content", "notes", "Nov 22 14:32:05 web-1 sshd: x", []string{"log lines", `1 {"MESSAGE":"x","SYSLOG_IDENTIFIER":"sshd","_HOSTNAME":"web-1","timestamp":"2026-11-22T14:32:05Z"}`}},
		{"some log", "app.log", "[error] it broke\n" + strings.Repeat("y", 300_000) + "\nz", []string{"log lines", `1 {"MESSAGE":"[error] it broke"}`, "2 ! the line is longer than 262144 bytes", `3 {"MESSAGE":"z"}`}},

		{"a note", "notes.txt", "We should\nlook, at, this\n", []string{"", "1 ! no JSON object: invalid character 'W' looking for beginning of value", "2 ! no JSON object: invalid character 'l' looking for beginning of value"}},
		{"nothing", "a.json", "", []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(strings.NewReader(tt.text), tt.file)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, read(bytes.NewReader(gzipped(t, []byte(tt.text))), tt.file+".gz")); diff != "" {
				t.Errorf("compressed, -want +got:\n%s", diff)
			}
			for mark, order := range map[string]binary.AppendByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
				text := []byte(mark)
				for _, u := range utf16.Encode([]rune(strings.TrimPrefix(tt.text, "\ufeff"))) {
					text = order.AppendUint16(text, u)
				}
				if diff := cmp.Diff(tt.want, read(bytes.NewReader(text), tt.file)); diff != "" {
					t.Errorf("in UTF-16, -want +got:\n%s", diff)
				}
			}
		})
	}
}

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestUTF16(t *testing.T) {
	// A character beyond 16 bits, halves of such, and half a unit at the end.
	file := "\xff\xfe{\x00\"\x00a\x00\"\x00:\x00\"\x00\x3d\xd8\x25\xdd\x3d\xd8x\x00\x25\xdd\"\x00}\x00\n\x00x"
	want := []string{"JSON Lines", "1 {\"a\":\"\U0001f525\ufffdx\ufffd\"}", "2 ! no JSON object: invalid character 'ï' looking for beginning of value"}
	if diff := cmp.Diff(want, read(strings.NewReader(file), "a")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	want[0] = "" // what comes byte by byte shows no beginning
	if got := read(iotest.OneByteReader(strings.NewReader(file)), "a"); !cmp.Equal(want[1:], got[1:]) {
		t.Errorf("byte by byte: %q", got)
	}
}

func TestGzip(t *testing.T) {
	whole := gzipped(t, []byte(strings.Repeat("{\"a\":1}\n", 3)))
	got := read(bytes.NewReader(whole[:len(whole)-9]), "a.gz")
	if last := got[len(got)-1]; last != "! unexpected EOF" {
		t.Errorf("a file cut off in the middle: %q", got)
	}
	for file, want := range map[string]string{
		"\x1f\x8bnot gzip":             "! read gzip: gzip: invalid header",
		string(gzipped(t, whole)):      "! the file is compressed twice: unpack it once",
		string(gzipped(t, []byte(""))): "",
	} {
		if got := read(strings.NewReader(file), "a.gz"); len(got) != 1 || got[0] != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	bomb := gzipped(t, append([]byte("{}\n"), make([]byte, 200<<20)...))
	got = read(bytes.NewReader(bomb), "bomb.gz")
	if last := got[len(got)-1]; !strings.Contains(last, "more than 500 times larger") {
		t.Errorf("a bomb of %d bytes: %q", len(bomb), got)
	}
}

func TestEVTX(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 32, 5, 123456700, time.UTC)
	login := winEvent{7001, "Microsoft-Windows-Security-Auditing", "Security", 4625, at, [][2]string{{"TargetUserName", "ada"}, {"IpAddress", "203.0.113.7"}}}
	next := login
	next.id, next.eventID = 7002, 4624
	whole := evtxFile(t, login, next)
	first := `7001 {"Event":{"EventData":{"IpAddress":"203.0.113.7","TargetUserName":"ada"},"System":{"Channel":"Security","EventID":4625,` +
		`"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"TimeCreated":{"#attributes":{"SystemTime":"2026-11-22T14:32:05.1234567Z"}}}}}`
	second := strings.NewReplacer("7001", "7002", "4625", "4624").Replace(first)
	damaged := bytes.Clone(whole)
	copy(damaged[4096:], "XXXXXXXX")
	longer := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(longer[4096+512+4:], 70_000)
	tests := []struct {
		name string
		file []byte
		want []string
	}{
		{"two events", whole, []string{"EVTX", first, second}},
		{"compressed", gzipped(t, whole), []string{"EVTX", first, second}},
		{"a chunk that is not used yet", append(bytes.Clone(whole), make([]byte, 64<<10)...), []string{"EVTX", first, second}},
		{"only a header", whole[:4096], []string{"EVTX"}},
		{"half a header", whole[:100], []string{"! read EVTX: the file ends within its header"}},
		{"a damaged chunk between others", append(bytes.Clone(damaged), whole[4096:]...), []string{"EVTX", "1 ! the chunk is damaged and was passed over", first, second}},
		{"a record that is too long", longer, []string{"EVTX", "7001 ! the record is damaged, and with it the rest of its chunk"}},
		{"cut off", whole[:4096+512+40], []string{"EVTX", "7001 ! the file ends within a chunk"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, read(bytes.NewReader(tt.file), "Security.evtx")); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

var update = flag.Bool("update", false, "write the sample of EVTX anew")

// TestEVTXSample keeps the sample that other packages' tests read: failed
// logins from one address, then one that succeeds, compressed and as text.
func TestEVTXSample(t *testing.T) {
	var events []winEvent
	for i := range 7 {
		e := winEvent{
			int64(7001 + i), "Microsoft-Windows-Security-Auditing", "Security", 4625, time.Date(2026, 11, 22, 14, 32, i, 0, time.UTC),
			[][2]string{{"TargetUserName", "ada"}, {"IpAddress", "203.0.113.7"}, {"WorkstationName", "web-1"}, {"LogonType", "3"}},
		}
		if i == 6 {
			e.eventID = 4624
		}
		events = append(events, e)
	}
	file := evtxFile(t, events...)
	const sample = "testdata/logins.evtx.gz.txt"
	if *update {
		text := base64.StdEncoding.EncodeToString(gzipped(t, file)) + "\n"
		if err := os.WriteFile(sample, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(bytes.NewReader(file), "a.evtx"), read(bytes.NewReader(packed), "a.evtx.gz")); diff != "" {
		t.Errorf("the sample is old, -update writes it anew; -want +got:\n%s", diff)
	}
}

// FuzzOpen looks that nothing panics, goes on for ever or gives an event that
// is none.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"{}\n{}", `[{"a":"]"},{}]`, "{\n\"a\":1}", `{"Records":[{}]}{"Records":[`, "a,b,c\n1,\"2\n", "sep=;\n", "\xff\xfe{\x00}\x00", "\xef\xbb\xbf{}",
		"Nov 22 14:32:05 web-1 sshd[812]: x\n", "\x1f\x8b", "ElfFile\x00",
	} {
		f.Add([]byte(seed), "a.csv")
		f.Add(gzipped(f, []byte(seed)), "a.log.gz")
	}
	f.Fuzz(func(t *testing.T, file []byte, name string) { readAll(t, file, name) })
}

// FuzzEVTX is FuzzOpen for the chunks of EVTX.
func FuzzEVTX(f *testing.F) {
	e := winEvent{1, "P", "C", 1, received, [][2]string{{"a", "b"}}}
	whole := evtxFile(f, e, e)
	f.Add(whole[4096 : 4096+1400])
	f.Fuzz(func(t *testing.T, chunk []byte) {
		file := append(bytes.Clone(whole[:4096]), chunk...)
		readAll(t, append(file, make([]byte, max(0, 64<<10-len(chunk)))...), "a.evtx")
	})
}

func readAll(t *testing.T, file []byte, name string) {
	r, err := logfile.Open(bytes.NewReader(file), name, received)
	if err != nil {
		return
	}
	for n := 0; ; n++ {
		record, err := r.Next()
		if err != nil {
			break
		}
		if n > 10*len(file)+10 {
			t.Fatal("it does not end")
		}
		if record.Err != nil && record.Err.Error() == "" || record.Err == nil && len(record.Data) == 0 {
			t.Fatalf("record %d is nothing", record.Line)
		}
		if r.Kind == logfile.EVTX || r.Kind == logfile.CSV || r.Kind == logfile.Text {
			if _, err := event.Decode(record.Data); record.Err == nil && err != nil {
				t.Fatalf("record %d is no event: %v", record.Line, err)
			}
		}
	}
}
