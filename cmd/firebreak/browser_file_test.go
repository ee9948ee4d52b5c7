package main

import (
	"bytes"
	"image"
	"image/png"
	"testing"
)

// testFilesInBrowser drops files from the desktop onto a channel.
func testFilesInBrowser(t *testing.T, b *browser, st *stage) {
	v := b.visit(t, st.base, "#/slack/general?as=sam", desktop())
	v.see(".compose-field", "Message #general")
	v.drop(".chan .log", "vpn-auth.log", []byte("02:58:11 sshd[811]: Accepted password for svc-backup\n"))
	v.see(".staged-file", "vpn-auth.log")
	v.click(".compose-field", "")
	v.keys("the log of the gateway")
	v.click(".chan .tool", "Send")
	v.see(".msg .file-card", "vpn-auth.log")
	v.see(".msg", "the log of the gateway")
	v.gone(".staged-file", "")

	v.drop(".chan .log", "graph.png", picture(t))
	v.click(".chan .tool", "Send")
	v.see(".file-picture", "graph.png")
	v.until(func() string { return "the picture is drawn" }, func() bool {
		wide, _ := evaluate[int](v, `document.querySelector('.file-picture img').naturalWidth`) // it is loading
		return wide == 8
	})
	files := 0
	for _, m := range st.sb.Slack.In("#general").Messages() {
		files += len(m.Files)
	}
	if files != 2 {
		t.Errorf("Slack has %d files", files)
	}
}

// picture is a small one.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
