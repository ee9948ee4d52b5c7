package lines_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident/lines"

	"github.com/google/go-cmp/cmp"
)

// read gives what Read takes, as text, and what it says.
func read(t testing.TB, file string, o lines.Options) (taken []string, s lines.Summary, err error) {
	t.Helper()
	s, err = lines.Read(strings.NewReader(file), o, func(l lines.Line) error {
		taken = append(taken, fmt.Sprintf("%d %s [%s] %s", l.Place, l.At.Format(time.RFC3339Nano), l.Desc, l.Text))
		return nil
	})
	if err == nil && s.Taken != len(taken) {
		t.Errorf("%d taken, but %d said", len(taken), s.Taken)
	}
	return taken, s, err
}

func TestWhatIsTaken(t *testing.T) {
	tests := map[string]struct {
		file string
		o    lines.Options
		want []string
	}{
		"Timesketch's CSV": {
			"message,timestamp,datetime,timestamp_desc,extra\nA message,1331698658276340,2015-07-24T19:01:01+00:00,Write time,foo\n",
			lines.Options{Format: lines.FormatTimesketch},
			[]string{"2 2015-07-24T19:01:01Z [Write time] A message"},
		},
		"Timesketch's JSON Lines, a time only as microseconds": {
			`{"message":"login","timestamp":1795357920000001,"timestamp_desc":"Event"}`,
			lines.Options{Format: lines.FormatTimesketch},
			[]string{"1 2026-11-22T14:32:00.000001Z [Event] login"},
		},
		"semicolons, a mark at the beginning, quotes with line breaks": {
			"\ufeffTime;Description\r\n2026-11-22 14:32:00Z;\"one\ntwo\"\r\n\r\n2026-11-22T14:33:00.5+0100;three\r\n",
			lines.Options{},
			[]string{"2 2026-11-22T14:32:00Z [] one\ntwo", "5 2026-11-22T13:33:00.5Z [] three"},
		},
		"tabs": {"time\ttext\n1795357920\ta,b;c\n", lines.Options{}, []string{"2 2026-11-22T14:32:00Z [] a,b;c"}},
		"formulas made harmless": {
			"datetime,message\n2026-11-22T14:32:00Z,'=cmd\n2026-11-22T14:32:00Z,'quoted'\n",
			lines.Options{},
			[]string{"2 2026-11-22T14:32:00Z [] =cmd", "3 2026-11-22T14:32:00Z [] 'quoted'"},
		},
		"epochs": {
			`{"ts":1795357920,"msg":"s"}
{"ts":"1795357920.25","msg":"fraction"}
{"ts":1795357920123,"msg":"ms"}
{"ts":1795357920123456,"msg":"µs"}
{"ts":1795357920123456789,"msg":"ns"}`,
			lines.Options{},
			[]string{
				"1 2026-11-22T14:32:00Z [] s", "2 2026-11-22T14:32:00.25Z [] fraction", "3 2026-11-22T14:32:00.123Z [] ms",
				"4 2026-11-22T14:32:00.123456Z [] µs", "5 2026-11-22T14:32:00.123456789Z [] ns",
			},
		},
		"no text of its own": {
			`{"eventTime":"2026-11-22T14:32:00Z","eventName":"ConsoleLogin","who":{"arn":"a"},"none":null}`,
			lines.Options{},
			[]string{`1 2026-11-22T14:32:00Z [] eventName=ConsoleLogin who={"arn":"a"}`},
		},
		"a zone given": {
			"datetime,message\n2026-11-22 14:32:00,winter\n2026-07-22 14:32,summer\n2026-11-22 14:32:00 UTC,its own\n",
			lines.Options{Zone: paris(t)},
			[]string{"2 2026-11-22T13:32:00Z [] winter", "3 2026-07-22T12:32:00Z [] summer", "4 2026-11-22T14:32:00Z [] its own"},
		},
		"a second column has the time": {
			"datetime,timestamp,message\n2026-11-22 14:32:00,1795357920000000,x\n", lines.Options{}, []string{"2 2026-11-22T14:32:00Z [] x"},
		},
		"firebreak's own export, without what responders did": {
			"datetime,timestamp_desc,message,incident,entry,kind,lane\n2026-11-22T14:32:00.000000+00:00,adversary alert,beacon,INC-3,4,alert,adversary\n2026-11-22T14:33:00.000000+00:00,responder note,tea,INC-3,5,note,responder\n",
			lines.Options{},
			[]string{"2 2026-11-22T14:32:00Z [adversary alert] beacon"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, s, err := read(t, tt.file, tt.o)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil || s.Refused != 0 {
				t.Errorf("%v %+v -want +got:\n%s", err, s, diff)
			}
		})
	}
}

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Each line that cannot be taken is named with its number and the reason, and
// those around it are taken.
func TestBadLinesAreNamed(t *testing.T) {
	good := `{"time":"2026-11-22T14:32:00Z","msg":"good"}`
	tests := []struct{ line, why string }{
		{`{"time":"2026-11-22T14:32:00Z"`, "is no JSON object"},
		{`"text"`, "is no JSON object"},
		{`null`, "is no JSON object"},
		{good + good, "has something behind its JSON object"},
		{`{"msg":"x"}`, "has no time"},
		{`{"time":"2026-11-22 14:32:00","msg":"x"}`, `"2026-11-22 14:32:00" names no time zone`},
		{`{"time":"11/22/2026","msg":"x"}`, `"11/22/2026" is no time I know`},
		{`{"time":12,"msg":"x"}`, `"12" is not between 1980 and 2100`},
		{`{"time":"-5","msg":"x"}`, `is no time I know`},
		{`{"time":"2026-11-22T14:32:00Z"}`, "says nothing"},
		{`{"time":"2026-11-22T14:32:00Z","msg":"` + strings.Repeat("x", 70_000) + `"}`, "is longer than 64 KiB"},
		{`{"time":"2026-11-22T14:32:00Z",` + strings.Repeat(`"a":1,`, 10) + `"msg":"` + "\xff" + `"}`, ""}, // mended by JSON
		{manyFields(201), "has more than 200 fields"},
	}
	for _, tt := range tests {
		got, s, err := read(t, good+"\n"+tt.line+"\n"+good+"\n", lines.Options{})
		if err != nil {
			t.Errorf("%.60s: %v", tt.line, err)
			continue
		}
		if tt.why == "" && len(got) == 3 {
			continue
		}
		if len(got) != 2 || s.Refused != 1 || s.Troubles[0].Place != 2 || !strings.Contains(s.Troubles[0].Why, tt.why) {
			t.Errorf("%.60s: %d taken, %+v; want %q", tt.line, len(got), s.Troubles, tt.why)
		}
	}
	csv := "datetime,message\n2026-11-22T14:32:00Z,\"a\"b\n2026-11-22T14:32:00Z,a,b\n2026-11-22T14:32:00Z,\xff\n2026-11-22T14:32:00Z,good\n"
	got, s, err := read(t, csv, lines.Options{})
	want := []lines.Trouble{{2, "has quotes that do not match"}, {3, "has 3 fields, but the header names 2"}, {4, "is no UTF-8"}}
	if diff := cmp.Diff(want, s.Troubles); diff != "" || err != nil || len(got) != 1 {
		t.Errorf("%v, %v: %s", got, err, diff)
	}
	for wall, why := range map[string]string{"2026-10-25 02:30:00": "was there twice", "2026-03-29 02:30:00": "was left out"} {
		if _, s, _ := read(t, "time,msg\n"+wall+",x\n", lines.Options{Zone: paris(t)}); len(s.Troubles) != 1 || !strings.Contains(s.Troubles[0].Why, why) {
			t.Errorf("%s: %+v", wall, s)
		}
	}
	if _, s, _ := read(t, strings.Repeat("{}\n", 1000), lines.Options{}); s.Refused != 1000 || len(s.Troubles) != 20 {
		t.Errorf("%d refused, %d named", s.Refused, len(s.Troubles))
	}
	if _, s, _ := read(t, `{"time":"2026-11-22 14:32:00","msg":"x"}`, lines.Options{}); !s.Unzoned {
		t.Error("it is not said that a zone is missing")
	}
}

func manyFields(n int) string {
	var b strings.Builder
	b.WriteString(`{"time":"2026-11-22T14:32:00Z","msg":"x"`)
	for i := range n {
		fmt.Fprintf(&b, `,"f%d":1`, i)
	}
	return b.String() + "}"
}

func TestBadFilesAreRefused(t *testing.T) {
	for file, why := range map[string]string{
		"":                        "is empty",
		"\n\n":                    "is empty",
		"\x1f\x8b\x08":            "is compressed",
		"PK\x03\x04":              "is an archive or a spreadsheet",
		"\xff\xfed\x00a\x00":      "is UTF-16",
		"a\x00b":                  "is no text",
		" [\n{}]":                 "is one JSON array",
		"\"a\n":                   "begins with no header",
		"name,message\nx,y\n":     `names no time: it needs a column such as datetime, timestamp or time, but has "name, message"`,
		"time,Time\n1,1\n":        "names a column twice",
		strings.Repeat("a,", 300): "has more than 200 columns",
		strings.Repeat("time,"+strings.Repeat("x", 1<<16), 200):       "is larger than 10 MiB",
		strings.Repeat("{}\n", 10_001):                                "has more than 10000 lines that cannot be read; line 1 has no time",
		strings.Repeat("{\"ts\":1795357920,\"msg\":\"x\"}\n", 10_001): "has more than 10000 lines",
	} {
		_, _, err := read(t, file, lines.Options{})
		if fe, ok := errors.AsType[*lines.FileError](err); !ok || !strings.Contains(fe.Error(), why) {
			t.Errorf("%.30q: %v, want %q", file, err, why)
		}
	}
	if _, _, err := read(t, "datetime,message\n", lines.Options{Format: lines.FormatTimesketch}); err == nil || !strings.Contains(err.Error(), "names no timestamp_desc") {
		t.Errorf("no Timesketch header: %v", err)
	}
}

// The same lines have the same keys: after a mend, in a file that went on, and
// as JSON Lines instead of CSV; the same line twice in one file has two.
func TestKeysAreThoseOfTheLines(t *testing.T) {
	keys := func(file string) (keys []string) {
		_, err := lines.Read(strings.NewReader(file), lines.Options{}, func(l lines.Line) error {
			keys = append(keys, l.Key)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	const csv = "time,msg\n1795357920,a\n1795357920,a\nsoon,b\n1795357921,c\n"
	first := keys(csv)
	mended := keys(strings.Replace(csv, "soon", "1795357922", 1) + "1795357923,d\n")
	if len(first) != 3 || first[0] == first[1] || len(mended) != 5 {
		t.Fatalf("keys %v and %v", first, mended)
	}
	if diff := cmp.Diff(first, []string{mended[0], mended[1], mended[3]}); diff != "" {
		t.Error(diff)
	}
	var raw string
	if _, err := lines.Read(strings.NewReader("time,url,msg\n1795357920,https://evil.example/?a=1&b=<2>,x\n"), lines.Options{}, func(l lines.Line) error {
		raw = l.Raw
		return nil
	}); err != nil || raw != `{"msg":"x","time":"1795357920","url":"https://evil.example/?a=1&b=<2>"}` {
		t.Errorf("%v, %s", err, raw)
	}
	if got := keys(`{"msg":"a","time":"1795357920"}`); got[0] != first[0] {
		t.Errorf("as JSON: %s, as CSV: %s", got[0], first[0])
	}
}

func TestAnErrorOfTheTakerEndsIt(t *testing.T) {
	own := errors.New("disk full")
	for _, file := range []string{"time,msg\n1795357920,a\n1795357920,a\n", "{\"time\":1795357920,\"msg\":\"a\"}\n{\"time\":1795357920,\"msg\":\"a\"}\n"} {
		if s, err := lines.Read(strings.NewReader(file), lines.Options{}, func(lines.Line) error { return own }); !errors.Is(err, own) || s.Taken != 1 {
			t.Errorf("%v, %+v", err, s)
		}
	}
}

// FuzzRead: whatever comes, it ends, every line taken says something at a time
// that logs have, has a key of its own, and reading it again gives the same.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"message,datetime,timestamp_desc\na,2026-11-22T14:32:00Z,b\n", "{\"time\":1795357920,\"msg\":\"a\"}\n", "time;msg\n\"", "\ufeff{", "a\tb\n1\t2",
		"datetime,message\n2026-10-25 02:30:00,x\n", "{\"time\":\"2026-11-22 14:32\",\"msg\":\"\\u0000\"}",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, file string, zone bool) {
		o := lines.Options{}
		if zone {
			o.Zone = paris(t)
		}
		seen := map[string]bool{}
		s, err := lines.Read(strings.NewReader(file), o, func(l lines.Line) error {
			if l.Text == "" || l.At.Year() < 1980 || l.At.Year() > 2100 || l.Place < 1 || seen[l.Key] {
				t.Errorf("line %+v", l)
			}
			seen[l.Key] = true
			return nil
		})
		again, err2 := lines.Read(strings.NewReader(file), o, nil)
		if diff := cmp.Diff(s, again); diff != "" || (err == nil) != (err2 == nil) {
			t.Errorf("%v, %v: %s", err, err2, diff)
		}
		if len(s.Troubles) > s.Refused {
			t.Errorf("summary %+v", s)
		}
	})
}
