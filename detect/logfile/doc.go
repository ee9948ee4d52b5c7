// Package logfile reads the events of a log file, whatever sort it is: JSON
// Lines, a JSON array, an object over several lines, CloudTrail's list of
// Records, CSV, lines of syslog, Windows' EVTX; all but the last also in
// UTF-16, all of them also compressed with gzip, once.
//
// What it reads is hostile. It goes through a file once, from its beginning,
// and holds one event at a time (of EVTX one chunk of 64 KiB): an event is at
// most event.MaxSize bytes of JSON, what gzip makes of a file is bounded by
// the file's size, and no input makes it panic. An event that cannot be read
// harms no other.
//
// It does no I/O but reading from the io.Reader it is given. A Reader belongs
// to one goroutine at a time.
package logfile
