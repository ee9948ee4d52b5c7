package incident

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func signingKey(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func TestCheckpointIsSigned(t *testing.T) {
	c := Checkpoint{
		N: 7, At: time.Date(2026, 11, 28, 7, 0, 0, 0, time.UTC), Prev: []byte{1, 2, 3},
		Heads: []LogHead{{Incident: 1, Records: 12, Hash: []byte{0xaa}}, {Incident: 9, Records: 3, Hash: []byte{0xbb}}},
	}
	line, err := c.Sign(signingKey(1))
	if err != nil {
		t.Fatal(err)
	}
	got, key, err := ReadCheckpoint(line)
	if err != nil || !reflect.DeepEqual(got, c) || key != PublicKey(signingKey(1)) {
		t.Fatalf("%s: read %+v by %s, %v", line, got, key, err)
	}
	for _, change := range []struct{ from, to string }{
		{`"n":7`, `"n":8`},
		{`"records":12`, `"records":13`},
		{`INC-9`, `INC-8`},
		{`"head":"aa"`, `"head":"ab"`},
		{`"prev":"010203"`, `"prev":"010204"`},
		{`07:00:00`, `07:00:01`},
		{`,{"incident":"INC-9","records":3,"head":"bb"}`, ``},
		{PublicKey(signingKey(1)), PublicKey(signingKey(2))},
		{`"sig":"`, `"sig":"A`},
		{`"sig":"`, `"sog":"`},
		{`checkpoint 1`, `checkpoint 2`},
		{`{"kind"`, `{"more":1,"kind"`},
	} {
		forged := strings.Replace(string(line), change.from, change.to, 1)
		if forged == string(line) {
			t.Fatalf("there is no %s in %s", change.from, line)
		}
		if _, _, err := ReadCheckpoint([]byte(forged)); err == nil {
			t.Errorf("taken: %s", forged)
		}
	}
	other, err := c.Sign(signingKey(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, key, err := ReadCheckpoint(other); err != nil || key == PublicKey(signingKey(1)) {
		t.Errorf("another's is said to be by %s, %v", key, err)
	}
}

func FuzzReadCheckpoint(f *testing.F) {
	line, err := Checkpoint{N: 1, Heads: []LogHead{{Incident: 1}}}.Sign(signingKey(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add([]byte(`{"kind":"firebreak checkpoint 1"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		c, key, err := ReadCheckpoint(line)
		if err != nil {
			return
		}
		if key != PublicKey(signingKey(1)) {
			t.Errorf("signed by %s", key)
		}
		again, err := c.Sign(signingKey(1))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := ReadCheckpoint(again); errors.Is(err, ErrForged) {
			t.Errorf("%s became %s", line, again)
		}
	})
}
