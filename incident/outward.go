package incident

// Outward is an entry as it leaves the house: in reports, exports, pictures
// and the RCA. All of them go through Outwards, so that what must not leave is
// decided in one place.
type Outward struct {
	Entry
	// Instead stands for a text that does not leave: "redacted" or "deleted by
	// its author". Text, Revisions and Files are empty then.
	Instead string
}

// Hidden says whether the entry's text does not leave.
func (o Outward) Hidden() bool { return o.Instead != "" }

// Outwards gives of entries those that leave, in their order: dropped ones do
// not, and of deleted and redacted ones only that they were there.
func Outwards(entries []Entry) []Outward {
	var out []Outward
	for _, e := range entries {
		if e.Dropped {
			continue
		}
		o := Outward{Entry: e}
		switch {
		case e.Redacted:
			o.Instead = "redacted"
		case e.Deleted:
			o.Instead = "deleted by its author"
		}
		if o.Hidden() {
			o.Text, o.Revisions, o.Files = "", nil, nil
		}
		out = append(out, o)
	}
	return out
}
