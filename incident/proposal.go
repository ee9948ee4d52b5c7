package incident

// Judged is a detection with its newest verdict.
type Judged struct {
	Detection
	Verdict Verdict
}

// Advice is what is to be done about a rule.
type Advice string

// The advices.
const (
	AdviceTune    Advice = "tune"    // it is mostly wrong, and one group causes much of that
	AdviceRetire  Advice = "retire"  // it is mostly wrong, and no one group causes it
	AdviceRelease Advice = "release" // it proved itself in shadow
	AdviceJudge   Advice = "judge"   // it finds much, and nobody says whether that is right
)

// Bounds of the advices.
const (
	enoughVerdicts = 5
	mostlyWrong    = 0.5 // above the upper bound
	trusted        = 0.8 // below the lower bound
	unjudged       = 20  // detections that nobody judged
	oneCause       = 2   // false positives of one group
)

// Proposal is an advice about a rule, with the record it follows from.
type Proposal struct {
	Record
	Advice Advice
	Group  Entity // tune: whose exception would remove Removed false positives and no confirmed one
	// Removed is how many of the false positives are about Group.
	Removed int
}

// Propose gives what a rule's record calls for, if anything. judged are its
// detections that have a verdict; a group is named only if namable says that
// its readers may know of it.
func Propose(r Record, judged []Judged, namable func(Judged) bool) (Proposal, bool) {
	p := Proposal{Record: r}
	low, high := Wilson(r.Confirmed, r.Judged())
	switch enough := r.Judged() >= enoughVerdicts; {
	case enough && high < mostlyWrong:
		p.Advice = AdviceRetire
		if group, n := commonCause(judged, namable); n >= oneCause {
			p.Advice, p.Group, p.Removed = AdviceTune, group, n
		}
	case enough && r.OnTrial && low > trusted:
		p.Advice = AdviceRelease
	case r.Judged() == 0 && r.Found() > unjudged:
		p.Advice = AdviceJudge
	}
	return p, p.Advice != ""
}

// commonCause gives the group with most false positives, of those that have
// no confirmed detection.
func commonCause(judged []Judged, namable func(Judged) bool) (Entity, int) {
	confirmed, wrong := map[Entity]bool{}, map[Entity]int{}
	var order []Entity // in which they come, so that the answer is always the same
	for _, j := range judged {
		switch {
		case j.Verdict.Confirmed:
			confirmed[j.Group] = true
		case j.Group != (Entity{}) && namable(j):
			if wrong[j.Group] == 0 {
				order = append(order, j.Group)
			}
			wrong[j.Group]++
		}
	}
	best := Entity{}
	for _, g := range order {
		if !confirmed[g] && wrong[g] > wrong[best] {
			best = g
		}
	}
	return best, wrong[best]
}
