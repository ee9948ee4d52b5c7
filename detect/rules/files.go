package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"firebreak/detect/sigma"
)

// maxFile is the most bytes a file of rules or samples may have.
const maxFile = 64 << 20

// SamplesSuffixes end the names of the files of samples beside rules.
var SamplesSuffixes = []string{".test.yml", ".test.yaml"}

// kind is what a rule file is written in.
type kind int

const (
	kindSigma   kind = iota
	kindScript       // *.star
	kindProgram      // *.py, to be executed
	kindCommand      // detector.yml or NAME.detector.yml
)

// kindOf tells what kind of rule a file is by its name.
func kindOf(name string) kind {
	switch base := filepath.Base(name); {
	case base == "detector.yml" || strings.HasSuffix(base, ".detector.yml"):
		return kindCommand
	case filepath.Ext(base) == ".star":
		return kindScript
	case filepath.Ext(base) == ".py":
		return kindProgram
	}
	return kindSigma
}

// file is a rule file: one of the machine's, or one in what is shipped.
type file struct {
	name  string // for people
	in    fs.FS  // nil: the machine's own
	named bool   // it was named itself rather than found
}

func (f file) read() ([]byte, error) {
	if f.in != nil {
		return fs.ReadFile(f.in, strings.TrimPrefix(f.name, Builtin+":"))
	}
	return Read(f.name)
}

// errNone is the error for a path without rules.
var errNone = errors.New("there are no rules (*.yml, *.star, executable *.py)")

// find finds the rule files at paths, each once: paths in their order, what is
// in folders by name. Hidden folders and samples are no rules. A path without
// any is an error unless that is allowed. The word Builtin stands for what is
// shipped; a folder of that name is ./builtin.
func find(paths []string, ships fs.FS, mayBeEmpty bool) ([]file, error) {
	var files []file
	known := map[string]bool{} // the machine's own
	for _, path := range paths {
		if path == Builtin {
			more, err := shipped(ships)
			if err != nil {
				return nil, err
			}
			files = append(files, more...)
			continue
		}
		found := 0
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && name != path && strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			case d.IsDir() || name != path && !isRule(name, executable):
				return nil
			}
			found++
			if name = filepath.Clean(name); !known[name] {
				known[name] = true
				files = append(files, file{name: name, named: filepath.Clean(path) == name})
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		if found == 0 && !mayBeEmpty {
			return nil, fmt.Errorf("%w in %s", errNone, path)
		}
	}
	return files, nil
}

// Builtin stands for what is shipped, among paths and before its files' names.
const Builtin = "builtin"

// shipped finds the rule files that are shipped. None of them is a program.
func shipped(in fs.FS) ([]file, error) {
	if in == nil {
		return nil, nil
	}
	var files []file
	err := fs.WalkDir(in, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if isRule(name, func(string) bool { return false }) && kindOf(name) != kindCommand {
			files = append(files, file{name: Builtin + ":" + name, in: in})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the shipped rules: %w", err)
	}
	return files, nil
}

func isRule(name string, program func(string) bool) bool {
	switch filepath.Ext(name) {
	case ".yml", ".yaml":
		return !isSamples(name)
	case ".star":
		return true
	case ".py":
		return program(name)
	}
	return false
}

func isSamples(name string) bool {
	return slices.ContainsFunc(SamplesSuffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

// executable says whether somebody has marked a file as a program.
func executable(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// Read reads a file of rules or samples, which cannot be made to fill the
// memory.
func Read(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil && info.Size() <= maxFile {
		b.Grow(int(info.Size()) + bytes.MinRead)
	}
	if _, err = b.ReadFrom(io.LimitReader(f, maxFile+1)); err == nil && b.Len() > maxFile {
		err = fmt.Errorf("%s is longer than %d bytes", name, maxFile)
	}
	return b.Bytes(), err
}

// read is a file of Sigma rules that was read, or why it was not.
type read struct {
	sigma.File
	name string
	err  error
}

// readAhead is how many files are read by each core before their turn.
const readAhead = 4

// readAll reads files on all cores and gives them in their order.
func readAll(files []file) iter.Seq[read] {
	return func(yield func(read) bool) {
		cores := runtime.GOMAXPROCS(0)
		turns := make([]chan read, min(cores*readAhead, len(files)))
		for i := range turns {
			turns[i] = make(chan read, 1)
		}
		next := make(chan int, len(turns)) // has room for all that are ahead
		var reading sync.WaitGroup
		defer reading.Wait()
		defer close(next)
		for range cores {
			reading.Go(func() {
				for i := range next {
					turns[i%len(turns)] <- files[i].parse()
				}
			})
		}
		for i := range turns {
			next <- i
		}
		for i := range files {
			r := <-turns[i%len(turns)]
			if ahead := i + len(turns); ahead < len(files) {
				next <- ahead
			}
			if !yield(r) {
				return
			}
		}
	}
}

func (f file) parse() read {
	content, err := f.read()
	if err != nil {
		return read{name: f.name, err: err}
	}
	return read{File: sigma.ReadFile(f.name, content), name: f.name}
}
