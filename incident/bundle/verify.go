package bundle

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"firebreak/incident"
)

// Checked is what a check has gone through. It found nothing wrong when there
// are no troubles.
type Checked struct {
	Manifest Manifest
	Files    int
	Moves    int
	Troubles []string // sentences that name what is wrong, at most mostTroubles
}

const mostTroubles = 100

// Head is where a log stood at some time, as noted elsewhere.
type Head struct {
	Incident string
	Records  int64
	Hash     string // hex
}

// Verify checks a bundle: each file against the sums and the manifest, the
// manifest against the custody, the custody against the chain, and the chain in
// itself and against heads noted elsewhere. The error says that it cannot be
// read as a bundle at all.
func Verify(r io.ReaderAt, size int64, heads []Head) (Checked, error) {
	b, err := open(r, size)
	if err != nil {
		return Checked{}, err
	}
	text, err := b.text(fileManifest, longestText)
	if err != nil {
		return Checked{}, err
	}
	v := &verifier{reader: b, hashes: map[string]string{}, chain: map[int64]Record{}}
	if err := json.Unmarshal(text, &v.Manifest); err != nil {
		return Checked{}, fmt.Errorf("%s: %w", fileManifest, err)
	}
	if v.number, err = incident.ParseNumber(v.Manifest.Incident); err != nil {
		return Checked{}, fmt.Errorf("%s: %w", fileManifest, err)
	}
	if v.Manifest.V != version {
		return Checked{}, fmt.Errorf("its manifest has version %d, this firebreak knows %d", v.Manifest.V, version)
	}
	if b.folder != Folder(v.Manifest.Incident) {
		v.trouble("its folder is called %q, not %q", b.folder, Folder(v.Manifest.Incident))
	}
	v.checkSums()
	v.checkChain(heads)
	v.checkCustody()
	v.checkPieces()
	return v.Checked, nil
}

type verifier struct {
	*reader
	Checked
	number    incident.Number
	hashes    map[string]string // of files as they are, by name
	chain     map[int64]Record  // records of custody
	collected map[int]Custody   // the move of a piece that tells of its bytes
}

func (v *verifier) trouble(format string, args ...any) {
	if len(v.Troubles) < mostTroubles {
		v.Troubles = append(v.Troubles, fmt.Sprintf(format, args...))
	}
}

// checkSums holds each file against SHA256SUMS.
func (v *verifier) checkSums() {
	sums, err := v.sums()
	if err != nil {
		v.trouble("%v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(v.files)) {
		if name == fileSums {
			continue
		}
		v.Files++
		sha, _, err := v.sum(name)
		switch want, listed := sums[name]; {
		case err != nil:
			v.trouble("%v", err)
		case !listed:
			v.trouble("%s is not in %s: it was put in later", name, fileSums)
		case sha != want:
			v.trouble("%s was changed: its SHA-256 is %s, not %s", name, sha, want)
		}
		v.hashes[name] = sha
		delete(sums, name)
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		v.trouble("%s is missing", name)
	}
}

// checkChain goes through the log's headers.
func (v *verifier) checkChain(heads []Head) {
	at := Record{}
	noted := map[int64]string{}
	for _, h := range heads {
		if h.Incident == v.Manifest.Incident {
			noted[h.Records] = h.Hash
		}
	}
	err := lines(v.reader, fileChain, longestLog, func(r Record) error {
		switch sum, err := r.sum(v.number); {
		case err != nil:
			return err
		case r.Seq != at.Seq+1:
			return fmt.Errorf("record %d should stand here", at.Seq+1)
		case r.Prev != at.Hash:
			return fmt.Errorf("record %d does not follow the one before it", r.Seq)
		case r.Hash != sum:
			return fmt.Errorf("record %d is not the one that was hashed", r.Seq)
		}
		if want, ok := noted[r.Seq]; ok && want != r.Hash {
			v.trouble("record %d is another one than the checkpoint has: the log was written anew up to here or before", r.Seq)
		}
		delete(noted, r.Seq)
		if r.Kind == KindCustody {
			v.chain[r.Seq] = r
		}
		at = r
		return nil
	})
	switch {
	case err != nil:
		v.trouble("%v", err)
	case at.Seq != v.Manifest.Records || at.Hash != v.Manifest.Head:
		v.trouble("%s ends at record %d (%s), the manifest says %d (%s)", fileChain, at.Seq, at.Hash, v.Manifest.Records, v.Manifest.Head)
	}
	for seq := range noted {
		if seq > 0 && err == nil {
			v.trouble("the checkpoint has record %d, the chain ends before", seq)
		}
	}
}

// sum computes a header's hash as documented in docs/guide/evidence.md.
func (r Record) sum(of incident.Number) (string, error) {
	commitment, err := hex.DecodeString(r.Commitment)
	if err != nil {
		return "", fmt.Errorf("record %d: its commitment is no hex", r.Seq)
	}
	prev, err := hex.DecodeString(r.Prev)
	if err != nil {
		return "", fmt.Errorf("record %d: the hash before it is no hex", r.Seq)
	}
	number := func(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
	var b []byte
	for _, field := range [][]byte{
		[]byte("firebreak log 1"), number(int64(of)), number(r.Seq), []byte(r.ID), []byte(r.Kind), []byte(r.Subject), number(int64(r.N)),
		number(r.OccurredAt), number(r.RecordedAt), []byte(r.Actor), commitment, prev,
	} {
		b = append(append(b, number(int64(len(field)))...), field...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// body is what a commitment of a record of custody is of.
type body struct {
	Move   string `json:"move"`
	File   string `json:"file"`
	Name   string `json:"name"`
	To     string `json:"to"`
	Note   string `json:"note"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// checkCustody holds each move against its record in the chain.
func (v *verifier) checkCustody() {
	v.collected = map[int]Custody{}
	err := lines(v.reader, fileCustody, longestText, func(c Custody) error {
		r, ok := v.chain[c.Seq]
		if !ok {
			return fmt.Errorf("record %d of the chain is no move, or told twice", c.Seq)
		}
		delete(v.chain, c.Seq)
		v.Moves++
		if why := c.differs(r); why != "" {
			return fmt.Errorf("the move of evidence %d (record %d) was changed: %s", c.N, c.Seq, why)
		}
		if c.Move == "collected" {
			v.collected[c.N] = c
		}
		return nil
	})
	if err != nil {
		v.trouble("%v", err)
		return
	}
	for _, seq := range slices.Sorted(maps.Keys(v.chain)) {
		v.trouble("%s lacks record %d, a move of evidence %d", fileCustody, seq, v.chain[seq].N)
	}
}

// differs says how a move is not as its record has it; "" when it is.
func (c Custody) differs(r Record) string {
	salt, err1 := hex.DecodeString(c.Salt)
	said, err2 := base64.StdEncoding.DecodeString(c.Body)
	told := body{c.Move, c.File, c.Name, c.To, c.Note, c.SHA256, c.Size}
	switch {
	case err1 != nil || err2 != nil:
		return "its salt or its body cannot be read"
	case c.N != r.N || c.By != r.Actor || c.At != stampMicros(r.OccurredAt):
		return "who, when or what differs from its header"
	case c.Body == "" && told != (body{}):
		return "it was erased, but says something"
	case c.Body == "":
		return ""
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write(said)
	if hex.EncodeToString(mac.Sum(nil)) != r.Commitment {
		return "its body is not the one that was recorded"
	}
	var recorded body
	if json.Unmarshal(said, &recorded) != nil || recorded != told {
		return "it says something else than its body"
	}
	return ""
}

// checkPieces holds the manifest against the files and the custody.
func (v *verifier) checkPieces() {
	paths := map[string]bool{}
	for _, p := range v.Manifest.Pieces {
		switch {
		case p.State == Missing, p.State == Changed:
			v.trouble("evidence %d (%s) is not in the bundle: at the export it was %s", p.N, p.Name, p.State)
		case p.State != Kept:
			if sha := v.collected[p.N].SHA256; sha != "" {
				v.trouble("evidence %d (%s) is said to be %s, but its custody tells of bytes of SHA-256 %s", p.N, p.Name, p.State, sha)
			}
			delete(v.collected, p.N)
			continue
		case p.Path != PathOf(p.N, p.Name) || paths[p.Path]:
			v.trouble("evidence %d (%s) should not be at %s", p.N, p.Name, p.Path)
		case v.hashes[p.Path] != p.SHA256:
			v.trouble("evidence %d (%s) is not what the manifest says: its SHA-256 is %q, not %s", p.N, p.Name, v.hashes[p.Path], p.SHA256)
		case v.collected[p.N].SHA256 != p.SHA256:
			v.trouble("evidence %d (%s): its custody tells of other bytes, of SHA-256 %q", p.N, p.Name, v.collected[p.N].SHA256)
		case v.collected[p.N].Name != p.Name:
			v.trouble("evidence %d (%s) is called %q in its custody", p.N, p.Name, v.collected[p.N].Name)
		case int64(v.files[p.Path].UncompressedSize64) != p.Size:
			v.trouble("evidence %d (%s) has not the %d bytes that the manifest says", p.N, p.Name, p.Size)
		}
		paths[p.Path] = true
		delete(v.collected, p.N)
	}
	for _, n := range slices.Sorted(maps.Keys(v.collected)) {
		v.trouble("evidence %d is in the custody, but not in the manifest", n)
	}
	for _, name := range slices.Sorted(maps.Keys(v.files)) {
		if strings.HasPrefix(name, contents) && !paths[name] {
			v.trouble("%s belongs to no evidence", name)
		}
	}
}
