package behaviour_test

import (
	"fmt"
	"time"
)

// More places: of the third part alone.
const (
	tokyo, dublin = 10, 11
	carrier       = 21 // a mobile carrier, with many people behind each address
	privacy       = 22 // exits of a VPN that people have on their own phones
)

// varied is the third part, written when the rules had long been there and
// none was changed for it: more sorts of attacks, among them some that no rule
// can see, and more of what looks like one. Names say which should be hard:
// -slow, -few, -spread, -local, -young, -other, -crowd, -low, -loose.
func varied() *traffic {
	w := newTraffic(4242)
	w.benign()
	w.phones()
	w.robots()
	w.retries()
	w.travellers()
	w.variedGuesses()
	w.variedSprays()
	w.variedBreaks()
	w.variedMoves()
	w.variedPlaces()
	w.variedFirsts()
	w.variedBeats()
	w.variedVolumes()
	return w
}

// phones: many behind one carrier's address, some with a VPN of their own.
func (w *traffic) phones() {
	for day := 2; day < 7*weeks; day++ {
		for n := range 6 {
			user := staff[(5*day+n)%24]
			t := at(day, "07:10").Add(w.upTo(50 * time.Minute))
			w.login(t, w.typos(), func(t time.Time, ok bool) { w.okta(t, ok, user, in(carrier, 7+day%2)) })
		}
		if day%3 == 0 && day%7 < 5 {
			user := []string{"finn", "rosa", "uwe"}[day/3%3]
			w.okta(at(day, "12:30").Add(w.upTo(time.Hour)), true, user, in(privacy, 3+day%4))
		}
	}
}

// robots: runners, deployments, reports, monitors and what updates itself.
func (w *traffic) robots() {
	for day := range 7 * weeks {
		for n := range 12 {
			t := at(day, "00:20").Add(time.Duration(n) * 2 * time.Hour).Add(w.upTo(20 * time.Minute))
			w.sshd(t, true, "svc-ci", fmt.Sprintf("10.0.7.%d", 1+n%6), []string{"ci-1", "build-1"}[n%2])
			w.edr(t.Add(5*time.Second), "process-start", "svc-ci", fmt.Sprintf("runner-%d-%d", day, n)) // gone again in an hour
		}
		if day%7 == 3 { // deployments
			t := at(day, "14:00")
			for _, host := range machines {
				t = t.Add(w.around(2*time.Minute, 0.5))
				w.sshd(t, true, "svc-deploy", "10.0.7.1", host)
				w.edr(t.Add(2*time.Second), "process-start", "svc-deploy", host)
			}
		}
		if day%7 == 0 { // the week's report
			for range 160 {
				w.aws(at(day, "06:05").Add(w.upTo(50*time.Minute)), "GetObject", "svc-report", "10.0.5.9")
			}
		}
		for beat := range 24 { // a monitor of the provider's, and updates
			w.proxy(at(day, "00:00").Add(time.Duration(beat)*time.Hour+w.upTo(12*time.Minute)), desk(beat%12), "updates.example")
		}
	}
	for beat := range 288 {
		w.proxy(at(12, "00:00").Add(time.Duration(beat)*5*time.Minute+w.upTo(40*time.Second)), "10.0.4.60", "uptime.example")
	}
	for beat := range 200 { // three desks have the same program
		for n := range 3 {
			w.proxy(at(17, "09:00").Add(time.Duration(beat)*2*time.Minute+w.upTo(25*time.Second)), desk(14+n), "telemetry.example")
		}
	}
	for range 260 { // the month ends
		w.winlog(at(24, "16:05").Add(w.upTo(50*time.Minute)), true, "svc-finance", "10.0.5.12", "files-1")
	}
}

// retries: programs that hold on to an old password.
func (w *traffic) retries() {
	for n, i := range []int{2, 7, 12, 15, 19, 22} { // a password manager, at home, then the right one
		start, tries := at(6+3*n, "18:20"), 4+2*n
		w.guesses(start, tries, 6*time.Minute, func(t time.Time) { w.okta(t, false, staff[i], home(i)) })
		w.okta(start.Add(8*time.Minute), true, staff[i], home(i))
	}
	for n, i := range []int{9, 13, 20} { // mail on a phone, until its owner wakes up
		w.guesses(at(10+6*n, "05:00"), 20, 10*time.Minute, func(t time.Time) { w.okta(t, false, staff[i], in(carrier, 9)) })
		w.okta(at(10+6*n, "06:40"), true, staff[i], in(carrier, 9))
	}
	for beat := range 140 { // services whose passwords expired
		w.winlog(at(19, "00:00").Add(time.Duration(beat)*10*time.Minute+w.upTo(20*time.Second)), false, "svc-report", "10.0.5.9", "files-1")
	}
	for beat := range 160 {
		w.winlog(at(23, "03:00").Add(time.Duration(beat)*45*time.Second), false, "svc-sync", "10.0.5.10", "mail-1")
	}
	for i := range 14 { // passwords of another department expire
		w.login(at(22, "08:40").Add(w.upTo(25*time.Minute)), 1+i%2, func(t time.Time, ok bool) { w.okta(t, ok, staff[i], office) })
	}
}

// travellers, helpers, deputies and beginners.
func (w *traffic) travellers() {
	w.okta(at(11, "07:00"), true, "kim", in(paris, 50))
	w.okta(at(11, "10:10"), true, "kim", in(london, 50)) // by train
	w.okta(at(12, "06:30"), true, "lars", in(berlin, 51))
	w.okta(at(12, "21:00"), true, "lars", in(tokyo, 51))
	for n := range 3 {
		w.okta(at(13+n, "02:00"), true, "lars", in(tokyo, 51))
	}
	w.okta(at(18, "13:00"), true, "vera", in(dublin, 8))
	w.okta(at(18, "13:20"), true, "vera", in(egress, 6))
	w.okta(at(25, "19:00"), true, "pia", in(singapore, 70))
	// A deputy does an administrator's work for the first time.
	w.aws(at(15, "10:00"), "CreateUser", "cleo", office)
	w.aws(at(20, "10:30"), "PutBucketPolicy", "hana", office)
	// Somebody on call looks for a fault, at night, on everybody's machines.
	w.moves(at(16, "02:30"), 45*time.Minute, "dina", desk(3), 6)
	w.moves(at(26, "03:10"), 30*time.Minute, "gus", desk(6), 5)
	// Beginners.
	for day := 14; day < 7*weeks; day++ {
		for n, user := range []string{"zed", "zoe"} {
			if day%7 < 5 {
				w.okta(at(day, "09:00").Add(w.upTo(30*time.Minute)), true, user, office)
				w.winlog(at(day, "09:40").Add(w.upTo(30*time.Minute)), true, user, desk(30+n), "files-1")
			}
		}
	}
}

func (w *traffic) variedGuesses() {
	w.during("brute-force/1", func() {
		w.guesses(at(8, "02:00"), 30, 2*time.Minute, func(t time.Time) { w.sshd(t, false, "root", in(lagos, 101), "web-2") })
	})
	w.during("brute-force/2", func() {
		w.guesses(at(10, "14:00"), 14, 9*time.Minute, func(t time.Time) { w.vpn(t, false, "olga", in(sydney, 102)) })
	})
	w.during("brute-force/3", func() {
		w.guesses(at(13, "20:00"), 11, 9*time.Minute, func(t time.Time) { w.okta(t, false, "pia", in(tokyo, 103)) })
	})
	w.during("brute-force/4-slow", func() {
		w.guesses(at(15, "01:00"), 20, 2*time.Hour, func(t time.Time) { w.okta(t, false, "ada", in(dublin, 104)) })
	})
	w.during("brute-force/5-spread", func() {
		n := 0
		w.guesses(at(18, "03:00"), 40, 10*time.Minute, func(t time.Time) { n++; w.okta(t, false, "ben", in(newYork, 110+n%20)) })
	})
	w.during("brute-force/6", func() {
		w.guesses(at(19, "11:00"), 60, 5*time.Minute, func(t time.Time) { w.winlog(t, false, "administrator", desk(9), "db-2") })
	})
	w.during("brute-force/7", func() {
		w.guesses(at(21, "23:00"), 25, 4*time.Minute, func(t time.Time) { w.okta(t, false, "svc-web", in(saoPaulo, 107)) })
	})
	w.during("brute-force/8-slow", func() {
		for burst := range 12 {
			w.guesses(at(24, "00:00").Add(time.Duration(burst)*12*time.Minute), 4, time.Minute, func(t time.Time) { w.vpn(t, false, "cleo", in(lagos, 108)) })
		}
	})
}

func (w *traffic) variedSprays() {
	spray := func(name, start string, day, users int, over time.Duration, try func(time.Time, int)) {
		w.during("password-spray/"+name, func() {
			for i := range users {
				try(at(day, start).Add(w.around(over*time.Duration(i)/time.Duration(users), 0.01)), i)
			}
		})
	}
	spray("1", "21:00", 8, 24, 6*time.Minute, func(t time.Time, i int) { w.okta(t, false, staff[i], in(lagos, 121)) })
	spray("2", "04:00", 11, 15, 20*time.Minute, func(t time.Time, i int) { w.vpn(t, false, staff[23-i], in(saoPaulo, 122)) })
	spray("3", "16:00", 14, 10, 28*time.Minute, func(t time.Time, i int) { w.winlog(t, false, staff[2*i], desk(21), "mail-1") })
	spray("4-slow", "00:30", 16, 24, 8*time.Hour, func(t time.Time, i int) { w.okta(t, false, staff[i], in(sydney, 124)) })
	spray("5-spread", "22:00", 18, 24, 10*time.Minute, func(t time.Time, i int) { w.okta(t, false, staff[i], in(newYork, 140+i%12)) })
	spray("6", "19:00", 20, 12, 9*time.Minute, func(t time.Time, i int) { w.okta(t, i%6 == 5, staff[i], in(tokyo, 126)) })
	spray("7", "07:30", 23, 14, 10*time.Minute, func(t time.Time, i int) { w.okta(t, false, staff[23-i], in(carrier, 7+23%2)) })
	spray("8", "02:40", 26, 9, 15*time.Minute, func(t time.Time, i int) {
		w.sshd(t, false, []string{"oracle", "git", "jenkins", "www", "ftp", "backup", "nagios", "tomcat", "hadoop"}[i], in(singapore, 128), "web-1")
	})
}

// variedBreaks are guesses that end with the right one.
func (w *traffic) variedBreaks() {
	for n, c := range []struct {
		name, user string
		tries      int
		over, wait time.Duration
		from       int
	}{
		{"1", "vera", 15, 8 * time.Minute, time.Minute, lagos},
		{"2", "judy", 6, 12 * time.Minute, 5 * time.Minute, singapore},
		{"3", "svc-backup", 30, 10 * time.Minute, 2 * time.Minute, newYork},
		{"4-slow", "nils", 8, 4 * time.Hour, time.Minute, sydney},
		{"5-few", "mona", 3, 4 * time.Minute, time.Minute, tokyo},
		{"6", "sven", 9, 20 * time.Minute, 6 * time.Minute, carrier},
		{"7", "tara", 7, 5 * time.Minute, 20 * time.Minute, saoPaulo},
	} {
		w.during("success-after-failures/"+c.name, func() {
			start := at(9+2*n, "22:10")
			w.guesses(start, c.tries, c.over, func(t time.Time) { w.okta(t, false, c.user, in(c.from, 150+n)) })
			w.okta(start.Add(c.over+c.wait), true, c.user, in(c.from, 150+n))
		})
	}
	w.during("success-after-failures/8", func() { // guessed at one door, used at another, from elsewhere
		w.guesses(at(25, "01:20"), 9, 6*time.Minute, func(t time.Time) { w.vpn(t, false, "quin", in(lagos, 158)) })
		w.okta(at(25, "01:40"), true, "quin", in(dublin, 158))
	})
}

func (w *traffic) variedMoves() {
	for n, c := range []struct {
		name, user string
		hosts      int
		over       time.Duration
	}{
		{"1", "ian", 5, 20 * time.Minute},
		{"2", "olga", 8, 50 * time.Minute},
		{"3", "svc-web", 4, 12 * time.Minute},
		{"4-slow", "uwe", 6, 8 * time.Hour},
		{"5-few", "wim", 3, 25 * time.Minute},
		{"6", "finn", 6, 35 * time.Minute},
		{"7", "zed", 7, 55 * time.Minute},
	} {
		w.during("lateral-movement/"+c.name, func() { w.moves(at(10+2*n, "20:00"), c.over, c.user, desk(8+n), c.hosts) })
	}
	w.during("lateral-movement/8-other", func() { // one tool alone sees it
		for i := range 6 {
			w.edr(at(25, "04:00").Add(time.Duration(5*i)*time.Minute), "process-start", "yara", machines[9-i])
		}
	})
}

func (w *traffic) variedPlaces() {
	for n, c := range []struct {
		name, user string
		home, away int
		after      time.Duration
	}{
		{"1", "eli", berlin, lagos, 40 * time.Minute},
		{"2", "hana", hamburg, tokyo, 3 * time.Hour},
		{"3", "nils", paris, newYork, 2 * time.Hour},
		{"4", "rosa", berlin, dublin, 25 * time.Minute},
		{"5-local", "sven", hamburg, berlin, 5 * time.Minute},
		{"6", "tara", paris, sydney, 9 * time.Hour},
	} {
		t := at(8+3*n, "20:20")
		w.okta(t, true, c.user, in(c.home, 60+n))
		w.during("impossible-travel/"+c.name, func() { w.okta(t.Add(c.after), true, c.user, in(c.away, 160+n)) })
	}
	for n, c := range []struct {
		name, user string
		from       int
	}{{"1", "ada", tokyo}, {"2", "dina", dublin}, {"3", "judy", lagos}, {"4", "quin", sydney}, {"5", "yara", saoPaulo}, {"6-young", "zoe", lagos}} {
		w.during("first-country/"+c.name, func() { w.vpn(at(9+3*n, "23:30"), true, c.user, in(c.from, 170+n)) })
	}
}

func (w *traffic) variedFirsts() {
	for n, c := range []struct{ name, user, action string }{
		{"1", "eli", "CreateUser"},
		{"2", "finn", "CreateAccessKey"},
		{"3", "gus", "AttachUserPolicy"},
		{"4", "svc-report", "CreateLoginProfile"},
		{"5", "dina", "StopLogging"},
		{"6-other", "cleo", "UpdateLoginProfile"},
	} {
		w.during("first-admin-action/"+c.name, func() { w.aws(at(11+3*n, "03:40"), c.action, c.user, in(newYork, 180+n)) })
	}
	for n, c := range []struct {
		name, user, host string
		desk             int
	}{{"1", "ben", "mail-1", 1}, {"2", "eli", "wiki-1", 4}, {"3", "judy", "db-1", 9}, {"4", "rosa", "build-1", 17}, {"5", "vera", "ci-1", 21}, {"6-young", "zed", "db-2", 30}} {
		w.during("first-host-pair/"+c.name, func() { w.sshd(at(12+2*n, "21:10"), true, c.user, desk(c.desk), c.host) })
	}
}

func (w *traffic) variedBeats() {
	for n, c := range []struct {
		name   string
		period time.Duration
		jitter float64
		beats  int
	}{
		{"1", 20 * time.Second, 0.05, 120},
		{"2", time.Minute, 0.2, 90},
		{"3", 3 * time.Minute, 0.15, 80},
		{"4", 10 * time.Minute, 0.1, 60},
		{"5-slow", 2 * time.Hour, 0.1, 60},
		{"6-loose", 5 * time.Minute, 0.5, 100},
		{"7", 15 * time.Minute, 0.02, 40},
	} {
		w.during("beaconing/"+c.name, func() {
			for beat := range c.beats {
				w.proxy(at(8+2*n, "10:00").Add(c.period*time.Duration(beat)+w.around(c.period, c.jitter)), desk(2+2*n), fmt.Sprintf("sync-%d.example", n))
			}
		})
	}
	w.during("beaconing/8-crowd", func() { // through what everybody uses
		for beat := range 80 {
			w.proxy(at(24, "20:00").Add(4*time.Minute*time.Duration(beat)+w.upTo(10*time.Second)), desk(18), "chat.example")
		}
	})
}

func (w *traffic) variedVolumes() {
	for n, c := range []struct {
		name, clock string
		alerts      int
		do          func(time.Time)
	}{
		{"1", "02:05", 220, func(t time.Time) { w.aws(t, "GetObject", "svc-web", in(lagos, 190)) }},
		{"2", "13:05", 500, func(t time.Time) { w.edr(t, "file-rename", "pia", "files-1") }},
		{"3", "04:05", 150, func(t time.Time) { w.proxy(t, desk(11), "drop.example") }},
		{"4", "20:05", 300, func(t time.Time) { w.aws(t, "ListBuckets", "ben", in(saoPaulo, 191)) }},
		{"5-low", "03:05", 90, func(t time.Time) { w.aws(t, "GetObject", "ada", in(tokyo, 192)) }},
		{"6", "11:05", 350, func(t time.Time) { w.vpn(t, false, staff[w.rand.IntN(24)], in(newYork, 200+w.rand.IntN(50))) }},
	} {
		w.during("volume-anomaly/"+c.name, func() {
			for range c.alerts {
				c.do(at(9+3*n, c.clock).Add(w.upTo(50 * time.Minute)))
			}
		})
	}
}
