// Package fields reads the fields that rules use straight from an event's
// bytes, without decoding the rest.
//
// It says what package event says of the same bytes (event.Decode, Lift,
// Values), or nothing: Decode checks all of an event, in one pass, and whatever
// is not plain (not JSON, bytes that are no UTF-8, keys that stand there twice,
// have escapes or blanks or could be meant in two ways, deep nesting) it leaves
// to that package. It reads within the bounds of what it is given, whatever
// that is.
//
// A Layout, which never changes, says what is wanted. A Decoder belongs to one
// goroutine and learns the shapes of the events it sees, within bounds, so
// that most keys are recognised by comparing them with the one that came next
// the last time. Once it has, it allocates nothing.
//
// What a Decoder gives points into the event's bytes and into its own memory:
// it is valid until the next call of Decode, and only while those bytes are
// not changed.
package fields
