package sigma

import (
	"fmt"
	"regexp"
	"testing"
)

func TestNecessary(t *testing.T) {
	tests := []struct{ re, want string }{
		{`powershell`, `[[powershell]]`},
		{`^C:\\Windows\\.*\.EXE$`, `[[c:\windows\] [.exe]]`},
		{`foo|ba[rz]|qux+`, `[[foo ba qu]]`},
		{`foo|x*`, `[]`},
		{`(abc)+d?e{2}`, `[[abc] [e]]`},
		{`a{0,3}`, `[]`},
		// K is also the Kelvin sign, s the long s: folding leaves those.
		{`(?i)mimikatz`, `[[mimi]]`},
		{`(?i)k`, `[]`},
		{`(?i)s`, `[]`},
		{`kiss`, `[[kiss]]`},
		{`(?i)É`, `[]`},
		{`É`, `[[É]]`},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(necessaryOf(regexp.MustCompile(tt.re))); got != tt.want {
			t.Errorf("%s needs %s, want %s", tt.re, got, tt.want)
		}
	}
}
