package behaviour_test

import (
	"fmt"
	"time"
)

// Where things are. Cities have networks in testdata/traffic/places.csv.
const (
	berlin, hamburg, paris, london, newYork = 1, 2, 3, 4, 5
	singapore, saoPaulo, sydney, lagos      = 6, 7, 8, 9
	egress                                  = 20 // of the company's VPN provider

	office  = "198.18.1.10" // everybody in it has this address
	scanner = "10.0.9.9"    // the company's own
)

var (
	staff = []string{
		"ada", "ben", "cleo", "dina", "eli", "finn", "gus", "hana", "ian", "judy", "kim", "lars",
		"mona", "nils", "olga", "pia", "quin", "rosa", "sven", "tara", "uwe", "vera", "wim", "yara",
	}
	machines = []string{"web-1", "web-2", "web-3", "db-1", "db-2", "files-1", "build-1", "mail-1", "ci-1", "wiki-1"}
)

func in(city, host int) string { return fmt.Sprintf("198.18.%d.%d", city, host) }

// home is where somebody works when not in the office: most near it.
func home(i int) string { return in([]int{berlin, berlin, hamburg, paris}[i%4], 40+i) }

// desk is somebody's address within the company.
func desk(i int) string { return fmt.Sprintf("10.0.3.%d", 10+i) }

// benign is what goes on all the time.
func (w *traffic) benign() {
	for day := range 7 * weeks {
		if day%7 < 5 {
			for i := range staff {
				w.workday(day, i)
			}
			w.administration(day)
		}
		w.nights(day)
	}
	w.oddities()
}

// login is one with typing errors before it.
func (w *traffic) login(t time.Time, typos int, do func(time.Time, bool)) {
	for range typos {
		do(t, false)
		t = t.Add(w.around(15*time.Second, 0.6))
	}
	do(t, true)
}

func (w *traffic) typos() int {
	return []int{0, 0, 0, 0, 0, 0, 0, 1, 1, 2}[w.rand.IntN(10)]
}

// workday: somebody comes, logs in and works on the usual machines.
func (w *traffic) workday(day, i int) {
	user := staff[i]
	from := office
	start := at(day, "08:00").Add(w.upTo(90 * time.Minute))
	if (day+i)%5 < 2 {
		from = home(i)
		w.login(start.Add(-time.Minute), w.typos(), func(t time.Time, ok bool) { w.vpn(t, ok, user, from) })
	}
	w.login(start, w.typos(), func(t time.Time, ok bool) { w.okta(t, ok, user, from) })
	if i < 8 { // engineers, on the same few machines
		for n := range 2 {
			host := machines[(i+n)%4]
			t := start.Add(w.upTo(6 * time.Hour))
			w.login(t, w.typos()/2, func(t time.Time, ok bool) { w.sshd(t, ok, user, desk(i), host) })
			w.edr(t.Add(2*time.Second), "process-start", user, host)
		}
	} else {
		w.login(start.Add(5*time.Minute), w.typos()/2, func(t time.Time, ok bool) { w.winlog(t, ok, user, desk(i), "files-1") })
	}
	for range 2 + w.rand.IntN(3) {
		w.proxy(start.Add(w.upTo(8*time.Hour)), desk(i), []string{"news.example", "docs.example", "mail.example", "chat.example"}[w.rand.IntN(4)])
	}
}

// administration: two people who do that all the time.
func (w *traffic) administration(day int) {
	for i, user := range []string{"ada", "ben"} {
		t := at(day, "11:00").Add(w.upTo(3 * time.Hour))
		for range 3 {
			name := []string{"CreateUser", "AttachUserPolicy", "CreateAccessKey", "PutBucketPolicy"}[w.rand.IntN(4)]
			w.aws(t, name, user, office)
			t = t.Add(w.upTo(10 * time.Minute))
		}
		w.aws(t, "DescribeInstances", staff[2+(day+i)%6], office)
	}
}

// nights: backups each night, patches on Tuesdays, the scanner on Wednesdays.
func (w *traffic) nights(day int) {
	t := at(day, "02:00")
	for _, host := range machines {
		t = t.Add(w.around(2*time.Minute, 0.3))
		w.sshd(t, true, "svc-backup", "10.0.5.5", host)
		w.edr(t.Add(3*time.Second), "process-start", "svc-backup", host)
	}
	switch day % 7 {
	case 1:
		for n := range 150 {
			w.edr(at(day, "22:00").Add(w.upTo(50*time.Minute)), "service-restart", "svc-patch", machines[n%len(machines)])
		}
	case 2:
		for n := range 80 {
			user := []string{"admin", "root", "guest", "test", "oracle", "postgres", "ubuntu", "pi"}[n%8]
			w.sshd(at(day, "03:00").Add(time.Duration(n)*8*time.Second), false, user, scanner, machines[n/8])
		}
	}
}

// oddities look like attacks and are none.
func (w *traffic) oddities() {
	// Passwords forgotten at the usual place, and found again.
	for n, i := range []int{4, 11, 17} {
		t := at(9+4*n, "09:40")
		w.login(t, 6+n, func(t time.Time, ok bool) { w.okta(t, ok, staff[i], home(i)) })
	}
	// The office's address after the passwords of a department had expired.
	for i := range 12 {
		w.login(at(15, "08:30").Add(w.upTo(20*time.Minute)), 1, func(t time.Time, ok bool) { w.okta(t, ok, staff[8+i], office) })
	}
	// Monitoring: everywhere, and regular.
	for day := 10; day < 12; day++ {
		for n := range 6 {
			for beat := range 48 {
				w.proxy(at(day, "00:00").Add(time.Duration(30*beat)*time.Minute+w.upTo(3*time.Second)), fmt.Sprintf("10.0.4.%d", 10+n), "status.corp.example")
			}
		}
	}
	// Travellers: by plane, and in a hotel with the VPN of the company.
	w.okta(at(16, "06:00"), true, "hana", in(berlin, 77))
	w.okta(at(16, "17:30"), true, "hana", in(newYork, 31))
	for n := range 3 {
		w.okta(at(17+n, "14:00"), true, "hana", in(newYork, 31))
	}
	w.okta(at(18, "12:00"), true, "ian", in(singapore, 9))
	w.okta(at(18, "12:10"), true, "ian", in(egress, 4))
	// A phone between two providers.
	w.okta(at(14, "12:00"), true, "olga", in(berlin, 90))
	w.okta(at(14, "12:09"), true, "olga", in(hamburg, 12))
	// Somebody helps out on two machines of others.
	for n, host := range []string{"ci-1", "wiki-1"} {
		w.sshd(at(13, "15:00").Add(time.Duration(n)*20*time.Minute), true, "eli", desk(4), host)
	}
}
