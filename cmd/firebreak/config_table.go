package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// configCmd prints what serve would run with.
type configCmd struct{}

// Run always answers: what is wrong goes to standard error beside the table.
func (configCmd) Run(p *program) error {
	s := load(ours(p.environ))
	s.report(p.stderr)
	return writeConfigTable(p.stdout, s)
}

// report says the warnings and the problems, one line each.
func (s *settings) report(w io.Writer) {
	for _, warning := range s.Warnings {
		fmt.Fprintln(w, "firebreak: warning:", oneLine(warning))
	}
	for _, p := range s.Problems {
		fmt.Fprintln(w, "firebreak:", oneLine(p.String()))
	}
}

func writeConfigTable(w io.Writer, s settings) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "VARIABLE\tDEFAULT\tVALUE")
	for _, v := range variables() {
		fmt.Fprintf(tw, "%s\t%s\t%s\n", v.Name, v.defaultText(), visible(s.shown(v)))
	}
	return tw.Flush()
}

func (v variable) defaultText() string {
	switch {
	case v.Required:
		return "required"
	case v.Default == "":
		return "-"
	}
	return v.Default
}

// shown is a variable's present value as anybody may see it.
func (s *settings) shown(v variable) string {
	value, set := s.Values[v.Name]
	switch {
	case !set && v.Default == "":
		return "-"
	case !set:
		return v.Default
	case v.Secret:
		value = masked
	default:
		value = withoutPassword(value)
	}
	if path, ok := s.Files[v.Name]; ok {
		value += " (from " + path + ")"
	}
	return value
}

// withoutPassword masks what stands between :// and @ of a URL: a
// DATABASE_URL of another program may have been given.
func withoutPassword(value string) string {
	scheme, rest, isURL := strings.Cut(value, "://")
	at := strings.LastIndex(rest, "@")
	if !isURL || at < 0 {
		return value
	}
	return scheme + "://" + masked + rest[at:]
}

// configMarkdown is the table of the configuration guide.
func configMarkdown() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, v := range variables() {
		def := v.defaultText()
		switch def {
		case "-":
			def = ""
		case "required":
		default:
			def = "`" + def + "`"
		}
		meaning := v.Meaning
		if v.Later {
			meaning += " *(comes later)*"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", v.Name, def, meaning)
	}
	return b.String()
}
