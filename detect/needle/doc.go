// Package needle finds which of very many short texts stand in a text: at its
// beginning, at its end, anywhere in it, or as the whole of it.
//
// An Index is made once and never changes; any number of goroutines may use it.
// It finds every needle that is there and no other. Looking costs time linear
// in the text (times the needles that share four bytes, in the worst case) and
// allocates nothing. It compares bytes: whoever does not care for letter case
// folds both sides first.
//
// A text is looked through once for all needles that may stand anywhere: each
// is known by the four bytes of it that are rarest (Counts says how often bytes
// were seen), and only where a text has those is the whole needle compared.
package needle
