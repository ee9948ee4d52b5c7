package bundle

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// version is that of the manifest. Readers must ignore unknown fields.
const version = 1

// The files of a bundle, below its one folder.
const (
	fileManifest = "manifest.json"
	fileCustody  = "custody.jsonl"
	fileChain    = "chain.jsonl"
	fileTimeline = "timeline.jsonl"
	fileReadme   = "README.txt"
	fileSums     = "SHA256SUMS"
	contents     = "files/"
)

// State is what the bundle has of a piece.
type State string

// The states of pieces.
const (
	Kept     State = "kept"     // its bytes are in the bundle
	Missing  State = "missing"  // they should be, but were not there at the export
	Changed  State = "changed"  // they were there, but not as they were captured
	NotKept  State = "not kept" // they were never captured
	Message  State = "message"  // it has no bytes: it is an entry of the timeline
	Redacted State = "redacted" // they were erased
)

// Manifest says what is in a bundle.
type Manifest struct {
	V        int     `json:"v"`
	Incident string  `json:"incident"`
	Title    string  `json:"title"`
	Records  int64   `json:"records"` // of the incident's log
	Head     string  `json:"head"`    // hash of the last of them, hex
	Pieces   []Piece `json:"pieces"`
}

// Piece is a file that was shared, or a message that was marked.
type Piece struct {
	N      int    `json:"n"`
	Entry  int    `json:"entry"` // its number on the timeline
	Name   string `json:"name"`  // as it was shared; whatever it says
	State  State  `json:"state"`
	Path   string `json:"path,omitempty"` // below the folder, with Kept
	SHA256 string `json:"sha256,omitempty"`
	Size   int64  `json:"size"`
}

// Custody is a move, as the log has it. The salt and the body are what the
// record's commitment in the chain is of; empty when they were erased.
type Custody struct {
	N      int    `json:"n"` // of the piece
	Seq    int64  `json:"seq"`
	At     string `json:"at"` // UTC, RFC 3339, microseconds
	By     string `json:"by"` // Slack user; empty: firebreak
	ByName string `json:"by_name,omitempty"`
	ToName string `json:"to_name,omitempty"`

	Move   string `json:"move"`
	File   string `json:"file,omitempty"`
	Name   string `json:"name,omitempty"`
	To     string `json:"to,omitempty"`
	Note   string `json:"note,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	Size   int64  `json:"size,omitempty"`

	Salt string `json:"salt,omitempty"` // hex
	Body string `json:"body,omitempty"` // base64
}

// Record is the header of a record of the incident's log. Times are
// microseconds since 1970 UTC, hashes are hex.
type Record struct {
	Seq        int64  `json:"seq"`
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	Subject    string `json:"subject"`
	N          int    `json:"n"`
	OccurredAt int64  `json:"occurred_at"`
	RecordedAt int64  `json:"recorded_at"`
	Actor      string `json:"actor"`
	Commitment string `json:"commitment"`
	Prev       string `json:"prev"`
	Hash       string `json:"hash"`
}

// KindCustody is the kind of records that tell of a move.
const KindCustody = "custody"

// NewCustody reads a move from its record: who, when and of which piece from
// the header, the rest from the body, nil when that was erased.
func NewCustody(n int, seq, occurredAt int64, actor string, salt, said []byte) (Custody, error) {
	c := Custody{N: n, Seq: seq, At: stampMicros(occurredAt), By: actor}
	if said == nil {
		return c, nil
	}
	var b body
	if err := json.Unmarshal(said, &b); err != nil {
		return c, fmt.Errorf("custody, record %d: %w", seq, err)
	}
	c.Move, c.File, c.Name, c.To, c.Note, c.SHA256, c.Size = b.Move, b.File, b.Name, b.To, b.Note, b.SHA256, b.Size
	c.Salt, c.Body = hex.EncodeToString(salt), base64.StdEncoding.EncodeToString(said)
	return c, nil
}

// PathOf is where a piece's file lies, below the folder.
func PathOf(n int, name string) string { return contents + SafeName(n, name) }

// Folder is the one folder of an incident's bundle.
func Folder(incident string) string { return incident + "-evidence" }

// Stamp writes a time as custody has it.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// stampMicros writes a time of the log as custody has it.
func stampMicros(µs int64) string {
	if µs == 0 {
		return ""
	}
	return Stamp(time.UnixMicro(µs))
}

const longestName = 80 // bytes of a safe name

// SafeName gives a piece's file in the bundle a name that no system acts on:
// ASCII letters, digits, dots, dashes and underscores, beginning with the
// piece's number, so that no two are the same on any file system.
func SafeName(n int, name string) string {
	safe := strings.Map(func(r rune) rune {
		if r < 128 && (r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, name[:min(len(name), 4096)])
	if len(safe) > longestName { // what a name ends with tells what it is
		safe = safe[:longestName/2] + safe[len(safe)-longestName/2:]
	}
	for strings.Contains(safe, "..") {
		safe = strings.ReplaceAll(safe, "..", "_")
	}
	safe = strings.Trim(safe, ".")
	if safe == "" {
		safe = "unnamed"
	}
	return fmt.Sprintf("%04d-%s", n, safe)
}

const readme = `Evidence of an incident, exported by firebreak.

  files/          the files as they were shared, under safe names
  manifest.json   what they were called, their SHA-256 and size
  custody.jsonl   who collected, marked, handed over and sealed what, and when
  timeline.jsonl  the incident's timeline, as recorded
  chain.jsonl     the headers of the incident's log: each holds the hash of the
                  one before, and a commitment to what it says
  SHA256SUMS      of all of these

Check the files with any system's own tools:

  sha256sum -c SHA256SUMS

Check also the custody against the chain, and the chain in itself:

  firebreak evidence verify BUNDLE.zip

Whoever can write a whole bundle anew can write a chain for it too. So compare
the head in manifest.json with one that was published at the time (firebreak
verify --format jsonl prints it), or have it compared:

  firebreak evidence verify BUNDLE.zip --checkpoint FILE
`
