package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"firebreak/bot"
	"firebreak/detect/behaviour"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// side is one of the two sets of rules.
type side struct {
	*program
	rules    *loaded
	run      *sigma.Run
	memory   *memory // nil without rules of behaviour
	keys     map[ruleSpot]string
	troubles map[string]int
	missed   int
}

// ruleSpot is where a rule stands.
type ruleSpot struct {
	file string
	line int
}

// register tells the comparison of all rules of a side.
func (s *side) register(n int, c *comparison, paths []string) error {
	heads := s.rules.Sigma.Rules()
	for _, d := range s.rules.Own {
		h := d.Head()
		content, err := readRule(h.File)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		h.Sum = hex.EncodeToString(sum[:16])
		heads = append(heads, h)
	}
	s.keys = ruleKeys(heads, paths)
	for _, h := range heads {
		c.rule(n, s.keys[ruleSpot{h.File, h.Line}], ruleInfo{h.ID, h.Title, h.Level, h.File, h.Sum, bot.RuleName(h)})
	}
	return nil
}

// ruleKeys says which rules of two sets are the same one: those of the same
// id; of those without, the ones in the same file as seen from the folder
// that was named, or in the only file on both sides. Several such rules of a
// file are told apart by their titles.
func ruleKeys(heads []sigma.Head, paths []string) map[ruleSpot]string {
	keys := map[ruleSpot]string{}
	nameless := map[string]map[int]bool{}
	files := map[string]bool{}
	for _, h := range heads {
		files[h.File] = true
		if h.ID == "" {
			if nameless[h.File] == nil {
				nameless[h.File] = map[int]bool{}
			}
			nameless[h.File][h.Line] = true
		}
	}
	taken := map[string]int{}
	for _, h := range heads {
		spot := ruleSpot{h.File, h.Line}
		if _, known := keys[spot]; known {
			continue // a part of the same rule
		}
		if h.ID != "" {
			keys[spot] = "id:" + strings.ToLower(h.ID)
			continue
		}
		key := "file:"
		if len(files) > 1 {
			key += within(h.File, paths)
		}
		if len(nameless[h.File]) > 1 {
			key += "#" + h.Title
		}
		if taken[key]++; taken[key] > 1 {
			key += fmt.Sprintf("#%d", taken[key])
		}
		keys[spot] = key
	}
	return keys
}

// within is a file's name as seen from the folder that was named.
func within(file string, paths []string) string {
	if shipped, ok := shippedFile(file); ok {
		return shipped
	}
	for _, path := range paths {
		if rel, err := filepath.Rel(filepath.Clean(path), file); err == nil && filepath.IsLocal(rel) && rel != "." {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(file)
}

// watch gives the side rules of behaviour.
func (s *side) watch(n int, c *comparison, rules []behaviour.Rule, places behaviour.Places) error {
	s.memory = newMemory(behaviour.NewWatch(rules, places))
	for _, r := range rules {
		content, err := json.Marshal(r)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		c.rule(n, behaviourKey(r.ID), ruleInfo{id: r.ID, title: r.Title, level: r.Level, sum: hex.EncodeToString(sum[:16]), stored: r.ID})
	}
	return nil
}

func behaviourKey(id string) string { return "behaviour:" + id }

// own tries the side's rules in own code on a batch.
func (s *side) own(batch []own.Event, say func(string, ...any)) []sigma.Detection {
	var found []sigma.Detection
	for i, result := range s.rules.examine(s.program, batch) {
		found = append(found, result.Found...)
		s.missed += result.Missed
		file := s.rules.Own[i].Head().File
		for _, trouble := range result.Troubles {
			if s.troubles[file]++; s.troubles[file] <= maxTroubles {
				say("%v", trouble)
			}
		}
	}
	for _, line := range s.rules.heard.take() {
		say("%s", line)
	}
	return found
}

// finding is a detection of a rule over events.
func (s *side) finding(d sigma.Detection) finding {
	f := finding{rule: s.keys[ruleSpot{d.Rule.File, d.Rule.Line}], at: d.At, group: groupText(d.Group), about: d.Group, count: d.Count, first: d.Event}
	if len(d.Evidence) > 0 {
		f.first = d.Evidence[0]
	}
	f.places = slices.Clone(d.Evidence[:min(len(d.Evidence), maxPlaces)])
	return f
}

func groupText(group map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(group)) {
		parts = append(parts, name+"="+group[name])
	}
	return strings.Join(parts, " ")
}

// behaved is a detection of a rule of behaviour.
func (s *side) behaved(d incident.Detection) finding {
	about := map[string]string{string(d.Group.Type): d.Group.Value}
	f := finding{rule: behaviourKey(d.Rule), at: d.At, group: groupText(about), about: about, count: d.Count}
	for _, id := range d.Evidence[:min(len(d.Evidence), maxPlaces)] {
		f.places = append(f.places, placeOf(id))
	}
	if len(f.places) > 0 {
		f.first = f.places[0]
	}
	return f
}
