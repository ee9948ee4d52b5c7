package behaviour_test

import (
	"fmt"
	"time"
)

// guesses are failed logins of one account, spread over a time.
func (w *traffic) guesses(start time.Time, n int, over time.Duration, do func(time.Time)) {
	for i := range n {
		do(start.Add(w.around(over*time.Duration(i)/time.Duration(n), 0.02)))
	}
}

// training is the part that thresholds were chosen on.
func training() *traffic {
	w := newTraffic(1)
	w.benign()
	w.trainingLogins()
	w.trainingMoves()
	w.trainingBeats()
	return w
}

func (w *traffic) trainingLogins() {
	w.during("brute-force/1", func() {
		w.guesses(at(8, "03:10"), 40, 3*time.Minute, func(t time.Time) { w.sshd(t, false, "root", in(lagos, 5), "web-1") })
	})
	w.during("brute-force/2", func() {
		w.guesses(at(11, "13:00"), 25, 8*time.Minute, func(t time.Time) { w.okta(t, false, "ada", in(saoPaulo, 6)) })
	})
	w.during("brute-force/3", func() {
		w.guesses(at(17, "10:00"), 15, 9*time.Minute, func(t time.Time) { w.winlog(t, false, "administrator", "10.0.3.90", "files-1") })
	})
	w.during("brute-force/4-slow", func() {
		w.guesses(at(22, "01:00"), 12, 4*time.Hour, func(t time.Time) { w.vpn(t, false, "ben", in(sydney, 8)) })
	})
	for n, over := range []time.Duration{10 * time.Minute, 25 * time.Minute, 5 * time.Minute, 6 * time.Hour} {
		name := fmt.Sprintf("password-spray/%d", n+1)
		if n == 3 {
			name += "-slow"
		}
		w.during(name, func() {
			from, users := in(sydney, 60+n), []int{20, 12, 24, 14}[n]
			for i := range users {
				t := at(9+4*n, "12:30").Add(w.around(over*time.Duration(i)/time.Duration(users), 0.01))
				w.okta(t, n == 2 && i == 20, staff[i], from) // one of them is guessed
			}
		})
	}
	for n, tries := range []int{12, 6, 8} {
		w.during(fmt.Sprintf("success-after-failures/%d", n+1), func() {
			user, from, start := []string{"cleo", "mona", "svc-web"}[n], in(lagos, 80+n), at(10+5*n, "04:00")
			w.guesses(start, tries, 9*time.Minute, func(t time.Time) { w.vpn(t, false, user, from) })
			w.vpn(start.Add([]time.Duration{10, 12, 22}[n]*time.Minute), true, user, from)
		})
	}
}

func (w *traffic) trainingMoves() {
	w.during("lateral-movement/1", func() { w.moves(at(12, "16:00"), 40*time.Minute, "judy", desk(9), 5) })
	w.during("lateral-movement/2", func() { w.moves(at(19, "23:00"), 50*time.Minute, "svc-web", "10.0.6.2", 4) })
	w.during("lateral-movement/3-slow", func() { w.moves(at(20, "10:00"), 9*time.Hour, "rosa", desk(17), 4) })
	w.during("impossible-travel/1", func() { w.okta(at(15, "09:50"), true, "dina", in(saoPaulo, 20)) })
	w.okta(at(15, "09:30"), true, "dina", in(berlin, 43))
	w.during("impossible-travel/2", func() { w.okta(at(23, "12:00"), true, "lars", in(sydney, 21)) })
	w.okta(at(23, "10:30"), true, "lars", in(paris, 51))
	w.during("first-country/1", func() { w.okta(at(26, "11:00"), true, "pia", in(lagos, 33)) })
	w.during("first-country/2", func() { w.okta(at(20, "21:00"), true, "vera", in(singapore, 34)) })
	w.during("first-admin-action/1", func() { w.aws(at(21, "02:20"), "CreateAccessKey", "eli", office) })
	w.during("first-admin-action/2", func() { w.aws(at(24, "19:00"), "AttachUserPolicy", "gus", in(london, 5)) })
	w.during("first-host-pair/1", func() { w.sshd(at(17, "20:00"), true, "cleo", desk(2), "mail-1") })
	w.during("first-host-pair/2", func() { w.winlog(at(25, "01:00"), true, "kim", desk(10), "db-2") })
}

// moves are an account's on machines that are not its own, as different
// tools see them.
func (w *traffic) moves(start time.Time, over time.Duration, user, from string, n int) {
	for i := range n {
		t, host := start.Add(over*time.Duration(i)/time.Duration(n)), machines[len(machines)-1-i]
		switch i % 3 {
		case 0:
			w.sshd(t, true, user, from, host)
		case 1:
			w.winlog(t, true, user, from, host)
		case 2:
			w.edr(t, "process-start", user, host)
		}
	}
}

func (w *traffic) trainingBeats() {
	for n, period := range []time.Duration{time.Minute, 5 * time.Minute, 2 * time.Minute} {
		name, jitter := fmt.Sprintf("beaconing/%d", n+1), []float64{0.05, 0.1, 0.6}[n]
		if n == 2 {
			name += "-jitter"
		}
		w.during(name, func() {
			for beat := range 60 {
				w.proxy(at(13+3*n, "18:00").Add(period*time.Duration(beat)+w.around(period, jitter)), desk(3+n), fmt.Sprintf("cdn-%d.example", n))
			}
		})
	}
	w.during("volume-anomaly/1", func() {
		for range 250 {
			w.aws(at(18, "05:05").Add(w.upTo(50*time.Minute)), "GetObject", "svc-web", in(london, 9))
		}
	})
	w.during("volume-anomaly/2", func() {
		for range 400 {
			w.edr(at(26, "10:05").Add(w.upTo(50*time.Minute)), "file-rename", "rosa", "files-1")
		}
	})
	// A cron job that asks whether it is alone in the world: benign, and told.
	for beat := range 100 {
		w.proxy(at(8, "00:00").Add(time.Duration(10*beat)*time.Minute+w.upTo(2*time.Second)), "10.0.4.40", "heartbeat.example")
	}
}
