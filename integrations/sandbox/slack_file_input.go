package sandbox

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Limits of a file_input element (documented: one to ten files of at most
// 10 MB; that a megabyte has 2^20 bytes is assumed).
const (
	maxInputFiles = 10
	maxInputFile  = 10 << 20
)

// untaken is what the client says when it does not take more files, or "".
func (f slackField) untaken(held []any, more []FileUpload) string {
	switch {
	case f.kind() != "file_input":
		return f.action + " takes no files."
	case len(more) == 0:
		return "There is no file to attach."
	}
	names := namesOf(held)
	for _, file := range more {
		switch {
		case file.Name == "" || len(file.Content) == 0:
			return "An empty file cannot be attached."
		case len(file.Content) > maxInputFile:
			return file.Name + " is larger than 10 MB."
		}
		names = append(names, file.Name)
	}
	return f.unfit(names)
}

// unfit is about max_files and filetypes. Documented: filetypes are
// extensions, and all will do where there are none; that their case does not
// matter is assumed.
func (f slackField) unfit(names []string) string {
	most := maxInputFiles
	if n, ok := f.element["max_files"].(float64); ok {
		most = int(n)
	}
	switch {
	case len(names) > most && most == 1:
		return "Please attach one file only."
	case len(names) > most:
		return fmt.Sprintf("Please attach at most %d files.", most)
	}
	types := f.filetypes()
	for _, name := range names {
		end := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
		if len(types) > 0 && !slices.Contains(types, end) {
			return fmt.Sprintf("%s cannot be attached here, only files of these types: %s.", name, strings.Join(types, ", "))
		}
	}
	return ""
}

func (f slackField) filetypes() []string {
	list, _ := f.element["filetypes"].([]any)
	var types []string
	for _, one := range list {
		if t, ok := one.(string); ok {
			types = append(types, strings.ToLower(t))
		}
	}
	return types
}

// namesOf are the names of files in a field.
func namesOf(held []any) []string {
	var names []string
	for _, one := range held {
		file, _ := one.(map[string]any)
		name, _ := file["name"].(string)
		names = append(names, name)
	}
	return names
}

// fileInput checks a file_input element (documented limits).
func (v *blockCheck) fileInput(at string, e map[string]any) {
	if n, ok := e["max_files"].(float64); e["max_files"] != nil && (!ok || n != float64(int(n)) || n < 1 || n > maxInputFiles) {
		v.fault(at+"/max_files", "must be a whole number between 1 and %d", maxInputFiles)
	}
	list, ok := e["filetypes"].([]any)
	if e["filetypes"] != nil && !ok {
		v.fault(at+"/filetypes", "must be an array")
	}
	for i, one := range list {
		if t, ok := one.(string); !ok || t == "" {
			v.fault(fmt.Sprintf("%s/filetypes/%d", at, i), "must be a file extension")
		}
	}
}

// unread says what a view with file inputs lacks: the scope files:read
// (documented; that the view is refused without it is assumed).
func (s *Slack) unread(v *slackView) string {
	takes := slices.ContainsFunc(v.fields(), func(f slackField) bool { return f.kind() == "file_input" })
	if takes && !slices.Contains(s.app.scopes, "files:read") {
		return "file_input needs the scope files:read"
	}
	return ""
}
