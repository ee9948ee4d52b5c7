package bundle

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Limits of what is read of a bundle.
const (
	mostFiles   = 100_000
	longestText = 64 << 20  // bytes of the manifest, the sums and the custody, each
	longestLog  = 512 << 20 // bytes of the chain
	longestLine = 4 << 20
)

// reader is an open bundle.
type reader struct {
	folder string
	files  map[string]*zip.File // by name below the folder
}

// open reads the directory of a bundle. What is wrong in it is a reason to
// read no further: then it is none that firebreak has written.
func open(r io.ReaderAt, size int64) (*reader, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("it is no zip file that can be read: %w", err)
	}
	if len(z.File) > mostFiles {
		return nil, fmt.Errorf("it has %d files, more than the %d that a bundle may have", len(z.File), mostFiles)
	}
	b := &reader{files: map[string]*zip.File{}}
	for _, f := range z.File {
		folder, name, ok := strings.Cut(f.Name, "/")
		switch {
		case !ok, !fs.ValidPath(f.Name), strings.ContainsAny(f.Name, "\\:\x00"), f.Mode()&fs.ModeType != 0:
			return nil, fmt.Errorf("it has a file %q, which no bundle has", f.Name)
		case b.folder == "":
			b.folder = folder
		case folder != b.folder:
			return nil, fmt.Errorf("it has a file %q beside its folder %q", f.Name, b.folder)
		}
		if b.files[name] != nil {
			return nil, fmt.Errorf("it has the file %q twice", f.Name)
		}
		if f.Method != zip.Store {
			return nil, fmt.Errorf("its file %q is compressed, which none in a bundle is", f.Name)
		}
		b.files[name] = f
	}
	return b, nil
}

var errAbsent = errors.New("it is missing")

// text reads a file of at most limit bytes.
func (b *reader) text(name string, limit int64) ([]byte, error) {
	r, err := b.stream(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("it is larger than %d bytes", limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

func (b *reader) stream(name string) (io.ReadCloser, error) {
	f := b.files[name]
	if f == nil {
		return nil, fmt.Errorf("%s: %w", name, errAbsent)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

// sum gives a file's SHA-256, as lower-case hex, and size.
func (b *reader) sum(name string) (sha string, size int64, err error) {
	r, err := b.stream(name)
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	h := sha256.New()
	size, err = io.Copy(h, r)
	if errors.Is(err, zip.ErrChecksum) {
		err = nil // the hash tells more
	}
	if err != nil {
		return "", size, fmt.Errorf("%s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// lines calls fn for each line of JSON in a file of at most limit bytes.
func lines[T any](b *reader, name string, limit int64, fn func(T) error) error {
	r, err := b.stream(name)
	if err != nil {
		return err
	}
	defer r.Close()
	scan := bufio.NewScanner(io.LimitReader(r, limit))
	scan.Buffer(nil, longestLine)
	for n := 1; scan.Scan(); n++ {
		var v T
		if err := json.Unmarshal(scan.Bytes(), &v); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
		if err := fn(v); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	if err := scan.Err(); err != nil && !errors.Is(err, zip.ErrChecksum) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// sums reads SHA256SUMS: hash by name.
func (b *reader) sums() (map[string]string, error) {
	text, err := b.text(fileSums, longestText)
	if err != nil {
		return nil, err
	}
	list := map[string]string{}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		sha, name, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), "  ")
		if _, err := hex.DecodeString(sha); !ok || err != nil || len(sha) != 2*sha256.Size || list[name] != "" {
			return nil, fmt.Errorf("%s, line %d: it is no sum of a file of its own", fileSums, n)
		}
		list[name] = sha
	}
	return list, nil
}
