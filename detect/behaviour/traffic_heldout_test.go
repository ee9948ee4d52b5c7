package behaviour_test

import (
	"fmt"
	"time"
)

// heldOut is the part that no threshold was chosen on: other days, accounts,
// tools, addresses and paces.
func heldOut() *traffic {
	w := newTraffic(77)
	w.benign()
	w.heldOutLogins()
	w.heldOutMoves()
	w.heldOutBeats()
	return w
}

func (w *traffic) heldOutLogins() {
	w.during("brute-force/1", func() {
		w.guesses(at(7, "22:40"), 18, 5*time.Minute, func(t time.Time) { w.vpn(t, false, "nils", "2001:db8:7::9") })
	})
	w.during("brute-force/2", func() {
		w.guesses(at(14, "00:10"), 200, 9*time.Minute, func(t time.Time) { w.sshd(t, false, "postgres", in(newYork, 8), "db-1") })
	})
	w.during("brute-force/3", func() {
		w.guesses(at(25, "07:30"), 11, 7*time.Minute, func(t time.Time) { w.okta(t, false, "yara", in(london, 66)) })
	})
	for n, over := range []time.Duration{3 * time.Minute, 18 * time.Minute, 28 * time.Minute} {
		w.during(fmt.Sprintf("password-spray/%d", n+1), func() {
			for i := range 16 - 2*n {
				t := at(11+5*n, "19:30").Add(w.around(over*time.Duration(i)/time.Duration(16-2*n), 0.01))
				w.winlog(t, false, staff[23-i], fmt.Sprintf("10.0.8.%d", 3+n), "files-1")
			}
		})
	}
	for n, tries := range []int{7, 20, 5} {
		w.during(fmt.Sprintf("success-after-failures/%d", n+1), func() {
			user, from, start := []string{"sven", "uwe", "wim"}[n], in(singapore, 80+n), at(12+6*n, "01:00")
			w.guesses(start, tries, 14*time.Minute, func(t time.Time) { w.okta(t, false, user, from) })
			w.okta(start.Add(17*time.Minute), true, user, from)
		})
	}
}

func (w *traffic) heldOutMoves() {
	w.during("lateral-movement/1", func() { w.moves(at(9, "04:00"), 25*time.Minute, "quin", desk(16), 6) })
	w.during("lateral-movement/2", func() { w.moves(at(22, "13:00"), 55*time.Minute, "kim", desk(10), 5) })
	w.during("lateral-movement/3", func() { w.moves(at(26, "18:00"), 58*time.Minute, "wim", desk(22), 3) })
	w.okta(at(10, "09:10"), true, "judy", in(hamburg, 49))
	w.during("impossible-travel/1", func() { w.okta(at(10, "11:00"), true, "judy", in(newYork, 55)) })
	w.okta(at(24, "20:00"), true, "tara", in(paris, 59))
	w.during("impossible-travel/2", func() { w.okta(at(25, "00:30"), true, "tara", in(singapore, 56)) })
	w.during("first-country/1", func() { w.okta(at(19, "16:00"), true, "gus", in(saoPaulo, 57)) })
	w.during("first-country/2", func() { w.vpn(at(27, "20:00"), true, "mona", in(lagos, 58)) })
	w.during("first-admin-action/1", func() { w.aws(at(16, "03:10"), "CreateUser", "dina", in(lagos, 3)) })
	w.during("first-admin-action/2", func() { w.aws(at(23, "12:00"), "PutBucketPolicy", "finn", office) })
	w.during("first-host-pair/1", func() { w.sshd(at(14, "19:00"), true, "ian", desk(8), "db-2") })
	w.during("first-host-pair/2", func() { w.sshd(at(24, "02:00"), true, "hana", desk(7), "build-1") })
}

func (w *traffic) heldOutBeats() {
	for n, period := range []time.Duration{30 * time.Second, 4 * time.Minute, 11 * time.Minute} {
		w.during(fmt.Sprintf("beaconing/%d", n+1), func() {
			for beat := range 150 / (n + 1) {
				w.proxy(at(9+6*n, "01:00").Add(period*time.Duration(beat)+w.around(period, 0.12)), desk(12+n), fmt.Sprintf("api-%d.example", n))
			}
		})
	}
	w.during("volume-anomaly/1", func() {
		for range 180 {
			w.proxy(at(19, "02:10").Add(w.upTo(45*time.Minute)), desk(15), "paste.example")
		}
	})
	w.during("volume-anomaly/2", func() {
		for range 300 {
			w.aws(at(25, "14:05").Add(w.upTo(45*time.Minute)), "GetObject", "ben", in(newYork, 77))
		}
	})
}
