package sandbox

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the samples cover into testdata/shapes")

// sampleDir is where recorded and documented answers of the vendors lie beside
// the checkout. They are not part of it: without them what needs them is
// skipped.
func sampleDir(t *testing.T, vendor string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "samples", vendor)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no samples beside this checkout: ", err)
	}
	return dir
}

// comparison compares what the emulator says with samples and keeps count.
type comparison struct {
	t       *testing.T
	dialect *dialect
	samples map[string][]any // the answers in each sample file

	against  map[string][]string  // what was said to the samples it was compared with
	findings map[finding][]string // to what had it
}

// newComparison reads the vendor's samples. answers takes the answers out of a
// sample file and says what sort of object they are; none, if it holds none.
func newComparison(t *testing.T, vendor string, d *dialect, answers func(file string, v any) (sort string, list []any)) *comparison {
	t.Helper()
	c := &comparison{t: t, dialect: d, samples: map[string][]any{}, against: map[string][]string{}, findings: map[finding][]string{}}
	d.union = map[string]*shape{}
	root := os.DirFS(sampleDir(t, vendor))
	err := fs.WalkDir(root, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(file) != ".json" {
			return err
		}
		b, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		v, err := parsed(b)
		sort, list := answers(file, v)
		for _, answer := range list {
			d.collect(sort, answer)
		}
		if len(list) > 0 {
			c.samples[file] = list
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// check compares one thing that was said with the samples of these names.
func (c *comparison) check(what, sort string, said any, names []string) {
	own := newShape()
	for _, name := range names {
		for _, answer := range c.samples[name] {
			c.dialect.learn(own, sort, answer)
		}
	}
	c.against[what] = names
	if len(names) == 0 {
		own = child(c.dialect.union, sort)
	}
	note := func(f finding) { c.findings[f] = append(c.findings[f], what) }
	c.dialect.compareKind(sort, said, own, nil, note)
	c.dialect.compare(sort, said, own, note)
}

// named are the samples whose names match one of the patterns.
func (c *comparison) named(patterns ...string) []string {
	var names []string
	for name := range c.samples {
		if slices.ContainsFunc(patterns, func(p string) bool { ok, err := path.Match(p, name); return ok && err == nil }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// report pins what was compared with what and what was found: a change of it
// is to be looked at, and -update takes it over. What no sample has must be
// excused, with a reason.
func (c *comparison) report(name string, excused map[string]string) {
	c.t.Helper()
	var compared, without, unused, lent []string
	used := map[string]bool{}
	for what, names := range c.against {
		if len(names) == 0 {
			without = append(without, what)
			continue
		}
		compared = append(compared, what+": "+strings.Join(names, " "))
		for _, n := range names {
			used[n] = true
		}
	}
	for n := range c.samples {
		if !used[n] {
			unused = append(unused, n)
		}
	}
	stale := maps.Clone(excused)
	for f, by := range c.findings {
		delete(stale, f.what)
		switch {
		case f.known && strings.HasPrefix(f.what, "answer."): // of other calls, which says little
			for _, what := range by {
				lent = append(lent, what+": "+f.what)
			}
		case f.known:
			lent = append(lent, f.what)
		case excused[f.what] == "":
			c.t.Errorf("%s: no sample has %s", slices.Compact(slices.Sorted(slices.Values(by))), f.what)
		}
	}
	for what := range stale {
		c.t.Errorf("nothing says %s any more", what)
	}
	slices.Sort(without)
	slices.Sort(unused)
	c.t.Logf("without a sample: %q", without)
	c.t.Logf("samples not covered: %q", unused)
	var b bytes.Buffer
	section(&b, "compared with samples", compared)
	section(&b, "said without a sample of its own", without)
	section(&b, "samples of what is not said", unused)
	section(&b, "known only from other samples of such an object", lent)
	c.golden(filepath.Join("testdata", "shapes", name), b.String())
}

func section(b *bytes.Buffer, title string, lines []string) {
	slices.Sort(lines)
	fmt.Fprintf(b, "# %s\n%s\n\n", title, strings.Join(slices.Compact(lines), "\n"))
}

// golden compares line by line: that is what one wants to read.
func (c *comparison) golden(file, got string) {
	c.t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	want := string(b)
	for _, side := range []struct{ verdict, of, in string }{{"new", got, want}, {"gone", want, got}} {
		for line := range strings.Lines(side.of) {
			if !strings.Contains("\n"+side.in, "\n"+line) {
				c.t.Errorf("%s: %s", side.verdict, strings.TrimSpace(line))
			}
		}
	}
	if !c.t.Failed() && got != want {
		c.t.Errorf("%s: the same lines, in other places", file)
	}
}
