package bot

import (
	"strings"
	"unicode"

	"firebreak/incident"
)

// UsageError says why a command was not understood. Nothing has been changed.
type UsageError struct {
	Verb    string // the command meant, as far as it is known
	Form    string // its full form, such as "sev N"; empty when no command is known
	Reason  string // for data.refused: "no such command", "wrong arguments" or "comes later"
	Message string // the answer for the person: mrkdwn, their own words in it escaped
	Later   bool   // the command is promised, but not there yet
}

func (e *UsageError) Error() string { return e.Reason }

// longestEcho is how many characters of what somebody typed are shown back.
const longestEcho = 60

// code shows back what somebody typed, as code that nothing in it can end.
func code(typed string) string {
	s := strings.Join(strings.Fields(incident.SlackPlain(typed, nil)), " ")
	s = strings.ReplaceAll(cut(s, longestEcho), "`", "'")
	return "`" + incident.SlackText(s) + "`"
}

// do shows a command as it is to be typed.
func (p parser) do(command string) string {
	return code(p.slash + " " + command)
}

// refuse answers with what was typed, what is wrong with it, and what to do.
func (p parser) refuse(f form, wrong, advice string) *UsageError {
	typed := code(p.slash + " " + p.text)
	return &UsageError{
		Verb: f.words, Form: f.String(), Reason: "wrong arguments",
		Message: typed + " changed nothing: " + wrong + ". " + advice,
	}
}

// comesLater answers to a command that is promised only.
func (p parser) comesLater(f form) *UsageError {
	return &UsageError{
		Verb: f.words, Form: f.String(), Reason: "comes later", Later: true,
		Message: p.do(f.words) + " comes later: " + f.help + ". Nothing was changed.",
	}
}

// misused answers to a known command with arguments that are none of its
// own.
func (p parser) misused(f form, body string, err error) *UsageError {
	if better := p.corrected(body, f.words+" "); better != "" {
		return p.refuse(f, err.Error(), "Did you mean "+better+"?")
	}
	return p.refuse(f, err.Error(), "Use "+p.ways(f.words)+".")
}

// unknown answers to words that no command begins with.
func (p parser) unknown(body string) *UsageError {
	first, more := cutWord(body)
	wrong, advice := "there is no such command", p.do("help")+" lists what there is."
	better, family := p.corrected(body, ""), p.ways(strings.ToLower(first))
	switch {
	case body == "":
		wrong, advice = "it says nothing to do", "Use for example "+p.do(p.incident.String()+" status")+". "+advice
	case better != "":
		advice = "Did you mean " + better + "? " + advice
	case family != "" && blank(more):
		wrong, advice = "more must follow", "Use "+family+"."
	case family != "":
		advice = "Use " + family + "."
	}
	e := p.refuse(form{}, wrong, advice)
	e.Reason = "no such command"
	return e
}

// ways lists the forms of a command and of those that begin with it, as far
// as they work already.
func (p parser) ways(words string) string {
	var ways []string
	for _, f := range forms {
		if !f.later && (f.words == words || strings.HasPrefix(f.words, words+" ")) {
			ways = append(ways, p.to(f, f.String()))
		}
	}
	if len(ways) < 2 {
		return strings.Join(ways, "")
	}
	last := len(ways) - 1
	return strings.Join(ways[:last], ", ") + " or " + ways[last]
}

// to shows a command of form f as it is to be typed here, with the incident's
// number in front if one was given.
func (p parser) to(f form, command string) string {
	if p.incident != 0 && !f.anywhere {
		command = p.incident.String() + " " + command
	}
	return p.do(command)
}

// corrected gives the command nearest to what was typed, of those that begin
// with family, with the rest as the person wrote it, or "" when none is near.
func (p parser) corrected(body, family string) string {
	best, bestForm, bestRest := 3, form{}, ""
	for _, f := range forms {
		if f.later || !strings.HasPrefix(f.words, family) {
			continue
		}
		typed, rest := firstWords(body, strings.Count(f.words, " ")+1)
		d := distance(strings.ToLower(typed), f.words)
		if d > 0 && d < best && 3*d <= len(f.words)+1 {
			best, bestForm, bestRest = d, f, rest
		}
	}
	if bestForm.words == "" {
		return ""
	}
	if c := (Command{}); bestForm.read(&c, bestRest) != nil {
		return p.to(bestForm, bestForm.String())
	}
	return p.to(bestForm, bestForm.words+bestRest)
}

// firstWords divides s behind its first n words.
func firstWords(s string, n int) (words, rest string) {
	rest = s
	var ws []string
	for range n {
		var w string
		w, rest = cutWord(strings.TrimLeftFunc(rest, unicode.IsSpace))
		ws = append(ws, w)
	}
	return strings.TrimSpace(strings.Join(ws, " ")), rest
}

// distance is how many letters must be inserted, removed, replaced or swapped
// with their neighbour to make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 2*len(y)+2 {
		return len(x) // far enough; what people paste may be long
	}
	var before, last []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before, last = last, row
		row = make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			change := 1
			if x[i] == y[j] {
				change = 0
			}
			row[j+1] = min(last[j]+change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(y)]
}
