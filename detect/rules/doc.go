// Package rules finds the rules in folders and loads them, whatever they are
// written in: Sigma (package sigma), Starlark (package script), or programs of
// the user's own (package child).
//
// One bad rule harms no other: it is refused with file, line and reason.
// Programs run only where the caller allows it.
//
// A Book keeps the set of a folder up to date while the folder changes.
package rules
