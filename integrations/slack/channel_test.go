package slack

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"

	"github.com/google/go-cmp/cmp"
)

func TestFindChannel(t *testing.T) {
	pages := map[string]string{
		"": `{"ok":true,"channels":[
			{"id":"C1","name":"inc-3-breach","creator":"USOMEBODY","created":1000},
			{"id":"C2","name":"inc-3-breach-2","creator":"UBOT","created":1000},
			{"id":"C3","name":"inc-3-breach","creator":"UBOT","created":998},
			{"id":"C9","name":"inc-3-breach","creator":"UBOT","created":1001}
		],"response_metadata":{"next_cursor":"two"}}`,
		"two": `{"ok":true,"channels":[
			{"id":"C5","name":"inc-3-breach","creator":"UBOT","created":999},
			{"id":"C4","name":"inc-3-breach","creator":"UBOT","created":999,"surprise":[]}
		],"response_metadata":{"next_cursor":""}}`,
	}
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("users.conversations", func(w http.ResponseWriter, r *http.Request) {
			if r.Form.Get("types") != "public_channel,private_channel" || r.Form.Get("exclude_archived") != "true" {
				t.Errorf("asked for %v", r.Form)
			}
			says(pages[r.Form.Get("cursor")])(w, r)
		})
		got, ok, err := f.client.FindChannel(t.Context(), "inc-3-breach", "UBOT", time.Unix(999, 999e6))
		want := incident.Channel{ID: "C4", Name: "inc-3-breach"}
		if d := cmp.Diff(want, got); !ok || err != nil || d != "" {
			t.Errorf("FindChannel: %v, %v (-want +got):\n%s", ok, err, d)
		}
		if _, ok, err := f.client.FindChannel(t.Context(), "inc-3-breach", "UBOT", time.Unix(2000, 0)); ok || err != nil {
			t.Errorf("found a channel older than the attempt (%v)", err)
		}
	})
}

func TestPagesThatDoNotEndAreAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.members", says(`{"ok":true,"members":["U1"],"response_metadata":{"next_cursor":"again"}}`))
		if _, err := f.client.Members(t.Context(), "C1"); err == nil {
			t.Error("Members returned from pages that do not end")
		}
		f.on("conversations.history", says(`{"ok":true,"messages":[],"has_more":true}`))
		if _, _, err := f.client.History(t.Context(), "C1", "", "", ""); err == nil {
			t.Error("History hid that there is more")
		}
	})
}

func TestInvite(t *testing.T) {
	users := make([]string, 150)
	for i := range users {
		users[i] = fmt.Sprintf("U%03d", i)
	}
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.invite", func(w http.ResponseWriter, r *http.Request) {
			if n := len(strings.Split(r.Form.Get("users"), ",")); n > invitees || r.Form.Get("force") != "true" {
				t.Errorf("%d users, force=%s", n, r.Form.Get("force"))
			}
			says(`{"ok":false,"error":"user_not_found","errors":[
				{"user":"U007","ok":false,"error":"user_not_found"},
				{"user":"U008","ok":false,"error":"already_in_channel"},
				{"user":"U009","ok":false,"error":"cant_invite_self"}]}`)(w, r)
		})
		refused, err := f.client.Invite(t.Context(), "C1", users)
		if d := cmp.Diff(map[string]string{"U007": "user_not_found"}, refused); d != "" || err != nil {
			t.Errorf("Invite: %v (-want +got):\n%s", err, d)
		}
		if n := len(f.called("conversations.invite")); n != 2 {
			t.Errorf("%d calls for 150 users, want 2", n)
		}
	})
}

// Slack sometimes refuses the whole call for one of its users.
func TestInviteOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.invite", func(w http.ResponseWriter, r *http.Request) {
			switch r.Form.Get("users") {
			case "U1":
				says(`{"ok":false,"error":"already_in_channel"}`)(w, r)
			case "U2":
				says(`{"ok":false,"error":"cant_invite"}`)(w, r)
			case "U3":
				says(`{"ok":true,"channel":{"id":"C1"}}`)(w, r)
			default:
				says(`{"ok":false,"error":"already_in_channel"}`)(w, r)
			}
		})
		refused, err := f.client.Invite(t.Context(), "C1", []string{"U1", "U2", "U3"})
		if d := cmp.Diff(map[string]string{"U2": "cant_invite"}, refused); d != "" || err != nil {
			t.Errorf("Invite: %v (-want +got):\n%s", err, d)
		}
		f.on("conversations.invite", says(`{"ok":false,"error":"not_in_channel"}`))
		if _, err := f.client.Invite(t.Context(), "C1", []string{"U1", "U2"}); incident.CodeOf(err) != "not_in_channel" {
			t.Errorf("Invite = %v, want not_in_channel", err)
		}
	})
}

func TestBookmarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("bookmarks.list", says(`{"ok":true,"bookmarks":[{"link":"https://pd.example/1","date_created":"odd"}]}`))
		f.on("bookmarks.add", says(`{"ok":true,"bookmark":{}}`))
		for link, want := range map[string]bool{"https://pd.example/1": true, "https://pd.example/2": false} {
			if there, err := f.client.Bookmarked(t.Context(), "C1", link); err != nil || there != want {
				t.Errorf("%s there: %t, %v", link, there, err)
			}
		}
		if err := f.client.AddBookmark(t.Context(), "C1", "Page", "https://pd.example/2"); err != nil {
			t.Error(err)
		}
		added := f.called("bookmarks.add")
		if len(added) != 1 || added[0].Form["link"][0] != "https://pd.example/2" || len(f.called("bookmarks.list")) != 2 {
			t.Errorf("added %v", added)
		}
	})
}

func TestBenignArchive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.archive", says(`{"ok":false,"error":"already_archived"}`))
		if err := f.client.Archive(t.Context(), "C1"); err != nil {
			t.Error(err)
		}
	})
}
