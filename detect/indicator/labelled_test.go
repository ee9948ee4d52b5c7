package indicator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"firebreak/detect/indicator"
	"firebreak/incident"
)

// own are the domains that the labelled set takes for the operator's.
var own = indicator.Options{OwnDomains: []string{"acme-corp.com", "acme.io"}}

// labelled is a line of the set.
type labelled struct {
	name string // file and line
	text string
	want []incident.Indicator
}

func lines(t testing.TB, file string) (list []labelled) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		i := strings.LastIndex(line, " =>")
		if i < 0 {
			t.Fatalf("%s:%d has no arrow", file, n+1)
		}
		l := labelled{name: fmt.Sprintf("%s:%d", file, n+1), text: unfold(t, line[:i])}
		for item := range strings.SplitSeq(line[i+3:], " ; ") {
			if item = strings.TrimSpace(item); item == "" {
				continue
			}
			kind, value, _ := strings.Cut(item, ":")
			if !slices.Contains(incident.IndicatorTypes(), incident.IndicatorType(kind)) {
				t.Fatalf("%s: no such type: %s", l.name, item)
			}
			l.want = append(l.want, incident.Indicator{Type: incident.IndicatorType(kind), Value: value})
		}
		list = append(list, l)
	}
	return list
}

// unfold writes out {NL}, {TAB}, {U+200B} and {R500:ab}.
func unfold(t testing.TB, text string) string {
	t.Helper()
	text = strings.NewReplacer("{NL}", "\n", "{TAB}", "\t").Replace(text)
	for {
		i := strings.Index(text, "{U+")
		if i < 0 {
			break
		}
		end := i + strings.IndexByte(text[i:], '}')
		r, err := strconv.ParseUint(text[i+3:end], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		text = text[:i] + string(rune(r)) + text[end+1:]
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "{R")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		count, rest, _ := strings.Cut(after, ":")
		n, err := strconv.Atoi(count)
		if err != nil {
			t.Fatal(err)
		}
		what, rest, _ := strings.Cut(rest, "}")
		b.WriteString(strings.Repeat(what, n))
		text = rest
	}
}

// tally counts what was found rightly, wrongly and not at all.
type tally struct{ right, wrong, missed int }

func (t tally) precision() float64 { return ratio(t.right, t.right+t.wrong) }
func (t tally) recall() float64    { return ratio(t.right, t.right+t.missed) }

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// judge compares what is found with the labels, by type and in all (under "").
func judge(list []labelled, tell func(format string, args ...any)) map[incident.IndicatorType]tally {
	score := map[incident.IndicatorType]tally{}
	count := func(i incident.IndicatorType, add tally) {
		for _, of := range []incident.IndicatorType{i, ""} {
			is := score[of]
			score[of] = tally{is.right + add.right, is.wrong + add.wrong, is.missed + add.missed}
		}
	}
	for _, l := range list {
		var got []incident.Indicator
		for _, f := range indicator.Extract(l.text, own) {
			got = append(got, f.Indicator)
		}
		for _, i := range got {
			if slices.Contains(l.want, i) {
				count(i.Type, tally{right: 1})
				continue
			}
			count(i.Type, tally{wrong: 1})
			tell("%s: wrong  %s %s in %.100q", l.name, i.Type, i.Value, l.text)
		}
		for _, i := range l.want {
			if !slices.Contains(got, i) {
				count(i.Type, tally{missed: 1})
				tell("%s: missed %s %s in %.100q", l.name, i.Type, i.Value, l.text)
			}
		}
	}
	return score
}

// TestLabelledSet measures precision and recall on both parts of the set. The
// floors are what the training part gave, less a little; the held-out part
// has its own, since nothing was fitted to it.
func TestLabelledSet(t *testing.T) {
	for _, part := range []struct {
		file              string
		least             int // lines
		precision, recall float64
		tell              func(string, ...any)
	}{
		{"training.txt", 200, 0.98, 0.99, t.Logf},
		{"heldout.txt", 200, 0.97, 0.95, func(string, ...any) {}}, // nobody is to look at the lines
	} {
		t.Run(part.file, func(t *testing.T) {
			list := lines(t, part.file)
			if len(list) < part.least {
				t.Fatalf("only %d lines", len(list))
			}
			score := judge(list, part.tell)
			t.Logf("| type | labelled | precision | recall |")
			for _, kind := range append(incident.IndicatorTypes(), "") {
				s := score[kind]
				t.Logf("| %s | %d | %.3f | %.3f |", kind, s.right+s.missed, s.precision(), s.recall())
			}
			if all := score[""]; all.precision() < part.precision || all.recall() < part.recall {
				t.Errorf("precision %.3f and recall %.3f, want %.2f and %.2f", all.precision(), all.recall(), part.precision, part.recall)
			}
		})
	}
}
