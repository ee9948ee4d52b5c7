package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"firebreak/integrations/sandbox"
)

// form is a view as far as the story reads it.
type form struct {
	Callback string `json:"callback_id"`
	Blocks   []struct {
		ID string `json:"block_id"`
	}
}

// inForm fills fields, known by how their names begin, of the form that
// somebody has open, and sends it.
func (s *story) inForm(who, told, callback string, fields map[string]func() string) deed {
	find := func() (*sandbox.View, form) {
		for _, v := range s.sb.Slack.Screen(who) {
			var f form
			if json.Unmarshal(v.JSON, &f) == nil && f.Callback == callback {
				return &v, f
			}
		}
		return nil, form{}
	}
	d := deed{told: named(told), bot: true, until: "the form is open", seen: func() bool { v, _ := find(); return v != nil }}
	d.do = func() error {
		v, f := find()
		if v == nil {
			return fmt.Errorf("%s has no such form open", who)
		}
		values := map[string]string{}
		for _, b := range f.Blocks {
			for name, value := range fields {
				if b.ID == name || strings.HasPrefix(b.ID, name+"_") {
					values[b.ID] = value()
				}
			}
		}
		if err := v.Put(values); err != nil {
			return err
		}
		if shown := v.Submit(); shown != nil {
			return fmt.Errorf("the form says %v", shown)
		}
		return nil
	}
	return d
}
