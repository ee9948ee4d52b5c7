package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/kelseyhightower/envconfig"
)

// maxSecretFile bounds what is read through a NAME_FILE variable, in bytes.
const maxSecretFile = 64 << 10

// problem is one thing wrong with the configuration.
type problem struct {
	Name  string // the variable
	Wrong string // what is wrong, never a secret
	Fix   string // what to do
}

func (p problem) String() string { return p.Name + " " + p.Wrong + ": " + p.Fix }

// settings is a configuration as it was read.
type settings struct {
	Config
	Problems []problem           // serve refuses to start with any
	Warnings []string            // said once at start
	Values   map[string]string   // what was given, by name; not the defaults
	Files    map[string]string   // the file a value came from, by name
	broken   map[string]struct{} // variables that already have a problem
}

// load reads the configuration from variables by name and checks it. An empty
// value counts as not set.
func load(given map[string]string) settings {
	s := settings{
		Values: map[string]string{},
		Files:  map[string]string{},
		broken: map[string]struct{}{},
	}
	for _, v := range variables() {
		s.pick(v.Name, given)
	}
	s.decode()
	s.check()
	s.warn(given)
	return s
}

// ours keeps of an environment (NAME=VALUE, as os.Environ gives it) what is
// set under our prefix.
func ours(environ []string) map[string]string {
	given := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, prefix) {
			given[name] = value
		}
	}
	return given
}

// pick takes a variable's value from NAME or from the file that NAME_FILE
// names.
func (s *settings) pick(name string, given map[string]string) {
	value, path := given[name], given[name+"_FILE"]
	switch {
	case value != "" && path != "":
		s.refuse(name, "and "+name+"_FILE are both set", "unset one of the two")
	case path != "":
		text, err := readSecretFile(path)
		if err != nil {
			s.refuse(name+"_FILE", "cannot be used: "+err.Error(), "name a readable file that holds the value alone")
			s.broken[name] = struct{}{}
			return
		}
		s.Values[name], s.Files[name] = text, path
	case strings.ContainsRune(value, 0):
		s.refuse(name, "holds a NUL byte", "give it as plain text")
	case value != "":
		s.Values[name] = value
	}
}

// readSecretFile gives a file's text without the line end that editors and
// `echo` leave behind.
func readSecretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(b), "\r\n")
	switch {
	case len(b) > maxSecretFile:
		return "", fmt.Errorf("%s is larger than %d bytes", path, maxSecretFile)
	case text == "":
		return "", fmt.Errorf("%s is empty", path)
	case strings.ContainsRune(text, 0):
		return "", fmt.Errorf("%s is not a text file", path)
	}
	return text, nil
}

// refuse notes a problem, one per variable: what follows from the first only
// hides it.
func (s *settings) refuse(name, wrong, fix string) {
	if _, twice := s.broken[name]; twice {
		return
	}
	s.broken[name] = struct{}{}
	s.Problems = append(s.Problems, problem{Name: name, Wrong: wrong, Fix: fix})
}

// processEnvironment guards the process's environment while it holds what
// envconfig is to read.
var processEnvironment sync.Mutex

// decode fills the Config by envconfig. It stops at the first value that does
// not parse, so that one is noted, taken out and the rest tried again.
func (s *settings) decode() {
	processEnvironment.Lock()
	defer processEnvironment.Unlock()
	defer lay(s.Values)()
	for {
		err := envconfig.Process("", &s.Config)
		if err == nil {
			return
		}
		bad, ok := errors.AsType[*envconfig.ParseError](err)
		if _, given := os.LookupEnv(keyOf(bad)); !ok || !given {
			// A default that does not parse; a test keeps that from shipping.
			s.refuse("the configuration", "cannot be read", err.Error())
			return
		}
		s.refuse(bad.KeyName, parseTrouble(bad), parseFix(bad))
		_ = os.Unsetenv(bad.KeyName)
	}
}

func keyOf(e *envconfig.ParseError) string {
	if e == nil {
		return ""
	}
	return e.KeyName
}

// lay makes the process's environment hold exactly the given values of our
// variables, and gives the function that puts back what was there.
func lay(values map[string]string) (restore func()) {
	before := map[string]string{}
	for _, v := range variables() {
		if old, ok := os.LookupEnv(v.Name); ok {
			before[v.Name] = old
		}
		put(v.Name, values)
	}
	return func() {
		for _, v := range variables() {
			put(v.Name, before)
		}
	}
}

func put(name string, values map[string]string) {
	value, ok := values[name]
	if !ok {
		_ = os.Unsetenv(name)
		return
	}
	_ = os.Setenv(name, value) // fails on NUL only, which pick refuses
}

// parseTrouble says why a value does not parse. Secrets are plain strings and
// always do, so the value may be shown.
func parseTrouble(e *envconfig.ParseError) string {
	if e.TypeName == "main.Severities" {
		return "cannot be read, " + e.Err.Error()
	}
	return fmt.Sprintf("is %q", e.Value)
}

func parseFix(e *envconfig.ParseError) string {
	switch e.TypeName {
	case "bool":
		return "write true or false"
	case "int":
		return "write a whole number"
	case "time.Duration":
		return "write a duration with its unit, such as " + (90 * time.Second).String()
	case "slog.Level":
		return "use debug, info, warn or error"
	case "main.Size":
		return "write a size with its unit, such as 256MiB or 3GiB"
	case "main.Severities":
		return "write NAME=SEVERITY items with severities 1 (worst) to 4, such as P1=1,high=2"
	}
	return "see the configuration guide"
}
