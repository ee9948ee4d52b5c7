package bot

import (
	"path"
	"slices"
	"strings"
	"time"

	"firebreak/detect/sweep"
	"firebreak/incident"
	"firebreak/store"
)

const (
	// maxLogFile bounds a log that is examined: 500 MiB. It is kept on disk
	// meanwhile, never in memory.
	maxLogFile = 500 << 20
	// examineWithin is how long the examination of one may take, its download
	// included.
	examineWithin = 45 * time.Minute
	// sweepWithin is how much of that its rules may take: what comes later in
	// the file is left out, and that is said.
	sweepWithin = 25 * time.Minute
	// freshFile is how old a file may be to be examined without being asked: a
	// new version of the bot must not dig up old channels.
	freshFile = 24 * time.Hour
)

// logNames end the names of files that may be logs. What is in them decides.
var logNames = []string{"", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".log", ".txt", ".gz", ".gzip", ".evtx"}

// mayBeLog says whether a file may be a log, by its name. A rotated one ends
// with a number.
func mayBeLog(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return slices.Contains(logNames, ext) || strings.Trim(ext, ".0123456789") == ""
}

// examineOrder asks to examine one file.
type examineOrder struct {
	Channel, TS string // the message that carries it
	Thread      string // where the answer belongs
	ID, Name    string
	URL         string
	Size        int64
	At          time.Time // of the message
	By          string    // who asked; empty: it was dropped
	Post        string    // key of the one message that tells of it; empty: only By is told
}

// logFile plans to examine a file that was dropped into an incident's channel.
func (c capture) logFile(m slackMessage, f slackFile) error {
	if !mayBeLog(f.Name) || c.b.ownMessage(m) || time.Since(tsTime(m.TS)) > freshFile {
		return nil
	}
	return c.b.planExamine(c.tx, c.inc.Number, "examine:"+c.key(m.TS)+":"+f.ID, examining(c.b.home(), c.channel, m, f))
}

// examining is the order for a file in an incident's channel, told in its
// thread.
func examining(home, channel string, m slackMessage, f slackFile) examineOrder {
	o := examineOrder{
		Channel: channel, TS: m.TS, Thread: m.TS, ID: f.ID, Name: f.Name, URL: f.link(), Size: f.Size, At: tsTime(m.TS),
		Post: "examined:" + messageKey(home, channel, m.TS) + ":" + f.ID,
	}
	if m.inThread() {
		o.Thread = m.ThreadTS
	}
	return o
}

// planExamine plans it in a lane of the file's own: it may take long, and
// nothing waits for it.
func (b *Bot) planExamine(tx *store.Tx, n incident.Number, key string, o examineOrder) error {
	return plan(tx, step{Key: key, Kind: kindExamineFile, Lane: "examine:" + o.ID, Incident: n, Payload: o})
}

// detectors is all that is tried on a file, but for rules in own code: those
// belong to the stream of alerts.
func (b *Bot) detectors() sweep.Detectors {
	d := sweep.Detectors{Finders: b.finders, Watch: b.cfg.Watch}
	if set := b.currentRules(); set != nil {
		d.Rules, d.Shadow, d.Name = set.Sigma, set.Shadow, RuleName
	}
	return d
}
