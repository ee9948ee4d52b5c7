package sandbox

import (
	"errors"
	"strings"
)

// Try runs verbs and turns the panic about a mistake in one of them into an
// error, without the "sandbox: " before it. Any other panic goes on.
func Try(act func()) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		text, ok := p.(string)
		if text, ours := strings.CutPrefix(text, "sandbox: "); ok && ours {
			err = errors.New(text)
			return
		}
		panic(p)
	}()
	act()
	return nil
}

// Try is [Try], for who has only this service.
func (s *Slack) Try(act func()) error { return Try(act) }
