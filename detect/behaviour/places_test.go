package behaviour_test

import (
	"strings"
	"testing"

	"firebreak/detect/behaviour"
)

func TestPlacesByTheLongestNetwork(t *testing.T) {
	p, err := behaviour.ParsePlaces([]byte("# a table\n192.0.2.0/24,DE,52,13\n192.0.2.128/25, FR, 48, 2 # inner\n2001:db8::/32,NG,6,3\n0.0.0.0/0,XX,0,0\n"))
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"192.0.2.1": "DE", "192.0.2.200": "FR", "2001:db8::1": "NG", "198.51.100.1": "XX", "2001:db9::1": "", "": "", "x": "",
	} {
		got, ok := p.Find(address)
		if got.Country != want || ok != (want != "") {
			t.Errorf("%s is in %q", address, got.Country)
		}
	}
}

func TestPlacesThatAreNone(t *testing.T) {
	for _, line := range []string{
		"192.0.2.0/24,DE,52", "192.0.2.1/24,DE,52,13", "x,DE,52,13", "192.0.2.0/24,,52,13", "192.0.2.0/24,DE,91,13",
		"192.0.2.0/24,DE,NaN,13", "192.0.2.0/24,DE,52,-181", strings.Repeat("x", 5000),
	} {
		if _, err := behaviour.ParsePlaces([]byte("192.0.2.0/25,DE,1,1\n" + line)); err == nil {
			t.Errorf("%.40q is a place", line)
		}
	}
}

func FuzzParsePlaces(f *testing.F) {
	f.Add("192.0.2.0/24,DE,52,13\n::/0,XX,0,0", "192.0.2.1")
	f.Fuzz(func(t *testing.T, table, address string) {
		p, err := behaviour.ParsePlaces([]byte(table))
		if place, ok := p.Find(address); ok && (err != nil || place.Country == "") {
			t.Fatalf("%+v, %v", place, err)
		}
	})
}
