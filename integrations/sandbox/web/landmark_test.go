package web_test

import (
	"io"
	"net/http"
	"regexp"
	"testing"

	"firebreak/integrations/sandbox/web"
)

// TestLandmarks: whoever goes from landmark to landmark misses nothing, the
// link that skips to the content included.
func TestLandmarks(t *testing.T) {
	w := newWindow(t, web.Options{})
	b, err := io.ReadAll(w.do(request(http.MethodGet, "/", "")).Body)
	if err != nil {
		t.Fatal(err)
	}
	landmark := regexp.MustCompile(`(?s)<(header|main)\b.*?</(header|main)>|<(nav|section)\b[^>]* aria-label=.*?</(nav|section)>|<noscript>.*?</noscript>|</?(body|html)>`)
	body := regexp.MustCompile(`(?s)<body>.*`).Find(b)
	if rest := landmark.ReplaceAll(body, nil); regexp.MustCompile(`\S`).Match(rest) || len(body) == 0 {
		t.Errorf("outside landmarks: %s", rest)
	}
	if !regexp.MustCompile(`(?s)<header[^>]*>\s*<a [^>]*id="skip"`).Match(body) {
		t.Error("the skip link is not the first in the header")
	}
}
