package bot

import (
	"encoding/json"
	"errors"
	"testing"
)

// wholePages is a Slack of which only the size of its pages is asked.
type wholePages struct{ Chat }

func (wholePages) ShortPages() bool { return false }

// Pages whose cursor comes again, or of which there is no end, are no history.
func TestPagesThatDoNotEnd(t *testing.T) {
	for name, cursor := range map[string]func(string) string{
		"the same cursor": func(string) string { return "again" },
		"ever new ones":   func(last string) string { return last + "x" },
	} {
		p := &pass{b: &Bot{chat: wholePages{}}}
		call := func(last string) ([]json.RawMessage, string, error) { return nil, cursor(last), nil }
		each := func([]slackMessage, string) (bool, error) { return false, nil }
		if err := p.pages(t.Context(), call, each); !errors.Is(err, errEndless) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c, lasting := causeOf(errEndless); !lasting || c != causeEndless {
		t.Errorf("cause %+v, lasting %v", c, lasting)
	}
}
