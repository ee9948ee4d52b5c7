// Package bundle writes and checks bundles of evidence: a zip with the files,
// their custody and the chain that it is part of, which can be checked without
// firebreak's database, and its files without firebreak.
//
// The check shares no code with what has written the chain, so that a mistake of
// the one does not hide in the other. A bundle may come from anybody: reading
// one takes bounded memory, and writes nothing.
package bundle
