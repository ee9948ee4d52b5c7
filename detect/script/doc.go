// Package script runs rules written in Starlark, a small language that looks
// like Python, within firebreak (docs/guide/own-detectors.md).
//
// A script sees one event at a time and remembers nothing: its globals are
// frozen once it is loaded. It cannot read files, use the network, tell the
// time or load other scripts, and cannot recurse; steps and time are bounded.
// Memory is not: within the bounded steps a script can still build something
// large, as any code that somebody chose to run here. What handles much data
// belongs in a process of its own (package child).
//
// Errors name the script's file and line.
package script
