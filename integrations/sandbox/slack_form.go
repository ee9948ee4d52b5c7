package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// now is the view as it stands: the person's Home tab, or what is on top of
// their screen.
func (v *View) now() (*slackView, error) {
	if home := v.s.homes[v.User]; home != nil && home.id == v.ID {
		return home, nil
	}
	stack := v.s.stack(v.User)
	if len(stack) == 0 || stack[len(stack)-1].id != v.ID {
		return nil, errors.New("it is not on top of the screen")
	}
	return stack[len(stack)-1], nil
}

// surface is the view as it stands, to be used.
func (v *View) surface() (*slackSurface, error) {
	on, err := v.now()
	if err != nil {
		return nil, fmt.Errorf("cannot use view %s: %w", v.ID, err)
	}
	u := v.s.mustUser(v.User)
	if u.Deleted {
		return nil, fmt.Errorf("cannot use view %s: %s's account is deactivated", v.ID, u.Name)
	}
	return v.s.viewSurface(on), nil
}

// top is the view as it stands, which must be there.
func (v *View) top(verb string) *slackView {
	on, err := v.now()
	if err != nil {
		panic(fmt.Sprintf("sandbox: cannot %s view %s: %v", verb, v.ID, err))
	}
	return on
}

// field finds a field by its block_id, else by its action_id.
func (v *slackView) field(name string) (slackField, error) {
	fields := v.fields()
	for _, named := range []func(slackField) bool{
		func(f slackField) bool { return f.block == name },
		func(f slackField) bool { return f.action == name },
	} {
		if i := slices.IndexFunc(fields, named); i >= 0 {
			return fields[i], nil
		}
	}
	return slackField{}, fmt.Errorf("view %s has no field %q", v.id, name)
}

// Fill puts something into a field, named by its block_id or action_id: text
// as typed, a person or a channel by name, an option by value or text, several
// joined by commas; nothing empties it.
func (v *View) Fill(name, put string) *View {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	if err := v.s.viewSurface(v.top("fill")).fill(map[string]string{name: put}); err != nil {
		panic("sandbox: " + err.Error())
	}
	return v
}

// Put fills several fields at once, named as in [View.Fill], all of them or
// none.
func (v *View) Put(values map[string]string) error {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	on, err := v.surface()
	if err != nil {
		return err
	}
	if err := on.fill(values); err != nil {
		return err
	}
	v.s.note(RecordPerson, "fill", v.User, "", v.ID, strings.Join(slices.Sorted(maps.Keys(values)), ", "))
	return nil
}

// fill puts values into fields of a view, all of them or none.
func (on *slackSurface) fill(values map[string]string) error {
	filled := map[string]any{}
	maps.Copy(filled, on.held.filled)
	for name, put := range values {
		f, err := on.view.field(name)
		if err != nil {
			return err
		}
		if filled[f.key()], err = on.chosen(f, put); err != nil {
			return err
		}
	}
	on.held.filled = filled
	return nil
}

// Value returns what a field holds: text, a user id, an option's value,
// several joined by commas.
func (v *View) Value(name string) string {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	on := v.top("read")
	f, err := on.field(name)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return strings.Join(shownValues(f.value(on.filled)), ",")
}

func shownValues(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var shown []string
	for _, one := range list {
		shown = append(shown, putOf(one))
	}
	return shown
}

// Values returns what the view's fields hold, as state.values has it, wherever
// the view is in its stack; nil when it is gone.
func (v *View) Values() map[string]map[string]any {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	for _, on := range append(slices.Clone(v.s.stack(v.User)), v.s.homes[v.User]) {
		if on != nil && on.id == v.ID {
			return stateOf(on.fields(), on.filled)
		}
	}
	return nil
}
