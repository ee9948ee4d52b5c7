package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Attach puts files into a field that takes them, named as in [View.Fill],
// beside those that it has, all of them or none. The error is what the client
// says under the field (assumed words). [View.Put] with the ids of some takes
// the others away.
//
// The app hears of the files with the submission. Assumed: with nothing
// before, dispatch_action or not, since the reference of file_input knows of
// no other payload.
func (v *View) Attach(name string, files ...FileUpload) error {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	on, err := v.surface()
	if err != nil {
		return err
	}
	f, err := on.view.field(name)
	if err != nil {
		return err
	}
	held, _ := f.value(on.held.filled).([]any)
	if said := f.untaken(held, files); said != "" {
		return errors.New(said)
	}
	on.attach(f, held, files)
	return nil
}

// attach uploads files and puts them beside those that f holds. Assumed: the
// app may read them from now on, and those that are taken away again too.
func (on *slackSurface) attach(f slackField, held []any, files []FileUpload) {
	var added []any
	for _, file := range files {
		kept := on.s.newFile(on.who, file.Name, file.Content)
		kept.inForm = true
		added = append(added, kept.wire(on.s))
		on.s.note(RecordPerson, "attach", on.who.ID, "", on.view.id, file.Name)
	}
	filled, attached := map[string]any{}, map[string][]any{}
	maps.Copy(filled, on.held.filled)
	maps.Copy(attached, on.held.attached)
	filled[f.key()] = slices.Concat(held, added)
	attached[f.key()] = slices.Concat(attached[f.key()], added)
	on.held.filled, on.held.attached = filled, attached
}

// attached is a file that was put into f before, by its id.
func (on *slackSurface) attached(f slackField, id string) (any, error) {
	for _, file := range on.held.attached[f.key()] {
		if putOf(file) == id {
			return file, nil
		}
	}
	return nil, fmt.Errorf("%s has no file %q: attach it first", f.action, id)
}
