// Package own says what a rule in the user's own code is told and may say.
//
// Such a rule is a Detector: package child runs one in a process of its own,
// package script runs one here. Whatever such code says about itself or finds
// is checked here before anything else sees it: it is as bounded as what a
// Sigma rule may say, and comes out as the same sigma.Detection.
//
// The package does no I/O and starts no goroutines.
package own
