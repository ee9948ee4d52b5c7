package incident

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Checkpoint says where logs end at a moment, signed. Published where whoever
// can write to the database cannot, it proves that the logs have not been
// written anew since. Each has only the logs that have changed since the one
// before, whose hash it holds.
type Checkpoint struct {
	N     int64 // from 1, without gaps; 0: it stands alone
	At    time.Time
	Prev  []byte // SHA-256 of the line of the one before; empty: it is the first, or stands alone
	Heads []LogHead
}

// LogHead is where an incident's log ends.
type LogHead struct {
	Incident Number
	Records  int64
	Hash     []byte // of the last record
}

// checkpointKind is what the line of a checkpoint begins with, so that it is
// nothing else that this key may once sign.
const checkpointKind = "firebreak checkpoint 1"

type wireCheckpoint struct {
	Kind  string     `json:"kind"`
	N     int64      `json:"n"`
	At    string     `json:"at"`
	Prev  string     `json:"prev"`
	Heads []wireHead `json:"heads"`
	Key   string     `json:"key"`           // ed25519, base64
	Sig   string     `json:"sig,omitempty"` // over the line without it
}

type wireHead struct {
	Incident string `json:"incident"`
	Records  int64  `json:"records"`
	Head     string `json:"head"`
}

// Sign writes the checkpoint as one line of JSON, without the line break.
func (c Checkpoint) Sign(key ed25519.PrivateKey) ([]byte, error) {
	w := wireCheckpoint{
		Kind: checkpointKind, N: c.N, At: c.At.UTC().Format(time.RFC3339Nano), Prev: hex.EncodeToString(c.Prev), Heads: []wireHead{},
		Key: PublicKey(key),
	}
	for _, h := range c.Heads {
		w.Heads = append(w.Heads, wireHead{h.Incident.String(), h.Records, hex.EncodeToString(h.Hash)})
	}
	line, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("write checkpoint %d: %w", c.N, err)
	}
	w.Sig = base64.StdEncoding.EncodeToString(ed25519.Sign(key, line))
	return json.Marshal(w)
}

// PublicKey is how the public half of a key is written.
func PublicKey(key ed25519.PrivateKey) string {
	public, _ := key.Public().(ed25519.PublicKey)
	return base64.StdEncoding.EncodeToString(public)
}

// CheckpointHash is what the next checkpoint has as Prev.
func CheckpointHash(line []byte) []byte {
	sum := sha256.Sum256(line)
	return sum[:]
}

// ErrForged says that a checkpoint's signature is not of what it says.
var ErrForged = errors.New("the signature is not of this text: it was changed")

// ReadCheckpoint reads a line that Sign wrote and checks its signature. key is
// who signed it: whether that is somebody to be believed is the caller's to
// say.
func ReadCheckpoint(line []byte) (c Checkpoint, key string, err error) {
	var w wireCheckpoint
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		return c, "", fmt.Errorf("it is no checkpoint: %w", err)
	}
	if w.Kind != checkpointKind {
		return c, "", fmt.Errorf("it is no checkpoint of a kind that is known here: %.40q", w.Kind)
	}
	sig, err1 := base64.StdEncoding.DecodeString(w.Sig)
	public, err2 := base64.StdEncoding.DecodeString(w.Key)
	if err := errors.Join(err1, err2); err != nil || len(public) != ed25519.PublicKeySize {
		return c, "", ErrForged
	}
	w.Sig = ""
	signed, err := json.Marshal(w)
	if err != nil {
		return c, "", err
	}
	if !ed25519.Verify(public, signed, sig) {
		return c, "", ErrForged
	}
	c, err = w.checkpoint()
	return c, w.Key, err
}

func (w wireCheckpoint) checkpoint() (c Checkpoint, err error) {
	c.N = w.N
	if c.At, err = time.Parse(time.RFC3339Nano, w.At); err != nil {
		return c, err
	}
	if c.Prev, err = hex.DecodeString(w.Prev); err != nil {
		return c, err
	}
	for _, h := range w.Heads {
		n, err := ParseNumber(h.Incident)
		if err != nil {
			return c, err
		}
		hash, err := hex.DecodeString(h.Head)
		if err != nil {
			return c, err
		}
		c.Heads = append(c.Heads, LogHead{Incident: n, Records: h.Records, Hash: hash})
	}
	return c, nil
}
