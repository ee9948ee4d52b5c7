package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"firebreak/detect/child"
	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/rules"
	scripted "firebreak/detect/script"
)

// detectScriptCmd is a script as a program of its own: it speaks the protocol
// of docs/guide/own-detectors.md. The bot runs scripts like that, because no
// limit on steps keeps one from taking memory; what a process takes is bounded
// by the system.
type detectScriptCmd struct {
	File string `arg:"" help:"The script."`
}

// Run answers until its input ends.
func (c detectScriptCmd) Run(p *program) error {
	if err := child.LimitSelf(scriptMemory); err != nil {
		return fmt.Errorf("limit the memory: %w", err)
	}
	content, err := rules.Read(c.File)
	if err != nil {
		return err
	}
	rule, err := scripted.Load(p.ctx, c.File, content)
	if err != nil {
		return err
	}
	h := scriptHost{program: p, rule: rule, out: bufio.NewWriter(p.stdout)}
	head := rule.Head()
	err = h.say(map[string]any{
		"type": "hello", "firebreak": child.Version,
		"rule": own.Declaration{ID: head.ID, Title: head.Title, Level: head.Level, Tags: head.Tags, Type: own.TypeEvent},
	})
	if err == nil {
		err = h.out.Flush()
	}
	if err != nil {
		return err
	}
	return h.listen(bufio.NewReaderSize(p.stdin, 64<<10))
}

// scriptMemory is how much more address space than at its start a script may
// take, in bytes.
const scriptMemory = 256 << 20

// scriptProgram runs a script by this very program, at path self.
func scriptProgram(self string) func(file string) (child.Spec, error) {
	if self == "" {
		return nil
	}
	return func(file string) (child.Spec, error) {
		path, err := filepath.Abs(file)
		if err != nil {
			return child.Spec{}, fmt.Errorf("find it: %w", err)
		}
		limits := child.DefaultLimits()
		limits.Event, limits.Memory = 2*scripted.MaxTime, 8<<30 // it limits itself, once it knows what it has
		return child.Spec{
			File: file, Dir: filepath.Dir(path), Command: []string{self, "detect", "script", path},
			Env: []string{"GOMEMLIMIT=128MiB", "GOMAXPROCS=2"}, Limits: limits,
		}, nil
	}
}

// scriptHost is a script that is asked over standard input.
type scriptHost struct {
	*program
	rule *scripted.Rule
	out  *bufio.Writer
}

// scriptLine is a line that the script is asked by.
type scriptLine struct {
	Type  string          `json:"type"`
	ID    int64           `json:"id"`
	Event json.RawMessage `json:"event"`
	Sync  int64           `json:"sync"`
}

func (h scriptHost) listen(in *bufio.Reader) error {
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what is asked: %w", err)
		}
		var asked scriptLine
		if err := json.Unmarshal(line, &asked); err != nil {
			return fmt.Errorf("read what is asked: %w", err)
		}
		switch asked.Type {
		case "event":
			err = h.examine(asked)
		case "sync":
			if err = h.say(map[string]any{"type": "done", "sync": asked.Sync}); err == nil {
				err = h.out.Flush()
			}
		}
		if err != nil {
			return err
		}
	}
}

func (h scriptHost) examine(asked scriptLine) error {
	ev, err := event.Decode(asked.Event)
	if err != nil {
		return h.say(map[string]any{"type": "error", "event": asked.ID, "message": err.Error()})
	}
	result := h.rule.Examine(h.ctx, []own.Event{{Event: ev, Place: correlate.Place{Line: asked.ID}}})
	for _, trouble := range result.Troubles {
		if err := h.say(map[string]any{"type": "error", "event": asked.ID, "message": trouble.Reason}); err != nil {
			return err
		}
	}
	for _, found := range result.Found {
		if err := h.say(map[string]any{"type": "detection", "event": asked.ID, "group": found.Group}); err != nil {
			return err
		}
	}
	return nil
}

func (h scriptHost) say(message map[string]any) error {
	b, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if _, err := h.out.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}
