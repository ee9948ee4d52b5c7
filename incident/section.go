package incident

import (
	"fmt"
	"strings"
)

// The sections of an RCA that people write.
const (
	SectionSummary      = "summary"
	SectionImpact       = "impact"
	SectionRootCause    = "root-cause"
	SectionContributing = "contributing"
	SectionRemediation  = "remediation"
	SectionLessons      = "lessons"
)

// SectionNames lists the sections in the order in which an RCA is read.
func SectionNames() []string {
	return []string{
		SectionSummary, SectionImpact, SectionRootCause,
		SectionContributing, SectionRemediation, SectionLessons,
	}
}

// ParseSection reads a section's name in any letter case.
func ParseSection(s string) (string, error) {
	for _, name := range SectionNames() {
		if strings.EqualFold(s, name) {
			return name, nil
		}
	}
	return "", fmt.Errorf("%q is not a section: use %s", s, strings.Join(SectionNames(), ", "))
}

// SectionTitle gives the heading of a section.
func SectionTitle(name string) string {
	switch name {
	case SectionSummary:
		return "Summary"
	case SectionImpact:
		return "Impact"
	case SectionRootCause:
		return "Root cause"
	case SectionContributing:
		return "Contributing factors"
	case SectionRemediation:
		return "Remediation"
	case SectionLessons:
		return "Lessons"
	}
	return name
}
