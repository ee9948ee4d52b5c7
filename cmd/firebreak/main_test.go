package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this test binary be the firebreak program: for the scripts,
// and for tests that must kill a real process. In scripts, seed FILE writes a
// database, seedevidence FILE one with evidence; floor FILE is the least that a start has to do (BenchmarkRecovery).
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"firebreak": func() {
			os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
		},
		"seed": func() {
			if err := seed(context.Background(), os.Args[1]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(exitFailed)
			}
		},
		"seedevidence": func() {
			if err := seedEvidence(context.Background(), os.Args[1]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(exitFailed)
			}
		},
		"floor": func() {
			if err := floor(context.Background(), os.Args[1]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(exitFailed)
			}
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}
