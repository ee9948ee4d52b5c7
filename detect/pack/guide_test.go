package pack_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"firebreak/detect/sigma"
)

var update = flag.Bool("update", false, "write the rules into the guide")

// TestGuide holds the list of rules in docs/guide/rules-pack.md against the
// rules.
func TestGuide(t *testing.T) {
	const guide = "../../docs/guide/rules-pack.md"
	const begin, end = "<!-- rules:begin -->\n", "<!-- rules:end -->"
	b, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks its markers", guide)
	}
	want := head + begin + load(t).markdown(t) + end + tail
	if *update {
		if err := os.WriteFile(guide, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(want, string(b)); diff != "" {
		t.Errorf("the guide differs from the rules; run go test ./detect/pack -run Guide -update\n%s", diff)
	}
}

// areas are the folders, as the guide calls them.
var areas = []struct{ folder, title string }{
	{"cloud", "Clouds: AWS, Google Cloud, Azure, Entra ID, Microsoft 365"},
	{"identity", "Identity: Okta, Google Workspace"},
	{"linux", "Linux"},
	{"windows", "Windows"},
	{"network", "Network"},
	{"gitlab", "GitLab's audit events"},
	{"github", "GitHub's audit log"},
}

// markdown lists the rules by area.
func (s shipped) markdown(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	heads := s.heads()
	levels := map[string]int{}
	for _, h := range heads {
		levels[h.Level]++
	}
	fmt.Fprintf(&b, "%d rules: %d of level critical, %d high, %d medium, %d low.\n",
		len(heads), levels["critical"], levels["high"], levels["medium"], levels["low"])
	told := 0
	for _, area := range areas {
		fmt.Fprintf(&b, "\n### %s\n\n| rule | level | log | ATT&CK | harmless when |\n|---|---|---|---|---|\n", area.title)
		for _, h := range heads {
			if path.Dir(h.File) != area.folder {
				continue
			}
			told++
			a := aboutRule(t, h.File)
			fmt.Fprintf(&b, "| [%s](../../detect/pack/%s) | %s | %s | %s | %s |\n",
				h.Title, h.File, h.Level, s.log(h, a), techniques(h), strings.Join(a.FalsePositives, "; "))
		}
	}
	if told != len(heads) {
		t.Errorf("%d of %d rules are in an area of the guide", told, len(heads))
	}
	return b.String()
}

// log says which log a rule is for: a correlation is for that of the first
// rule it is on.
func (s shipped) log(h sigma.Head, a about) string {
	of := h
	if h.Correlation {
		all := s.set.Rules()
		of = all[slices.IndexFunc(all, func(r sigma.Head) bool { return r.File == h.File })]
	}
	l := of.Logsource
	if l.Service == l.Product {
		return l.Product
	}
	return cmp.Or(a.Log, strings.Trim(l.Product+", "+cmp.Or(l.Service, l.Category), ", "))
}

func techniques(h sigma.Head) string {
	var all []string
	for _, tag := range h.Tags {
		all = append(all, strings.ToUpper(strings.TrimPrefix(tag, "attack.")))
	}
	return strings.Join(all, ", ")
}
