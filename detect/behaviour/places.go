package behaviour

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Limits on the table of places. GeoLite2 City has some five million networks.
const (
	maxPlaceLine = 4 << 10 // bytes
	maxPlaces    = 8_000_000
)

// Place is where a network is.
type Place struct {
	Country   string  `json:"c"` // as the table writes it
	Latitude  float64 `json:"y"` // degrees, -90 to 90
	Longitude float64 `json:"x"` // degrees, -180 to 180
}

// Places says where networks are. The zero value knows nothing.
type Places struct {
	at   map[netip.Prefix]Place
	bits []int // lengths of prefixes that occur, longest first
}

// ParsePlaces reads a table: network, country, latitude and longitude in each
// line, divided by commas; # begins a comment.
func ParsePlaces(file []byte) (Places, error) {
	p := Places{at: map[netip.Prefix]Place{}}
	lengths := map[int]bool{}
	lines := bufio.NewScanner(bytes.NewReader(file))
	lines.Buffer(nil, maxPlaceLine)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		network, place, err := parsePlace(line)
		if err != nil {
			return Places{}, fmt.Errorf("places: line %d: %w", n, err)
		}
		if len(p.at) >= maxPlaces {
			return Places{}, fmt.Errorf("places: line %d: more than %d networks", n, maxPlaces)
		}
		p.at[network], lengths[network.Bits()] = place, true
	}
	if err := lines.Err(); err != nil {
		return Places{}, fmt.Errorf("places: %w", err)
	}
	for bits := range lengths {
		p.bits = append(p.bits, bits)
	}
	slices.SortFunc(p.bits, func(a, b int) int { return b - a })
	return p, nil
}

func parsePlace(line string) (netip.Prefix, Place, error) {
	columns := strings.Split(line, ",")
	if len(columns) != 4 {
		return netip.Prefix{}, Place{}, fmt.Errorf("%d columns, want network, country, latitude, longitude", len(columns))
	}
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
	}
	network, err := netip.ParsePrefix(columns[0])
	if err != nil || network != network.Masked() || columns[1] == "" || len(columns[1]) > 64 {
		return network, Place{}, fmt.Errorf("%q in %q is no network in a country", columns[0], columns[1])
	}
	lat, errLat := strconv.ParseFloat(columns[2], 64)
	lon, errLon := strconv.ParseFloat(columns[3], 64)
	if errLat != nil || errLon != nil || !(math.Abs(lat) <= 90) || !(math.Abs(lon) <= 180) {
		return network, Place{}, fmt.Errorf("%q, %q is no place on earth", columns[2], columns[3])
	}
	return network, Place{columns[1], lat, lon}, nil
}

// Find gives where an address is, by the longest network that has it.
func (p Places) Find(address string) (Place, bool) {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return Place{}, false
	}
	for _, bits := range p.bits {
		network, err := a.Prefix(bits)
		if err != nil {
			continue // too long for IPv4
		}
		if place, ok := p.at[network]; ok {
			return place, true
		}
	}
	return Place{}, false
}

// kilometres is the distance on a sphere of the earth's mean radius.
func (p Place) kilometres(q Place) float64 {
	rad := func(deg float64) float64 { return deg * math.Pi / 180 }
	sin := func(a, b float64) float64 { s := math.Sin(rad(b-a) / 2); return s * s }
	h := sin(p.Latitude, q.Latitude) + math.Cos(rad(p.Latitude))*math.Cos(rad(q.Latitude))*sin(p.Longitude, q.Longitude)
	return 2 * 6371 * math.Asin(math.Sqrt(min(h, 1)))
}
