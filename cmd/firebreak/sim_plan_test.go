package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A simulated day is a plan made from its seed alone: what people, vendors
// and the network do, and when. What a step is done to is chosen when its
// time has come, by the dice that lie in it, among what is there then.

// simStep is one thing that happens.
type simStep struct {
	at   time.Duration // since the day began
	verb string        // in simVerbs
	dice [4]uint32
}

// pick chooses one of n things with one of the dice.
func (s simStep) pick(die, n int) int { return int(s.dice[die] % uint32(n)) }

// upTo is a time between low and high.
func (s simStep) between(die int, low, high time.Duration) time.Duration {
	return low + time.Duration(float64(high-low)*float64(s.dice[die])/float64(1<<32))
}

func (s simStep) String() string { return fmt.Sprintf("%s %s %v", s.at, s.verb, s.dice) }

// simPlan is a whole day.
type simPlan struct {
	seed  uint64
	hours float64
	lag   time.Duration // of every call, before and after its effect
	steps []simStep
}

func (p simPlan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, %g hours, lag %s\n", p.seed, p.hours, p.lag)
	for _, s := range p.steps {
		fmt.Fprintln(&b, s)
	}
	return b.String()
}

// How much happens in a day, whatever its length: a short day is a dense one.
const (
	simActs   = 150
	simFaults = 45
	// simBursts of an act follow at once or nearly: people type at the same
	// time and events overtake each other.
	simBursts = 0.4
)

// newSimPlan makes the plan of a seed. Equal arguments give equal plans.
func newSimPlan(seed uint64, hours float64) simPlan {
	rng := rand.New(rand.NewPCG(seed, 0x73696d))
	day := time.Duration(hours * float64(time.Hour))
	p := simPlan{seed: seed, hours: hours, lag: time.Duration(rng.IntN(4)) * 40 * time.Millisecond}
	add := func(at time.Duration, verb string) {
		s := simStep{at: at.Truncate(time.Millisecond), verb: verb}
		for i := range s.dice {
			s.dice[i] = rng.Uint32()
		}
		p.steps = append(p.steps, s)
	}
	add(time.Second, "page")
	acts, faults := simDeck(simActsTable), simDeck(simFaultsTable)
	for at, n := time.Duration(0), 0; n < simActs; n++ {
		if rng.Float64() < simBursts {
			at += time.Duration(rng.IntN(1500)) * time.Millisecond
		} else {
			at = time.Duration(rng.Int64N(int64(day)))
		}
		add(at, acts[rng.IntN(len(acts))])
	}
	for range simFaults {
		at, verb := time.Duration(rng.Int64N(int64(day))), faults[rng.IntN(len(faults))]
		add(at, verb)
		if end, ok := simEnds[verb]; ok {
			// Most troubles are short, some last for hours.
			long := time.Duration(float64(day) / 4 * rng.Float64() * rng.Float64() * rng.Float64())
			add(at+5*time.Second+long, end)
		}
	}
	slices.SortStableFunc(p.steps, func(a, b simStep) int { return cmp.Compare(a.at, b.at) })
	return p
}

// simDeed is a verb: how often it comes among its like, and what it does.
type simDeed struct {
	verb   string
	weight int
	do     func(*sim, simStep)
}

// simDeck is a deck of cards to draw verbs from.
func simDeck(table []simDeed) (deck []string) {
	for _, w := range table {
		deck = append(deck, slices.Repeat([]string{w.verb}, w.weight)...)
	}
	return deck
}

var simActsTable = []simDeed{
	{"page", 5, (*sim).page},
	{"page storm", 1, (*sim).page},
	{"page acknowledged", 2, (*sim).page},
	{"page resolved", 2, (*sim).page},
	{"page reopened", 1, (*sim).page},
	{"page escalated", 1, (*sim).page},
	{"page noted", 2, (*sim).page},
	{"page priority", 1, (*sim).page},
	{"page urgency", 1, (*sim).page},
	{"page merged", 1, (*sim).page},
	{"say", 22, (*sim).talk},
	{"reply", 9, (*sim).talk},
	{"broadcast", 3, (*sim).talk},
	{"edit", 9, (*sim).talk},
	{"edit twice", 3, (*sim).talk},
	{"delete", 5, (*sim).talk},
	{"react", 12, (*sim).talk},
	{"upload", 3, (*sim).talk},
	{"unfurl", 2, (*sim).talk},
	{"topic", 1, (*sim).talk},
	{"leave", 1, (*sim).talk},
	{"alert", 6, (*sim).alert},
	{"note", 5, (*sim).command},
	{"task add", 5, (*sim).command},
	{"task done", 4, (*sim).command},
	{"task reopen", 2, (*sim).command},
	{"severity", 3, (*sim).command},
	{"lead", 2, (*sim).command},
	{"mistyped", 2, (*sim).command},
	{"status", 2, (*sim).command},
	{"close", 2, (*sim).command},
	{"reopen", 2, (*sim).command},
	{"rca set", 2, (*sim).command},
	{"rca publish", 1, (*sim).command},
	{"open", 1, (*sim).command},
	{"ack", 1, (*sim).command},
	{"split", 2, (*sim).command},
	{"click", 3, (*sim).click},
	{"issue closed", 4, (*sim).issue},
	{"issue reopened", 3, (*sim).issue},
	{"issue commented", 1, (*sim).issue},
	{"issue retitled", 1, (*sim).issue},
}

var simFaultsTable = []simDeed{
	{"deliver twice", 6, (*sim).deliver},
	{"deliver late", 6, (*sim).deliver},
	{"deliver never", 4, (*sim).deliver},
	{"deliver lost", 5, (*sim).deliver},
	{"drop sockets", 2, (*sim).trouble},
	{"disconnect", 4, (*sim).trouble},
	{"pings stop", 1, (*sim).trouble},
	{"freeze", 1, (*sim).trouble},
	{"ghost", 1, (*sim).trouble},
	{"jitter", 2, (*sim).trouble},
	{"hold", 1, (*sim).trouble},
	{"connect refused", 1, (*sim).trouble},
	{"call spoilt", 16, (*sim).spoil},
	{"pagerduty down", 2, (*sim).trouble},
	{"gitlab down", 2, (*sim).trouble},
	{"slack down", 1, (*sim).trouble},
	{"bot stopped", 2, (*sim).life},
	{"bot killed", 4, (*sim).life},
}

// simDeeds is every verb by its name, also those that only end a trouble.
func simDeeds() map[string]func(*sim, simStep) {
	deeds := map[string]func(*sim, simStep){}
	for _, d := range slices.Concat(simActsTable, simFaultsTable) {
		deeds[d.verb] = d.do
	}
	for begin, end := range simEnds {
		deeds[end] = deeds[begin]
	}
	return deeds
}

// simEnds are the troubles that last, and what ends them.
var simEnds = map[string]string{
	"pings stop":     "pings start",
	"jitter":         "jitter ends",
	"hold":           "release",
	"pagerduty down": "pagerduty up",
	"gitlab down":    "gitlab up",
	"slack down":     "slack up",
	"bot stopped":    "bot started",
	"bot killed":     "bot started",
}
