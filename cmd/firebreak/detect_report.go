package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// score is how a rule did on its samples.
type score struct {
	head           sigma.Head
	own            own.Detector // nil for a Sigma rule
	tp, fn, tn, fp int
	broken         int // samples that it could not be tried on
}

// report prints the table, rules in the order of their files.
func (t *trial) report(files []string, strict bool) error {
	rules, bare := 0, 0
	err := t.print(func(w io.Writer) error {
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "RESULT\tTP\tFN\tTN\tFP\tPRECISION\tRECALL\tRULE\tFILE")
		for _, file := range files {
			for _, sc := range t.scores[file] {
				if sc.head.Silent && sc.tp+sc.fn+sc.tn+sc.fp == 0 {
					continue // tried with the correlation it serves
				}
				rules++
				if sc.lacks() != "" {
					bare++
				}
				fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", sc.result(), sc.tp, sc.fn, sc.tn, sc.fp,
					share(sc.tp, sc.fp), share(sc.tp, sc.fn), oneLine(sc.head.Title), oneLine(file))
			}
		}
		return tw.Flush()
	})
	t.failed = t.failed || strict && bare > 0
	fmt.Fprintf(t.stderr, "firebreak: %s tried, %d refused, %d of them without malicious or benign samples\n", plural(rules, "rule"), len(t.rules.Refused), bare)
	return err
}

// result says in a word how the rule did.
func (sc *score) result() string {
	if sc.fn+sc.fp+sc.broken > 0 {
		return "FAIL"
	}
	if lacks := sc.lacks(); lacks != "" {
		return lacks
	}
	return "ok"
}

// lacks says which samples are missing.
func (sc *score) lacks() string {
	switch malicious, benign := sc.tp+sc.fn > 0, sc.tn+sc.fp > 0; {
	case !malicious && !benign:
		return "no samples"
	case !malicious:
		return "no malicious samples"
	case !benign:
		return "no benign samples"
	}
	return ""
}

// share is what part of right and wrong is right, - for nothing.
func share(right, wrong int) string {
	if right+wrong == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(right)/float64(right+wrong))
}
