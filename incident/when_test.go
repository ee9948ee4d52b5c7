package incident_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones must be there on a machine without them
	"unicode"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestParseWhen(t *testing.T) {
	// A Sunday, 15:00 in Paris.
	const now = "2026-11-22T14:00:00Z"
	tests := []struct {
		name, text, at, rest string
	}{
		{"clock", "14:32 dump taken", "2026-11-22T13:32:00Z", "dump taken"},
		{"clock with seconds", "14:32:05 dump", "2026-11-22T13:32:05Z", "dump"},
		{"twelve hours", "2:32pm dump", "2026-11-22T13:32:00Z", "dump"},
		{"twelve hours apart", "2:32 PM dump", "2026-11-22T13:32:00Z", "dump"},
		{"midnight", "12:05am dump", "2026-11-21T23:05:00Z", "dump"},
		{"noon", "12:05pm dump", "2026-11-22T11:05:00Z", "dump"},
		{"a word that only looks like pm", "14:32 am I late", "2026-11-22T13:32:00Z", "am I late"},
		{"UTC", "13:59 UTC dump", "2026-11-22T13:59:00Z", "dump"},
		{"lower case utc is text", "13:59 utc dump", "2026-11-22T12:59:00Z", "utc dump"},
		{"one digit", "9:05 dump", "2026-11-22T08:05:00Z", "dump"},
		{"a watch that runs ahead", "15:05 dump", "2026-11-22T14:05:00Z", "dump"},
		{"later than now is yesterday", "15:06 dump", "2026-11-21T14:06:00Z", "dump"},
		{"last night", "23:10 dump", "2026-11-21T22:10:00Z", "dump"},
		{"minutes ago", "10m ago dump", "2026-11-22T13:50:00Z", "dump"},
		{"hours ago", "2h ago dump", "2026-11-22T12:00:00Z", "dump"},
		{"hours and minutes ago", "1h30m AGO dump", "2026-11-22T12:30:00Z", "dump"},
		{"days ago", "3d ago dump", "2026-11-19T14:00:00Z", "dump"},
		{"yesterday", "Yesterday 23:10 dump", "2026-11-21T22:10:00Z", "dump"},
		{"yesterday early", "yesterday 9:05am dump", "2026-11-21T08:05:00Z", "dump"},
		{"today", "today 9:00 dump", "2026-11-22T08:00:00Z", "dump"},
		{"today, still to come", "today 23:10 dump", "2026-11-22T22:10:00Z", "dump"},
		{"date", "2026-11-20 23:10 dump", "2026-11-20T22:10:00Z", "dump"},
		{"date in UTC", "2026-11-20 11:10 pm UTC dump", "2026-11-20T23:10:00Z", "dump"},
		{"RFC 3339", "2026-11-20T23:10:00Z dump", "2026-11-20T23:10:00Z", "dump"},
		{"RFC 3339 with offset", "2026-11-20T23:10:00.5-05:00 dump", "2026-11-21T04:10:00.5Z", "dump"},
		{"weekday", "Mon 9:00 dump", "2026-11-16T08:00:00Z", "dump"},
		{"weekday in full", "friday 9:05pm dump", "2026-11-20T20:05:00Z", "dump"},
		{"today's weekday", "sun 14:59 dump", "2026-11-22T13:59:00Z", "dump"},
		{"today's weekday, still to come", "Sun 15:06 dump", "2026-11-15T14:06:00Z", "dump"},
		{"weekday in UTC", "sat 23:30 UTC dump", "2026-11-21T23:30:00Z", "dump"},
		{"zone", "2026-11-20 23:10 America/New_York dump", "2026-11-21T04:10:00Z", "dump"},
		{"zone with two steps", "yesterday 9:00 America/Argentina/Buenos_Aires dump", "2026-11-21T12:00:00Z", "dump"},
		{"the day is the zone's", "22:30 Asia/Tokyo dump", "2026-11-22T13:30:00Z", "dump"},
		{"no zone is text", "14:32 Mars/Olympus dump", "2026-11-22T13:32:00Z", "Mars/Olympus dump"},
		{"a path is text", "14:32 ../../etc/passwd", "2026-11-22T13:32:00Z", "../../etc/passwd"},
		{"nothing after", "14:32", "2026-11-22T13:32:00Z", ""},
		{"space inside", "yesterday \t 23:10 dump", "2026-11-21T22:10:00Z", "dump"},
		{"rest is exact", "14:32  dump\n taken ", "2026-11-22T13:32:00Z", " dump\n taken "},
		{"line break after", "14:32\ndump", "2026-11-22T13:32:00Z", "dump"},
		{"a time does not go over a line", "2:32\npm", "2026-11-22T01:32:00Z", "pm"},
		{"summer", "2026-07-01 12:00 dump", "2026-07-01T10:00:00Z", "dump"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, rest, err := incident.ParseWhen(tt.text, instant(t, now), location(t, "Europe/Paris"))
			if err != nil {
				t.Fatal(err)
			}
			if !at.Equal(instant(t, tt.at)) || rest != tt.rest {
				t.Errorf("got %s and %q, want %s and %q", at.UTC().Format(time.RFC3339Nano), rest, tt.at, tt.rest)
			}
			when, rest2, ok := incident.SplitWhen(tt.text)
			again, left, err := incident.ParseWhen(when, instant(t, now), location(t, "Europe/Paris"))
			if !ok || rest2 != rest || err != nil || !again.Equal(at) || left != "" {
				t.Errorf("SplitWhen gives %q and %q, which reads as %s, %q, %v", when, rest2, again, left, err)
			}
		})
	}
}

func TestParseWhenRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "dump", "25:10 dump", "14:60 dump", "14:3 dump", "13:10pm dump", "0:10am dump", "14:32, dump",
		"10m dump", "10 ago", "ago", "h ago", "10m10m ago", "30m1h ago", "99999d ago", "yesterday dump", "yesterday",
		"tomorrow 9:00 dump", "mond 9:00 dump", "friday dump", "sun dump", "2026-11-20 dump", "2026-02-30 23:10 dump", "0026-11-20 23:10 dump",
		"2026-11-20T23:10 dump", "2026-13-20T23:10:00Z dump", "\n14:32 dump",
	} {
		if at, _, err := incident.ParseWhen(text, instant(t, "2026-11-22T14:00:00Z"), nil); !errors.Is(err, incident.ErrNoTime) {
			t.Errorf("%q: got %s, %v, want ErrNoTime", text, at, err)
		}
		if _, _, ok := incident.SplitWhen(text); ok {
			t.Errorf("%q: SplitWhen takes it", text)
		}
	}
}

func TestParseWhenAsksWhenClocksChange(t *testing.T) {
	tests := []struct {
		name, zone, now, text string
		at                    string // "" when it must be asked
		skipped               bool
		candidates            [2]string
	}{
		{
			name: "twice", zone: "Europe/Paris", now: "2026-10-25T08:00:00Z", text: "02:30 dump",
			candidates: [2]string{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		},
		{
			name: "twice, the second still to come", zone: "Europe/Paris", now: "2026-10-25T00:45:00Z", text: "02:30 dump",
			at: "2026-10-25T00:30:00Z",
		},
		{
			name: "twice, both still to come", zone: "Europe/Paris", now: "2026-10-24T23:00:00Z", text: "02:30 dump",
			at: "2026-10-24T00:30:00Z",
		},
		{
			name: "never", zone: "Europe/Paris", now: "2026-03-29T08:00:00Z", text: "today 02:30 dump", skipped: true,
			candidates: [2]string{"2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"},
		},
		{
			name: "never, and still to come", zone: "Europe/Paris", now: "2026-03-29T00:00:00Z", text: "02:30 dump",
			at: "2026-03-28T01:30:00Z",
		},
		{
			name: "half an hour", zone: "Australia/Lord_Howe", now: "2026-04-10T00:00:00Z", text: "2026-04-05 01:45 dump",
			candidates: [2]string{"2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"},
		},
		{
			name: "a day that never was", zone: "Pacific/Apia", now: "2012-01-10T00:00:00Z", text: "2011-12-30 12:00", skipped: true,
			candidates: [2]string{"2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"},
		},
		{
			name: "the day after midnight was skipped", zone: "America/Santiago", now: "2026-09-06T15:00:00Z", text: "yesterday 23:30",
			at: "2026-09-06T03:30:00Z",
		},
		{
			name: "RFC 3339 needs no question", zone: "Europe/Paris", now: "2026-10-25T08:00:00Z", text: "2026-10-25T02:30:00+01:00",
			at: "2026-10-25T01:30:00Z",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, _, err := incident.ParseWhen(tt.text, instant(t, tt.now), location(t, tt.zone))
			if tt.at != "" {
				if err != nil || !at.Equal(instant(t, tt.at)) {
					t.Fatalf("got %s, %v, want %s", at.UTC(), err, tt.at)
				}
				return
			}
			unclear, ok := errors.AsType[*incident.UnclearTimeError](err)
			if !ok {
				t.Fatalf("got %s, %v, want a question", at, err)
			}
			got := [2]string{unclear.Candidates[0].UTC().Format(time.RFC3339), unclear.Candidates[1].UTC().Format(time.RFC3339)}
			if diff := cmp.Diff(tt.candidates, got); diff != "" || unclear.Skipped != tt.skipped {
				t.Errorf("skipped %v, candidates (-want +got):\n%s", unclear.Skipped, diff)
			}
		})
	}
}

func TestUnclearTimeErrorGivesBothAnswers(t *testing.T) {
	_, _, err := incident.ParseWhen("02:30 dump", instant(t, "2026-10-25T08:00:00Z"), location(t, "Europe/Paris"))
	want := `"02:30" happened twice, when the clocks went back: say 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestParseDue(t *testing.T) {
	// A Sunday, 15:00 in Paris.
	const now = "2026-11-22T14:00:00Z"
	tests := []struct{ text, at string }{
		{"17:00", "2026-11-22T16:00:00Z"},
		{"5pm", ""},
		{"5:00pm", "2026-11-22T16:00:00Z"},
		{"9:00", "2026-11-23T08:00:00Z"},
		{"15:00", "2026-11-23T14:00:00Z"},
		{"today", "2026-11-22T16:00:00Z"},
		{"today 18:30", "2026-11-22T17:30:00Z"},
		{"tomorrow", "2026-11-23T16:00:00Z"},
		{"Tomorrow  9:00", "2026-11-23T08:00:00Z"},
		{"friday", "2026-11-27T16:00:00Z"},
		{"Friday 9:00 am", "2026-11-27T08:00:00Z"},
		{"sunday", "2026-11-22T16:00:00Z"},
		{"sunday 14:00", "2026-11-29T13:00:00Z"},
		{"2026-11-25", "2026-11-25T16:00:00Z"},
		{"2026-11-25 9:00", "2026-11-25T08:00:00Z"},
		{"2026-11-25 9:00 UTC", "2026-11-25T09:00:00Z"},
		{"in 2h", "2026-11-22T16:00:00Z"},
		{"in 3d", "2026-11-25T14:00:00Z"},
		{"2026-11-25T09:00:00+02:00", "2026-11-25T07:00:00Z"},
		{"yesterday", ""},
		{"yesterday 9:00", ""},
		{"in 0h", ""},
		{"2h ago", ""},
		{"fri", ""},
		{"diligence", ""},
		{"", ""},
		{"tomorrow 9:00 sharp", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			at, err := incident.ParseDue(tt.text, instant(t, now), location(t, "Europe/Paris"))
			if tt.at == "" {
				if !errors.Is(err, incident.ErrNoTime) || incident.IsDue(tt.text) {
					t.Fatalf("got %s, %v, want ErrNoTime", at.UTC(), err)
				}
				return
			}
			if err != nil || !at.Equal(instant(t, tt.at)) || !incident.IsDue(tt.text) {
				t.Fatalf("got %s, %v, want %s", at.UTC(), err, tt.at)
			}
		})
	}
}

func TestParseDueOver(t *testing.T) {
	for _, text := range []string{"2026-11-21", "today 14:59", "2026-11-20T09:00:00Z", "2026-11-22 9:00"} {
		if at, err := incident.ParseDue(text, instant(t, "2026-11-22T14:00:00Z"), location(t, "Europe/Paris")); !errors.Is(err, incident.ErrPast) {
			t.Errorf("%q: got %s, %v, want ErrPast", text, at, err)
		}
	}
}

func TestParseDueAfterWork(t *testing.T) {
	now := instant(t, "2026-11-22T20:00:00Z")
	for _, text := range []string{"today", "sunday", "2026-11-22"} {
		at, err := incident.ParseDue(text, now, nil)
		if err != nil || !at.Equal(instant(t, "2026-11-22T23:59:00Z")) {
			t.Errorf("%q: got %s, %v, want the end of the day", text, at, err)
		}
	}
}

func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{
		"14:32 x", "2:32pm", "10m ago x", "yesterday 23:10 x", "2026-11-20 23:10 x", "2026-11-20T23:10:00Z x",
		"02:30 x", "2026-03-29 02:30", "today\u00a09:00", "tomorrow 9:00", "in 2h", "friday 1:00 am UTC", "\xff 1:00",
	} {
		f.Add(s, int64(1793000000))
	}
	paris := location(f, "Europe/Paris")
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%4e9, 0)
		at, rest, err := incident.ParseWhen(text, now, paris)
		when, rest2, ok := incident.SplitWhen(text)
		if ok == errors.Is(err, incident.ErrNoTime) {
			t.Fatalf("SplitWhen says %v, ParseWhen %v", ok, err)
		}
		if !strings.HasSuffix(text, rest) || (ok && err == nil && rest != rest2) {
			t.Fatalf("rest %q and %q of %q", rest, rest2, text)
		}
		// The bare clock is the only form that looks at what time it is.
		if err == nil && !strings.ContainsFunc(when, unicode.IsLetter) && !strings.Contains(when, "-") {
			if at.After(now.Add(incident.ClockSkew)) || at.Before(now.Add(-49*time.Hour)) {
				t.Fatalf("%q at %s is %s", when, now, at)
			}
		}
		due, err := incident.ParseDue(text, now, paris)
		if err == nil && (!due.After(now) || !incident.IsDue(text)) {
			t.Fatalf("%q is due %s, and it is %s", text, due, now)
		}
	})
}

func TestParseCorrection(t *testing.T) {
	// Tuesday's entry, corrected on Thursday.
	const was, now = "2026-11-24T13:40:00Z", "2026-11-26T09:00:00Z"
	for text, want := range map[string]string{
		"14:32":            "2026-11-24T13:32:00Z", // the nearest, in Paris
		"15:10":            "2026-11-24T14:10:00Z",
		"2:39":             "2026-11-25T01:39:00Z",
		"2:41":             "2026-11-24T01:41:00Z",
		"10m ago":          "2026-11-26T08:50:00Z", // from now
		"yesterday 23:10":  "2026-11-25T22:10:00Z",
		"2026-11-24 13:00": "2026-11-24T12:00:00Z",
	} {
		at, err := incident.ParseCorrection(text, instant(t, was), instant(t, now), location(t, "Europe/Paris"))
		if err != nil || !at.Equal(instant(t, want)) {
			t.Errorf("%q: got %s, %v, want %s", text, at.UTC().Format(time.RFC3339), err, want)
		}
	}
	// Nothing that is nearer lies in the future.
	at, err := incident.ParseCorrection("14:50", instant(t, was), instant(t, "2026-11-24T13:42:00Z"), location(t, "Europe/Paris"))
	if err != nil || !at.Equal(instant(t, "2026-11-23T13:50:00Z")) {
		t.Errorf("got %s, %v", at.UTC(), err)
	}
	for _, text := range []string{"", "14:32 and more", "soon"} {
		if _, err := incident.ParseCorrection(text, instant(t, was), instant(t, now), nil); !errors.Is(err, incident.ErrNoTime) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
