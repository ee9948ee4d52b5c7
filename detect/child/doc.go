// Package child runs a rule that is a program of the user's own: a process
// that is told events on its standard input and answers with detections on its
// standard output, as JSON Lines (docs/guide/own-detectors.md).
//
// A Supervisor owns one such process. Whatever the process does harms nothing
// else: it has a group of its own, which is killed as a whole; an environment
// and a working directory of its own; deadlines; limits on what it writes and
// on its memory. What it wrote counts only once it has said that the batch is
// done. After a failure it is started again, after a pause that grows, and the
// batch is given to it once more event by event, so that one event costs no
// other. If it goes on failing it is put in quarantine.
//
// None of this is a sandbox: the program may do what the user who runs
// firebreak may do. Only people who may write rules choose it.
package child
