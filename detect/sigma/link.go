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
	linked := linker{Loader: l, state: map[*Correlation]int{}}
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
	state map[*Correlation]int
	order []*Correlation
}

// The states of a correlation that is being linked.
const (
	begun = iota + 1
	done
	failed
)

func (l *linker) link(co *Correlation) error {
	switch l.state[co] {
	case done:
		return nil
	case failed:
		return faultf(co.Line, "it was refused itself")
	case begun:
		return faultf(co.Line, "it refers to itself")
	}
	l.state[co] = begun
	for _, ref := range co.refs {
		m, err := l.member(ref)
		if err == nil && m.inner != nil {
			if inner := l.link(m.inner); inner != nil {
				err = faultf(ref.line, "%s cannot be used: %s", quote(ref.name), refusal(m.inner.Head, inner).Reason)
			}
		}
		if err != nil {
			l.state[co] = failed
			return err
		}
		co.members = append(co.members, m)
	}
	if err := co.fields(); err != nil {
		l.state[co] = failed
		return err
	}
	l.state[co] = done
	l.order = append(l.order, co)
	return nil
}

// member finds what a reference means.
func (l *linker) member(ref reference) (member, error) {
	var found []member
	for _, r := range l.rules {
		if r.known(ref.name) {
			found = append(found, member{rule: r})
		}
	}
	for _, co := range l.correlations {
		if co.known(ref.name) {
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
				m.rule.silent = m.rule.silent || !co.generate
				m.rule.member = true
			} else {
				m.inner.needs = union(m.inner.needs, wanted)
				m.inner.silent = m.inner.silent || !co.generate
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
