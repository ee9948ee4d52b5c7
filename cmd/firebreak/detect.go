package main

import (
	"fmt"

	"firebreak/detect/pack"
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
)

// detectCmd is about detection rules.
type detectCmd struct {
	Run  detectRunCmd  `cmd:"" help:"Run rules over log events."`
	Test detectTestCmd `cmd:"" help:"Try rules on their own malicious and benign samples."`

	Backtest detectBacktestCmd `cmd:"" help:"Compare what rules would find with what others find, on logs and stored alerts."`

	Script detectScriptCmd `cmd:"" hidden:"" help:"Be a script, for the bot."`
}

// readMapping is the shipped mapping with what the user adds.
func readMapping(files []string) (*sigma.Mapping, error) {
	m, err := sigma.Builtin()
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		content, err := rules.Read(file)
		if err != nil {
			return nil, usageError{err}
		}
		if err := m.Extend(file, content); err != nil {
			return nil, usageError{err}
		}
	}
	return m, nil
}

// ruleFlags are the options of all commands that load rules.
type ruleFlags struct {
	Mapping []string `sep:"none" help:"Add routes, names of fields and placeholders; may be repeated." placeholder:"FILE"`
	Exec    bool     `help:"Also run rules in folders that are programs (*.py, detector.yml)."`
	Stderr  bool     `help:"Show what such programs write to standard error."`
}

// loaded is the rules of a run or a trial. They must be ended.
type loaded struct {
	*rules.Set
	heard heard
}

// readRules loads the rules at paths, files and folders, and says on stderr
// what was refused.
func (p *program) readRules(paths []string, flags ruleFlags) (*loaded, error) {
	m, err := readMapping(flags.Mapping)
	if err != nil {
		return nil, err
	}
	l := &loaded{}
	o := rules.Options{Shipped: pack.FS(), Mapping: m, Exec: flags.Exec, Environ: p.environ}
	if flags.Stderr {
		o.Stderr = func(file, line string) { l.heard.add(file + ": " + line) }
	}
	if l.Set, err = rules.Load(p.ctx, paths, o); err != nil {
		return nil, usageError{err}
	}
	for _, refused := range l.Refused {
		fmt.Fprintln(p.stderr, "firebreak: refused", oneLine(refused))
	}
	for _, note := range l.Notes {
		fmt.Fprintln(p.stderr, "firebreak: note", oneLine(note))
	}
	for _, line := range l.heard.take() {
		fmt.Fprintln(p.stderr, "firebreak:", oneLine(line))
	}
	return l, nil
}
