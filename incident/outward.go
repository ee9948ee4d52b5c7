package incident

import (
	"slices"
	"strings"
)

// Outward is an entry as it leaves the house: in reports, exports, pictures
// and the RCA. All of them go through Outwards, so that what must not leave is
// decided in one place.
type Outward struct {
	Entry
	// Instead stands for a text that does not leave: "redacted" or "deleted by
	// its author". Text, Revisions and Files are empty then.
	Instead string
}

// Withheld says whether the entry's text does not leave.
func (o Outward) Withheld() bool { return o.Instead != "" }

// Outwards gives of entries those that leave, in their order: dropped and hidden
// ones do not, and of deleted and redacted ones only that they were there.
func Outwards(entries []Entry) []Outward {
	var out []Outward
	for _, e := range entries {
		if e.Dropped || e.Hidden {
			continue
		}
		o := Outward{Entry: e}
		switch {
		case e.Redacted:
			o.Instead = "redacted"
		case e.Deleted:
			o.Instead = "deleted by its author"
		}
		if told(e) {
			verb, _ := e.Data["verb"].(string)
			o.Text = strings.SplitN(e.Text, " ", 2)[0] + " " + verb + " …"
		}
		if o.Withheld() {
			o.Text, o.Revisions, o.Alterations, o.Files = "", nil, nil, nil
		}
		out = append(out, o)
	}
	return out
}

// told says whether e is a command whose words stand in an entry of their own:
// that one may be corrected, dropped or redacted, and the command must not say
// them all the same.
func told(e Entry) bool {
	verb, _ := e.Data["verb"].(string)
	return e.Kind == KindCommand && e.Data["refused"] == nil && slices.Contains([]string{"note", "update", "edit", "split entry", "rca set", "task add"}, verb)
}
