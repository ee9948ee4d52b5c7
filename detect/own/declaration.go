package own

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"firebreak/detect/sigma"
)

// Limits on what a rule says about itself, as Sigma rules have them.
const (
	maxName = 1024 // bytes of an id or a title
	maxTag  = 256  // bytes of a tag
	maxTags = 200
)

// The types of rules: on each event for itself, and on what several events
// are together.
const (
	TypeEvent       = "event"
	TypeCorrelation = "correlation"
)

// Declaration is what a rule says about itself.
type Declaration struct {
	ID    string   `json:"id"`
	Title string   `json:"title"` // empty stands for the file's name
	Level string   `json:"level"` // empty or one of sigma.Levels
	Tags  []string `json:"tags"`
	Type  string   `json:"type"` // empty stands for TypeEvent
}

// Head checks the declaration of the rule in a file.
func (d Declaration) Head(file string) (sigma.Head, error) {
	h := sigma.Head{
		ID: strings.TrimSpace(d.ID), Title: strings.TrimSpace(d.Title), Level: strings.ToLower(strings.TrimSpace(d.Level)),
		Tags: d.Tags, File: file, Line: 1, Correlation: d.Type == TypeCorrelation,
	}
	if h.Title == "" {
		h.Title = Stem(file)
	}
	switch {
	case !sound(h.ID, maxName) || !sound(h.Title, maxName):
		return h, fmt.Errorf("the id and the title have at most %d bytes", maxName)
	case h.Level != "" && !slices.Contains(sigma.Levels, h.Level):
		return h, fmt.Errorf("the level %.80q is none of %s", d.Level, strings.Join(sigma.Levels, ", "))
	case d.Type != "" && d.Type != TypeEvent && d.Type != TypeCorrelation:
		return h, fmt.Errorf("the type %.80q is neither %s nor %s", d.Type, TypeEvent, TypeCorrelation)
	case len(h.Tags) > maxTags:
		return h, fmt.Errorf("there are more than %d tags", maxTags)
	}
	for _, tag := range h.Tags {
		if tag == "" || !sound(tag, maxTag) {
			return h, fmt.Errorf("a tag is a text of 1 to %d bytes", maxTag)
		}
	}
	return h, nil
}

func sound(text string, most int) bool { return len(text) <= most && utf8.ValidString(text) }

// Stem is the name of a rule's file without what tells its kind; that of a
// detector.yml is the name of its folder.
func Stem(file string) string {
	name := filepath.Base(file)
	if name == "detector.yml" {
		if name = filepath.Base(filepath.Dir(file)); name == "." || name == string(filepath.Separator) {
			return "detector"
		}
		return name
	}
	name = strings.TrimSuffix(name, ".detector.yml")
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// Limits on what a detection says.
const (
	maxGroup = 32   // entries
	maxKey   = 256  // bytes of an entry's name
	maxText  = 1024 // bytes of what it says
)

// Group bounds what a detection says it is about. A text that is too long is
// cut, not refused: whoever writes into a log must not be able to hide behind
// a long name.
func Group(group map[string]string) (map[string]string, error) {
	if len(group) > maxGroup {
		return nil, fmt.Errorf("a detection has more than %d entries", maxGroup)
	}
	bounded := map[string]string{}
	for key, text := range group {
		if key == "" || !sound(key, maxKey) {
			return nil, fmt.Errorf("the name of an entry is a text of 1 to %d bytes", maxKey)
		}
		bounded[key] = clip(text)
	}
	return bounded, nil
}

func clip(text string) string {
	if len(text) > maxText {
		text = text[:maxText] + "…"
	}
	return strings.ToValidUTF8(text, "")
}
