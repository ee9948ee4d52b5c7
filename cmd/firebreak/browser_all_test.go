package main

import "testing"

// TestBrowser uses the window as people do: with pointer and keys, in a
// browser. Whatever a subtest does, at its end no request may have left the
// machine, and the browser's console is empty.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	t.Run("stage", func(t *testing.T) {
		t.Parallel()
		st := openStage(t)
		t.Run("sees", func(t *testing.T) { testSeesInBrowser(t, b, st.in(t)) })
		t.Run("incident", func(t *testing.T) { testIncidentInBrowser(t, b, st.in(t)) })
		t.Run("people", func(t *testing.T) { testPeopleInBrowser(t, b, st.in(t)) })
		t.Run("private", func(t *testing.T) { testPrivateInBrowser(t, b, st.in(t)) })
		t.Run("files", func(t *testing.T) { testFilesInBrowser(t, b, st.in(t)) })
		t.Run("hostile", func(t *testing.T) { testHostileInBrowser(t, b, st.in(t)) })
		t.Run("talk", func(t *testing.T) { testTalkInBrowser(t, b, st.in(t)) })
		t.Run("page", func(t *testing.T) { testPageInBrowser(t, b, st.in(t)) })
		t.Run("keyboard", func(t *testing.T) { testKeyboardInBrowser(t, b, st.in(t)) })
		t.Run("windows", func(t *testing.T) { testWindowsInBrowser(t, b, st.in(t)) })
	})
	t.Run("story", func(t *testing.T) { testStoryInBrowser(t, b) })
	t.Run("stack", func(t *testing.T) { testStackInBrowser(t, b) })
}
