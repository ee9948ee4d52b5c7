package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// checkpointKey reads the key that signs checkpoints; none is nil.
func checkpointKey(text Secret) (ed25519.PrivateKey, error) {
	if text == "" {
		return nil, nil
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text.Reveal()))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("no ed25519 seed in base64")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// checkpointLine bounds a line of a file of checkpoints.
const checkpointLine = 1 << 20

// checkpoints are what a file of them says.
type checkpoints struct {
	Heads   []store.Head
	Key     string  // who signed them; empty: nobody did
	Signed  int     // how many are signed
	Missing []int64 // numbers between the first and the last that are not there
}

// readCheckpoints reads what verify printed, signed checkpoints, or a process's
// log or an RCA with such in it; no name is none. key is who must have signed;
// empty: anybody, but all of them the same.
func readCheckpoints(name, key string) (c checkpoints, err error) {
	if name == "" {
		return c, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return c, usageError{fmt.Errorf("read the checkpoint: %w", err)}
	}
	defer f.Close()
	r := checkpointReader{key: key, series: map[int64]signedLine{}}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, checkpointLine)
	for n := 1; lines.Scan(); n++ {
		if err := r.read(lines.Bytes()); err != nil {
			err = fmt.Errorf("checkpoint %s, line %d: %w", name, n, err)
			if errors.As(err, new(usageError)) {
				err = usageError{err}
			}
			return c, err
		}
	}
	if err := lines.Err(); err != nil {
		return c, usageError{fmt.Errorf("read the checkpoint %s: %w", name, err)}
	}
	if len(r.heads) == 0 {
		return c, usageError{fmt.Errorf("there is no checkpoint in %s; it must be what firebreak verify --format jsonl printed, or lines of the bot's log that say checkpoint", name)}
	}
	missing, err := r.together()
	if err != nil {
		return c, fmt.Errorf("checkpoint %s: %w", name, err)
	}
	return checkpoints{Heads: r.heads, Key: r.signer, Signed: r.signed, Missing: missing}, nil
}

type checkpointReader struct {
	key    string // that must have signed
	signer string // that has
	signed int
	heads  []store.Head
	series map[int64]signedLine // by number
}

type signedLine struct{ hash, prev []byte }

// read takes one line. What is neither a checkpoint nor looks like one is
// passed over: logs and RCAs hold other lines, too.
func (r *checkpointReader) read(line []byte) error {
	line = bytes.TrimSpace(line)
	if found := withinLog(line); found != nil {
		line = found
	}
	switch {
	case bytes.HasPrefix(line, []byte(`{"kind":"firebreak checkpoint`)):
		return r.readSigned(line)
	case bytes.HasPrefix(line, []byte(`{"v":1,"incident":`)):
		h, err := readHead(line)
		if err != nil {
			return usageError{err}
		}
		if r.key != "" {
			return errors.New("it is not signed; leave --key out to take it all the same")
		}
		r.heads = append(r.heads, h)
	}
	return nil
}

// withinLog is the checkpoint in a line of the process's log, as JSON or as
// text.
func withinLog(line []byte) []byte {
	var entry struct{ Checkpoint string }
	if bytes.HasPrefix(line, []byte("{")) && json.Unmarshal(line, &entry) == nil && entry.Checkpoint != "" {
		return []byte(entry.Checkpoint)
	}
	_, text, ok := bytes.Cut(line, []byte(` checkpoint="`))
	if !ok {
		return nil
	}
	quoted, err := strconv.QuotedPrefix(`"` + string(text))
	if err != nil {
		return nil
	}
	said, err := strconv.Unquote(quoted)
	if err != nil {
		return nil
	}
	return []byte(said)
}

func (r *checkpointReader) readSigned(line []byte) error {
	c, key, err := incident.ReadCheckpoint(line)
	if err != nil {
		return err
	}
	if r.key != "" && key != r.key {
		return fmt.Errorf("it is signed by %s, not by the key given", key)
	}
	if r.signer != "" && key != r.signer {
		return fmt.Errorf("it is signed by %s, the ones before by %s: if the key was changed, verify them apart", key, r.signer)
	}
	r.signer = key
	r.signed++
	for _, h := range c.Heads {
		r.heads = append(r.heads, store.Head{Incident: h.Incident, Seq: h.Records, Hash: h.Hash})
	}
	if c.N == 0 {
		return nil
	}
	is := signedLine{hash: incident.CheckpointHash(line), prev: c.Prev}
	if other, known := r.series[c.N]; known && !bytes.Equal(other.hash, is.hash) {
		return fmt.Errorf("there are two different checkpoints %d: the database was put back to an earlier state in between", c.N)
	}
	r.series[c.N] = is
	return nil
}

// together looks whether the checkpoints of a series follow one another, and
// says which are missing.
func (r *checkpointReader) together() (missing []int64, err error) {
	var numbers []int64
	for n := range r.series {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if i == 0 {
			continue
		}
		if before := numbers[i-1]; before != n-1 {
			for m := before + 1; m < n && len(missing) < 1000; m++ {
				missing = append(missing, m)
			}
			continue
		}
		if !bytes.Equal(r.series[n].prev, r.series[n-1].hash) {
			return nil, fmt.Errorf("checkpoint %d does not follow checkpoint %d: one of them is of another database", n, n-1)
		}
	}
	return missing, nil
}

// wireHead is a line of verify's output: where an incident's log ends.
type wireHead struct {
	V        int    `json:"v"`
	Incident string `json:"incident"`
	Records  int64  `json:"records"`
	Head     string `json:"head"`
}

func writeHeads(w io.Writer, heads []store.Head, format string) error {
	for _, h := range heads {
		if format == formatText {
			fmt.Fprintf(w, "%s  %d records, the last is %s\n", h.Incident, h.Seq, hex.EncodeToString(h.Hash))
			continue
		}
		line, err := json.Marshal(wireHead{1, h.Incident.String(), h.Seq, hex.EncodeToString(h.Hash)})
		if err != nil {
			return err
		}
		if err := writeLine(w, line); err != nil {
			return err
		}
	}
	return nil
}

func readHead(line []byte) (store.Head, error) {
	var w wireHead
	if err := json.Unmarshal(line, &w); err != nil {
		return store.Head{}, err
	}
	n, err := incident.ParseNumber(w.Incident)
	if err != nil {
		return store.Head{}, err
	}
	hash, err := hex.DecodeString(w.Head)
	return store.Head{Incident: n, Seq: w.Records, Hash: hash}, err
}
