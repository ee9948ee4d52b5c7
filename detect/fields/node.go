package fields

import "strings"

// node is a place in the shape of events: a key below other keys. Lists are
// not part of a place: what stands in one stands where the list does.
type node struct {
	key    string // as it is written, without quotes
	kids   map[string]*node
	first  *node // the key that an object here began with last
	next   *node // the key that followed this one last
	places []place

	// What it is.
	takes  []take
	roots  []int32 // which roots an object here is
	path   int32   // which of the lifted paths it is, or 0; they count from 1 as roots do
	all    int32   // which of the lifted paths means all objects in it, or 0
	within int32   // of what node above it is one of all objects, or 0
	strict bool    // it means what it means only outside of lists
	wraps  bool    // it is an XML element's attributes
	watch  Watch   // the most of what it takes
	number uint32  // no other node has it, ever

	// What was seen.
	object uint64 // the object it stood in last
	event  uint64 // the event it stood in last
	values list
}

// take says that a node is what a name means. The least rank is what package
// event finds first.
type take struct {
	name int32
	rank int32
}

// Ranks within one root. Those of direct attributes hold only while the
// element has no #attributes.
const (
	rankFound = iota
	rankAttribute
	rankAtAttribute
	rankDirect
	rankAtDirect
	ranks = 8
)

// placeKind is how names are found below a place.
type placeKind uint8

const (
	inRoot       placeKind = iota // by the path
	inElement                     // by the element's name and an attribute's
	inAttributes                  // the same, below #attributes
)

// place is a node as it is seen from a root: the event itself (0) or what was
// lifted.
type place struct {
	root int32
	kind placeKind
	path string // within the root; of attributes: what stands before their names
}

// root is the shape's beginning.
func newRoot() *node { return &node{places: []place{{}}} }

// kid makes what is known of a key below a node.
func (l *Layout) kid(parent *node, key string) *node {
	n := &node{key: key, within: parent.all}
	if n.within > 0 {
		n.roots, n.strict = []int32{n.within}, true
	}
	for _, p := range parent.below() {
		switch p.kind {
		case inRoot:
			l.inRoot(n, p, key)
		case inElement:
			n.wraps = n.wraps || key == "#attributes"
			if key == "#attributes" {
				n.places = append(n.places, place{p.root, inAttributes, p.path})
			}
			n.attribute(l, p, key, rankDirect)
		case inAttributes:
			n.attribute(l, p, key, rankAttribute)
		}
	}
	for _, t := range n.takes {
		n.watch = max(n.watch, l.watched[t.name])
	}
	return n
}

// below gives the places that keys of an object here are seen from.
func (n *node) below() []place {
	all := n.places
	for _, root := range n.roots {
		all = append(all[:len(all):len(all)], place{root: root})
	}
	return all
}

// inRoot is a key that is found by its path.
func (l *Layout) inRoot(n *node, p place, key string) {
	path := key
	if p.path != "" {
		path = p.path + "." + key
	}
	if name, wanted := l.names[path]; wanted {
		n.takes = append(n.takes, take{name, p.root*ranks + rankFound})
		n.strict = n.strict || p.root > 0
	}
	for i, lifted := range l.lift {
		outer, members := strings.CutSuffix(lifted, ".*")
		if p.root > 0 || outer != path {
			continue
		}
		switch root := int32(i) + 1; {
		case members && n.all == 0:
			n.all, n.strict = root, true
		case !members && n.path == 0:
			n.path, n.strict, n.roots = root, true, append(n.roots, root)
		}
	}
	if l.live(path) {
		n.places = append(n.places, place{p.root, inRoot, path})
	}
	if p.root > 0 && p.path == "" && l.elements[key] {
		n.places = append(n.places, place{p.root, inElement, key + "_"})
	}
}

// attribute is a key that may be an attribute.
func (n *node) attribute(l *Layout, p place, key string, rank int32) {
	n.take(l, p.path+key, p.root*ranks+rank)
	if bare, at := strings.CutPrefix(key, "@"); at {
		n.take(l, p.path+bare, p.root*ranks+rank+1)
	}
}

func (n *node) take(l *Layout, name string, rank int32) {
	if number, wanted := l.names[name]; wanted {
		n.takes = append(n.takes, take{number, rank})
		n.strict = true
	}
}
