package rules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"firebreak/detect/child"
	"firebreak/detect/own"
	"firebreak/detect/script"
	"firebreak/detect/sigma"
)

// Options say which rules are loaded and how.
type Options struct {
	Shipped fs.FS          // what the word Builtin stands for; nil: no rules
	Mapping *sigma.Mapping // nil: the shipped one
	// Exec lets programs run that were only found in a folder, which may be
	// anybody's. One that was named itself has been chosen.
	Exec bool
	// Consent says how that is allowed, for whom it was not; "": by an option
	// of the command line.
	Consent string
	Environ []string // firebreak's own, of which programs are given very little
	// Script says which program runs a script; nil: it is run in this process,
	// where nothing bounds the memory it takes.
	Script func(file string) (child.Spec, error)
	// Stderr is given what programs write to standard error; nil: it is
	// thrown away.
	Stderr func(file, line string)
}

// Set is the rules that were loaded together. It must be ended.
type Set struct {
	Sigma   *sigma.Set
	Own     []own.Detector
	Files   []string // that were read, in order
	Refused []string // file, line and reason of each rule that was refused
	Notes   []string // what is likely not meant
	shadow  map[string]bool
}

// Load loads the rules at paths, files and folders. Its error is that of
// wrong paths.
func Load(ctx context.Context, paths []string, o Options) (*Set, error) {
	files, err := find(paths, o.Shipped, false)
	if err != nil {
		return nil, err
	}
	return load(ctx, files, o)
}

// loader loads rules.
type loader struct {
	Options
	ctx context.Context
	set *Set
}

func load(ctx context.Context, files []file, o Options) (*Set, error) {
	if o.Mapping == nil {
		m, err := sigma.Builtin()
		if err != nil {
			return nil, err
		}
		o.Mapping = m
	}
	l := &loader{Options: o, ctx: ctx, set: &Set{}}
	l.sigma(files)
	files = slices.DeleteFunc(slices.Clone(files), func(f file) bool { return kindOf(f.name) == kindSigma })
	for i, started := range l.start(files) {
		err := started.err
		if err == nil {
			err = l.adopt(started.Detector)
		}
		if err != nil {
			l.refuse(files[i].name, err)
		}
	}
	return l.set, nil
}

// startsAtOnce bounds how many rules in own code are started side by side: one
// that hangs must not hold up all others.
const startsAtOnce = 8

// started is a rule in own code, or why it is none.
type started struct {
	own.Detector
	err error
}

func (l *loader) start(files []file) []started {
	all := make([]started, len(files))
	slots := make(chan struct{}, startsAtOnce)
	var starting sync.WaitGroup
	for i, f := range files {
		slots <- struct{}{}
		starting.Go(func() {
			defer func() { <-slots }()
			all[i].Detector, all[i].err = l.own(f)
		})
	}
	starting.Wait()
	return all
}

// sigma loads the Sigma rules.
func (l *loader) sigma(files []file) {
	loader := sigma.NewLoader(l.Mapping)
	for _, f := range files {
		l.set.Files = append(l.set.Files, f.name)
	}
	for r := range readAll(slices.DeleteFunc(slices.Clone(files), func(f file) bool { return kindOf(f.name) != kindSigma })) {
		if r.err != nil {
			loader.Unreadable(r.name, r.err)
			continue
		}
		loader.AddFile(r.File)
	}
	l.set.Sigma = loader.Set()
	for _, r := range l.set.Sigma.Refused() {
		l.set.Refused = append(l.set.Refused, r.String())
	}
	for _, r := range l.set.Sigma.Notes() {
		l.set.Notes = append(l.set.Notes, r.String())
	}
}

// refuse says why a rule in own code is not there.
func (l *loader) refuse(name string, err error) {
	reason := strings.TrimPrefix(err.Error(), name+":") // a script's error has its line
	if reason == err.Error() {
		reason = " " + reason
	}
	l.set.Refused = append(l.set.Refused, name+":"+reason)
}

// own loads a rule in the user's own code.
func (l *loader) own(f file) (own.Detector, error) {
	k := kindOf(f.name)
	if k == kindScript {
		content, err := f.read()
		if err != nil {
			return nil, err
		}
		if l.Script == nil || f.in != nil {
			return script.Load(l.ctx, f.name, content)
		}
		return l.apart(f.name, content)
	}
	if !l.Exec && !f.named {
		// A program that was only found.
		return nil, errors.New("is a program of its own: " + cmp.Or(l.Consent, "it is run with --exec, or when it is named itself"))
	}
	spec, err := l.spec(f.name, k)
	if err != nil {
		return nil, err
	}
	if l.Stderr != nil {
		spec.Stderr = func(line string) { l.Stderr(f.name, line) }
	}
	return child.Start(l.ctx, spec)
}

// apart runs a script in a process of its own.
func (l *loader) apart(name string, content []byte) (own.Detector, error) {
	if err := script.Check(name, content); err != nil {
		return nil, err
	}
	spec, err := l.Script(name)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	said := ""
	spec.Stderr = func(line string) {
		mu.Lock()
		defer mu.Unlock()
		if said == "" {
			said = line
		}
	}
	d, err := child.Start(l.ctx, spec)
	if err != nil {
		mu.Lock()
		defer mu.Unlock()
		if said != "" { // what is wrong with the script
			return nil, errors.New(strings.ReplaceAll(strings.TrimPrefix(said, "firebreak: "), spec.Command[len(spec.Command)-1], name))
		}
		return nil, err
	}
	return d, nil
}

func (l *loader) spec(name string, k kind) (child.Spec, error) {
	if k == kindCommand {
		content, err := Read(name)
		if err != nil {
			return child.Spec{}, err
		}
		return child.ReadSpec(name, content, l.Environ)
	}
	if !executable(name) {
		return child.Spec{}, errors.New("is not executable: chmod +x makes it a rule")
	}
	return child.Executable(name, l.Environ)
}

// adopt takes a rule in, unless its id is taken.
func (l *loader) adopt(d own.Detector) error {
	head := d.Head()
	taken := func(id, file string) error {
		if head.ID == "" || !strings.EqualFold(id, head.ID) {
			return nil
		}
		d.End()
		return fmt.Errorf("the id is that of %s as well", file)
	}
	for _, other := range l.set.Sigma.Rules() {
		if err := taken(other.ID, other.File); err != nil {
			return err
		}
	}
	for _, other := range l.set.Own {
		if err := taken(other.Head().ID, other.Head().File); err != nil {
			return err
		}
	}
	l.set.Own = append(l.set.Own, d)
	return nil
}

// End ends whatever runs.
func (s *Set) End() {
	var ending sync.WaitGroup
	for _, d := range s.Own {
		ending.Go(d.End)
	}
	ending.Wait()
}

// Len is how many rules tell something themselves.
func (s *Set) Len() int {
	n := len(s.Own)
	for _, h := range s.Sigma.Rules() {
		if !h.Silent {
			n++
		}
	}
	return n
}
