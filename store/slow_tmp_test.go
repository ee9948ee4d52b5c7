package store_test
import ("testing";"strings";"time";"fmt";"firebreak/incident")
func TestSlowTmp(t *testing.T) {
	s := fresh(t)
	said(t, s, incident.Incident{Title: "x"}, append(hostile, strings.Repeat("a ", 20000))...)
	var grow []string
	for i := 1; i <= 32; i++ { grow = append(grow, `"`+strings.Repeat("a ", i)+`"`) }
	for _, q := range []string{"a", "a a", `"`+strings.Repeat("a ", 500)+`"`, `"`+strings.Repeat("a ", 5000)+`"`, strings.Join(grow, " "),`"`+strings.Repeat("a.", 5000)+`"`, strings.Repeat("a.", 5000)} {
		st := time.Now()
		n := len(search(t, s, incident.Operator(), q))
		fmt.Printf("%.30q %d %v\n", q, n, time.Since(st))
	}
}
