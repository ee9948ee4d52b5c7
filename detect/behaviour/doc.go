// Package behaviour finds what people and machines do otherwise than usual, or
// too often: rules with parameters over alerts, each with a state per group.
//
// It is pure: no I/O, no clock, no goroutines. The caller keeps the states.
// Time is the events' own.
package behaviour
