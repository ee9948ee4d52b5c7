package bot

import "testing"

// TestLinks: an address stays inside its token and calls nobody; one that says
// who logs in may lead elsewhere than it seems to.
func TestLinks(t *testing.T) {
	for address, want := range map[string]string{
		"https://x.example/a?b=1&c=2":         "<https://x.example/a?b=1&amp;c=2|label>",
		"https://x.example/a@here?x=@channel": "<https://x.example/a%40here?x=%40channel|label>",
		"https://bank.example@evil.example/":  "label",
		"https://x.example/>":                 "label",
		"javascript:alert(1)":                 "label",
	} {
		if got := link(address, "label"); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
