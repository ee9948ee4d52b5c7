package behaviour_test

import (
	"fmt"
	"testing"
	"time"

	"firebreak/detect"
	"firebreak/detect/behaviour"
)

// BenchmarkObserve plays the third part of the traffic, in turn with reading
// the same bodies as alerts, which the bot does first. Both take nothing from
// a disk.
func BenchmarkObserve(b *testing.B) {
	part := varied()
	lines := part.arrived()
	alerts, _ := part.alerts()
	watch := behaviour.NewWatch(operated(b), places(b))
	var reading, observing time.Duration
	var s *shelf
	for b.Loop() {
		start := time.Now()
		for i, line := range lines {
			detect.Alerts(detect.Input{ID: fmt.Sprintf("m%06d", i), JSON: []byte(line.Body), At: line.Seen})
		}
		reading += time.Since(start)
		s = newShelf()
		start = time.Now()
		for _, a := range alerts {
			if _, err := watch.Observe(s, a); err != nil {
				b.Fatal(err)
			}
		}
		observing += time.Since(start)
	}
	total, most := 0, 0
	for _, state := range s.states {
		total, most = total+len(state), max(most, len(state))
	}
	b.ReportMetric(float64(len(alerts)*b.N)/observing.Seconds(), "alerts/s")
	b.ReportMetric(float64(observing)/float64(reading), "of-reading")
	b.ReportMetric(float64(total)/float64(len(s.states)), "B/group")
	b.ReportMetric(float64(most), "B/largest")
	b.ReportMetric(float64(len(s.states)), "groups")
	b.ReportMetric(0, "ns/op")
}
