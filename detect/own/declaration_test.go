package own_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

func TestDeclaration(t *testing.T) {
	got, err := own.Declaration{ID: "a", Title: " T ", Level: "HIGH", Tags: []string{"attack.t1110"}, Type: own.TypeCorrelation}.Head("x.py")
	want := sigma.Head{ID: "a", Title: "T", Level: "high", Tags: []string{"attack.t1110"}, File: "x.py", Line: 1, Correlation: true}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, head:\n%s", err, diff)
	}
	long := strings.Repeat("x", 2000)
	for name, bad := range map[string]own.Declaration{
		"title": {Title: long}, "id": {ID: long}, "level": {Level: "severe"}, "type": {Type: "stream"},
		"empty tag": {Tags: []string{""}}, "long tag": {Tags: []string{long}}, "tags": {Tags: make([]string, 201)},
		"no UTF-8": {Title: "\xff"},
	} {
		if _, err := bad.Head("x.py"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestStem(t *testing.T) {
	for file, want := range map[string]string{
		"a/b.py": "b", "b.star": "b", "a/detector.yml": "a", "detector.yml": "detector", "a/c.detector.yml": "c",
	} {
		if got := own.Stem(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

func TestGroupIsBounded(t *testing.T) {
	long := strings.Repeat("x", 1023)
	got, err := own.Group(map[string]string{"user": "alice", "empty": "", "long": long + "é" + long, "bytes": "a\xff"})
	want := map[string]string{"user": "alice", "empty": "", "long": long + "…", "bytes": "a"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, group:\n%s", err, diff)
	}
	many := map[string]string{}
	for i := range 33 {
		many[strings.Repeat("k", i+1)] = ""
	}
	for name, bad := range map[string]map[string]string{
		"many": many, "no name": {"": "x"}, "long name": {strings.Repeat("k", 257): "x"}, "no UTF-8": {"\xff": "x"},
	} {
		if _, err := own.Group(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
