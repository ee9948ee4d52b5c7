package sigma

import (
	"slices"
)

// Set finishes loading: it applies filters and links correlations with what
// they refer to. The loader is of no use afterwards.
func (l *Loader) Set() *Set {
	for _, f := range l.filters {
		for _, r := range l.rules {
			f.narrow(r)
		}
		if !f.used {
			l.note(f.Head, faultf(f.Line, "the filter is for no rule that was loaded"))
		}
	}
	linked := linker{Loader: l, begun: map[*Correlation]bool{}, ended: map[*Correlation]error{}}
	for _, co := range l.correlations {
		if err := linked.link(co); err != nil {
			l.refuse(co.Head, err)
		}
	}
	linked.needs()
	slices.SortStableFunc(l.refused, byPlace)
	slices.SortStableFunc(l.notes, byPlace)
	return newSet(l, linked.order)
}

func byPlace(a, b Refusal) int {
	if a.File == b.File {
		return a.Line - b.Line
	}
	return 0 // files stay in the order they were read in
}

// linker puts correlations in an order in which each comes after those it
// refers to.
type linker struct {
	*Loader
	begun map[*Correlation]bool
	ended map[*Correlation]error
	order []*Correlation
}

// link links a correlation, once; what went wrong then goes wrong again.
func (l *linker) link(co *Correlation) error {
	if err, ended := l.ended[co]; ended {
		return err
	}
	if l.begun[co] {
		return faultf(co.Line, "it refers to itself")
	}
	l.begun[co] = true
	err := l.members(co)
	if err == nil {
		err = co.fields()
	}
	if err == nil {
		l.order = append(l.order, co)
	}
	l.ended[co] = err
	return err
}

func (l *linker) members(co *Correlation) error {
	for _, ref := range co.refs {
		m, err := l.member(ref)
		if err != nil {
			return err
		}
		if m.inner != nil {
			if err := l.link(m.inner); err != nil {
				return faultf(ref.line, "%s cannot be used: %s", quote(ref.name), refusal(m.inner.Head, err).Reason)
			}
		}
		co.members = append(co.members, m)
	}
	return nil
}

// member finds what a reference means.
func (l *linker) member(ref reference) (member, error) {
	var found []member
	for _, r := range l.rules {
		if r.Known(ref.name) {
			found = append(found, member{rule: r})
		}
	}
	for _, co := range l.correlations {
		if co.Known(ref.name) {
			found = append(found, member{inner: co})
		}
	}
	switch len(found) {
	case 0:
		return member{}, faultf(ref.line, "it refers to %s, which was refused or is not there", quote(ref.name))
	case 1:
		return found[0], nil
	}
	return member{}, faultf(ref.line, "it refers to %s, as several rules are called", quote(ref.name))
}

// fields resolves aliases: which fields of each member make group and value.
func (co *Correlation) fields() error {
	for _, a := range co.aliases {
		for name := range a.fields {
			if !refers(co.refs, name) {
				return faultf(a.line, "the alias %s names %s, which the correlation does not refer to", quote(a.name), quote(name))
			}
		}
	}
	for i := range co.members {
		m := &co.members[i]
		for _, list := range []struct {
			names  []string
			fields *[]string
		}{{co.groupBy, &m.group}, {co.values, &m.value}} {
			for _, name := range list.names {
				field, err := co.resolve(name, i)
				if err != nil {
					return err
				}
				*list.fields = append(*list.fields, field)
			}
		}
	}
	co.spec.Members = len(co.members)
	return nil
}

// resolve gives the field of a member that a name means.
func (co *Correlation) resolve(name string, member int) (string, error) {
	for _, a := range co.aliases {
		if a.name != name {
			continue
		}
		field, ok := a.fields[co.refs[member].name]
		if !ok {
			return "", faultf(a.line, "the alias %s has no field for %s", quote(name), quote(co.refs[member].name))
		}
		return field, nil
	}
	return name, nil
}

// needs tells every rule which of its fields are read, outer correlations
// first, and which rules are silent: those that only serve correlations.
func (l *linker) needs() {
	for _, co := range slices.Backward(l.order) {
		for i := range co.members {
			m := &co.members[i]
			for _, name := range co.needs {
				field, err := co.resolve(name, i)
				if err != nil {
					field = name // an alias that says nothing of this member
				}
				m.keep = append(m.keep, field)
			}
			wanted := slices.Concat(m.group, m.value, m.keep)
			if m.rule != nil {
				m.rule.needs = union(m.rule.needs, wanted)
				m.rule.Silent = m.rule.Silent || !co.generate
				m.rule.member = true
			} else {
				m.inner.needs = union(m.inner.needs, wanted)
				m.inner.Silent = m.inner.Silent || !co.generate
				m.inner.spec.Always = m.inner.spec.Always || co.steady()
			}
		}
	}
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// steady says whether a correlation takes in an inner one as long as it holds
// rather than each time it begins to: what must come close together may come
// at the end of a long burst.
func (co *Correlation) steady() bool { return temporal(co.spec.Kind) }
