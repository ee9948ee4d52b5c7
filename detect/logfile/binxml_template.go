package logfile

// instance reads the use of a template: which one, and what fills its gaps.
func (r *reading) instance() {
	r.c.u8()
	r.c.u32() // the template's id
	at := r.c.u32()
	template := r.define(at)
	if int(at) == r.c.at { // it stands here
		r.c.take(20)
		r.c.take(int(r.c.u32()))
	}
	arguments := r.arguments()
	if r.err != nil || r.c.short {
		return
	}
	filled := r.fill(template, arguments)
	for _, kid := range filled.kids {
		r.put(kid)
	}
}

// define gives the template that stands at a place in the chunk.
func (r *reading) define(at uint32) *element {
	if t, ok := r.chunk.templates[at]; ok {
		return t
	}
	head := &cursor{data: r.chunk.data, at: int(at)}
	head.take(20) // the next of the same hash, and its GUID
	size := int(head.u32())
	body := head.at
	head.take(size)
	if head.short {
		r.c.short = true
		return &element{}
	}
	t := &element{}
	r.fragment(&cursor{data: r.chunk.data[:body+size], at: body}, t)
	if r.err == nil {
		r.chunk.templates[at] = t
	}
	return t
}

func (r *reading) arguments() []argument {
	n := int(r.c.u32())
	if n > maxArguments {
		r.fail(errMuch)
		return nil
	}
	arguments := make([]argument, 0, n)
	sizes := r.c.take(4 * n)
	if r.c.short {
		return nil
	}
	for ; len(sizes) > 0; sizes = sizes[4:] {
		size := int(sizes[0]) | int(sizes[1])<<8
		from := r.c.at
		r.c.take(size)
		arguments = append(arguments, argument{kind: sizes[2], from: from, to: r.c.at})
	}
	return arguments
}

// fill makes of a template an element without gaps.
func (x *binXML) fill(t *element, arguments []argument) *element {
	e := &element{name: t.name}
	if !x.enter() || !x.count(len(t.name)) {
		x.leave()
		return e
	}
	defer x.leave()
	for _, a := range t.attributes {
		e.attributes = append(e.attributes, attribute{name: a.name, value: x.fillParts(a.value, arguments)})
	}
	e.kids = x.fillParts(t.kids, arguments)
	return e
}

func (x *binXML) fillParts(parts []part, arguments []argument) []part {
	var filled []part
	for _, p := range parts {
		if x.err != nil {
			break
		}
		switch {
		case p.element != nil:
			filled = append(filled, part{element: x.fill(p.element, arguments)})
		case p.gap > 0 && p.gap <= len(arguments):
			filled = append(filled, x.argument(arguments[p.gap-1])...)
		case p.gap == 0:
			if text, ok := p.value.(string); !ok || x.count(len(text)) {
				filled = append(filled, p)
			}
		}
	}
	return filled
}

// argument gives what fills a gap: values, or XML.
func (x *binXML) argument(a argument) []part {
	if !x.count(a.to - a.from) {
		return nil
	}
	if a.kind == kindBinXML {
		return x.fragment(&cursor{data: x.chunk.data[:a.to], at: a.from}, nil).kids
	}
	if v := valueOf(a.kind, x.chunk.data[a.from:a.to]); v != nil {
		return []part{{value: v}}
	}
	return nil
}
