// Package sweep tries everything that can detect something on one log file:
// Sigma rules with their correlations, the detectors on alerts, and the rules
// of behaviour, each over the events of that file alone and without a trace in
// the store.
//
// What it finds depends on the file and the detectors only, so it may be done
// again after a crash. It reads the file twice: once with all rules, then for
// the text of the events that are evidence. Memory is bounded whatever is in
// the file: what a bound leaves out is said in Found.Notes.
package sweep
