package incident

import (
	"fmt"
	"strings"
)

// evidenceList names the files of the incident by their hash, and messages that
// were marked, as far as their entries leave.
func (r RCA) evidenceList(b *strings.Builder) {
	if len(r.Evidence) == 0 {
		return
	}
	leaves := map[int]bool{}
	for _, e := range Outwards(r.Entries) {
		leaves[e.N] = !e.Withheld()
	}
	var lines []string
	for _, e := range r.Evidence {
		if leaves[e.Entry] && !e.Redacted {
			lines = append(lines, r.pieceLine(e))
		}
	}
	writeList(b, "Evidence", "pieces", lines)
}

func (r RCA) pieceLine(e Evidence) string {
	what := fmt.Sprintf("entry %d", e.Entry)
	switch {
	case e.Message():
	case e.File.SHA256 == "":
		what = cut(r.line(e.File.Name), bulletMax) + ", not kept"
	default:
		what = fmt.Sprintf("%s, %d bytes, SHA-256 `%s`", cut(r.line(e.File.Name), bulletMax), e.File.Size, e.File.SHA256)
	}
	state := ""
	if holder, given := e.Holder(); given {
		state += ", with " + r.person(holder.To)
	}
	if seal, sealed := e.Seal(); sealed {
		state += ", sealed by " + r.person(seal.By) + " at " + utc(seal.At) + " UTC"
	} else if e.Marked() {
		state += ", marked"
	}
	return fmt.Sprintf("- Evidence %d: %s%s\n", e.N, what, state)
}
