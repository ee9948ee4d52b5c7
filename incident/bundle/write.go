package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Bundle is what is to be written.
type Bundle struct {
	Manifest Manifest // its version is filled in
	Custody  []Custody
	Chain    []Record
	Timeline func(io.Writer) error
	Open     func(sha string) (io.ReadCloser, error) // bytes of pieces that are Kept
}

// Write writes the bundle. The same evidence gives the same bytes.
func (b Bundle) Write(w io.Writer) error {
	b.Manifest.V = version
	if b.Manifest.Pieces == nil {
		b.Manifest.Pieces = []Piece{}
	}
	z := &writer{zip: zip.NewWriter(w), folder: Folder(b.Manifest.Incident) + "/"}
	z.add(fileReadme, func(w io.Writer) error { _, err := io.WriteString(w, readme); return err })
	z.add(fileManifest, func(w io.Writer) error { return writeJSON(w, b.Manifest, "  ") })
	z.add(fileCustody, func(w io.Writer) error { return writeLines(w, b.Custody) })
	z.add(fileChain, func(w io.Writer) error { return writeLines(w, b.Chain) })
	z.add(fileTimeline, b.Timeline)
	for _, p := range b.Manifest.Pieces {
		if p.State == Kept {
			z.add(p.Path, func(w io.Writer) error { return b.content(w, p) })
		}
	}
	sums := z.sums.Bytes()
	z.add(fileSums, func(w io.Writer) error { _, err := w.Write(sums); return err })
	if z.err != nil {
		return z.err
	}
	return z.zip.Close()
}

func (b Bundle) content(w io.Writer, p Piece) error {
	r, err := b.Open(p.SHA256)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, sum), r); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
		return fmt.Errorf("evidence %d has changed while it was exported", p.N)
	}
	return nil
}

// writer is a zip being written. After an error it does nothing more.
type writer struct {
	zip    *zip.Writer
	folder string
	sums   bytes.Buffer // of what has been added
	err    error
}

// epoch is the time that all files in a bundle have: the earliest that a zip
// can hold.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func (z *writer) add(name string, fill func(io.Writer) error) {
	if z.err != nil {
		return
	}
	h := &zip.FileHeader{Name: z.folder + name, Method: zip.Store, Modified: epoch}
	h.SetMode(fs.FileMode(0o644))
	w, err := z.zip.CreateHeader(h)
	sum := sha256.New()
	if err == nil {
		err = fill(io.MultiWriter(w, sum))
	}
	if err != nil {
		z.err = fmt.Errorf("write %s: %w", name, err)
		return
	}
	fmt.Fprintf(&z.sums, "%x  %s\n", sum.Sum(nil), name)
}

func writeJSON(w io.Writer, v any, indent string) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	return e.Encode(v)
}

func writeLines[T any](w io.Writer, list []T) error {
	for _, v := range list {
		if err := writeJSON(w, v, ""); err != nil {
			return err
		}
	}
	return nil
}
