package sigma

// encoded changes what a text says, not its wildcards.
func encoded(encode func(string) string, mark string) modifier {
	return func(it *item, o operand) (operand, error) {
		o = o.each(func(t text) text {
			t = t.split(func(s string) text { return plain(encode(s)) })
			return join(plain(mark), t)
		})
		return o, it.needs(o, isText)
	}
}

func base64ed(it *item, o operand) (operand, error) {
	if err := it.needs(o, isText); err != nil {
		return o, err
	}
	return o.each(func(t text) text { return plain(base64Once(t.literal())) }), it.tame(o)
}

func base64Offset(it *item, o operand) (operand, error) {
	if err := it.needs(o, isText); err != nil {
		return o, err
	}
	if err := it.tame(o); err != nil {
		return o, err
	}
	if err := it.c.spend(2*len(o.texts), o.line); err != nil {
		return o, err
	}
	var all []text
	for _, t := range o.texts {
		for _, variant := range base64Anywhere(t.literal()) {
			if variant == "" {
				return o, faultf(o.line, "%s is too short for the modifier base64offset: nothing certain is left of it", quote(o.raw))
			}
			all = append(all, plain(variant))
		}
	}
	o.texts = all
	return o, nil
}
