package incident

import "maps"

// Field names one of the things that a task and its issue share.
type Field string

// The shared fields. The names are what people read.
const (
	FieldTitle  Field = "title"
	FieldState  Field = "state"
	FieldOwner  Field = "owner"
	FieldDue    Field = "due date"
	FieldLabels Field = "labels"
)

// Fields lists the shared fields in the order in which they are told.
func Fields() []Field {
	return []Field{FieldTitle, FieldState, FieldOwner, FieldDue, FieldLabels}
}

// Values is one side's fields, each as text that is only compared.
type Values map[Field]string

// Pair is one field on both sides. The sides need not be equal: a title goes
// out masked, a due time becomes a date, an owner an account or nobody.
type Pair struct{ Here, There string }

// Agreed is what both sides agreed on last, by field.
type Agreed map[Field]Pair

// Direction is what a three-way comparison says of one field.
type Direction string

// The directions. A field of which neither side has changed has none.
const (
	Settled  Direction = "settled"  // both sides say the same already
	Push     Direction = "push"     // only here has changed
	Pull     Direction = "pull"     // only there has changed
	Conflict Direction = "conflict" // both have, to different values: there wins
)

// Change is what is to be done about one field.
type Change struct {
	Field     Field
	Direction Direction
	Here      string // the task's value
	There     string // the value
	Send      string // what the task's value is there
}

// Merge compares a task with its issue, field by field, from what they agreed
// on. send gives a task's value as it would be written into the issue; it is
// asked only for fields that have changed here.
func Merge(base Agreed, here, there Values, send func(Field, string) string) []Change {
	var changes []Change
	for _, f := range Fields() {
		was, c := base[f], Change{Field: f, Here: here[f], There: there[f]}
		changedHere, changedThere := c.Here != was.Here, c.There != was.There
		c.Send = was.There
		if changedHere {
			c.Send = send(f, c.Here)
		}
		switch {
		case !changedHere && !changedThere:
			continue
		case changedHere && c.Send == c.There:
			c.Direction = Settled
		case !changedThere:
			c.Direction = Push
		case !changedHere:
			c.Direction = Pull
		default:
			c.Direction = Conflict
		}
		changes = append(changes, c)
	}
	return changes
}

// Echo takes into the agreement what was being written when the issue was
// last heard of and stands there now: it is our own edit that comes back, not
// somebody else's.
func (a Agreed) Echo(writing Agreed, there Values) Agreed {
	after := Agreed{}
	maps.Copy(after, a)
	for f, p := range writing {
		if there[f] == p.There {
			after[f] = p
		}
	}
	return after
}
