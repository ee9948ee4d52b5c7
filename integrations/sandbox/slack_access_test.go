package sandbox

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSlackMay(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		s.AddOutsiders()
		s.AddChannel("hr", true, "kim", "guest", "stranger")
		s.AddChannel("talk", false, "kim")
		s.AddChannel("closed", false, "kim").Archive("kim")
		s.AddChannel("removed", false, "kim").Remove("kim")
		s.Deactivate("jo")
		for who, want := range map[string]string{
			"kim":      "#hr see act, #talk see act, #closed see, #partner see, #removed, #nowhere",
			"sam":      "#hr, #talk see, #closed see, #partner see act, #removed, #nowhere",
			"guest":    "#hr see act, #talk, #closed, #partner see act, #removed, #nowhere",
			"stranger": "#hr, #talk, #closed, #partner see act, #removed, #nowhere",
			"jo":       "#hr, #talk, #closed, #partner, #removed, #nowhere",
			"nobody":   "#hr, #talk, #closed, #partner, #removed, #nowhere",
		} {
			var got []string
			for _, ch := range []string{"#hr", "#talk", "#closed", "#partner", "#removed", "#nowhere"} {
				see, act := s.May(who, ch)
				if see {
					ch += " see"
				}
				if act {
					ch += " act"
				}
				got = append(got, ch)
			}
			if got := strings.Join(got, ", "); got != want {
				t.Errorf("%s: %s, want %s", who, got, want)
			}
		}
		partner := s.In("#partner")
		partner.Unshare(s.User("stranger").TeamID)
		if see, _ := s.May("stranger", "#partner"); see {
			t.Error("the stranger sees a channel that is shared no more")
		}
	})
}

func TestSlackCreateChannel(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		s.SetEvents("channel_created", "message.channels", "message.groups", "member_joined_channel")
		c, _ := r.dial()
		in, err := s.CreateChannel("kim", " #Incident Talk", false)
		if err != nil {
			t.Fatal(err)
		}
		info := in.Info()
		if info.Name != "incident-talk" || info.Private || info.Creator != s.User("kim").ID || !slices.Equal(info.Members, []string{info.Creator}) {
			t.Errorf("created %+v", info)
		}
		e := c.event()
		if e["type"] != "channel_created" || dig(e, "channel", "id") != in.ID() || dig(e, "channel", "name") != "incident-talk" || dig(e, "channel", "creator") != info.Creator || e["event_ts"] == nil {
			t.Errorf("event = %v", e)
		}
		in.Say("kim", "the app is not here")
		if in, err = s.CreateChannel("kim", "quiet", true); err != nil || !in.Info().Private {
			t.Errorf("private: %v", err)
		}
		c.none()
		for name, by := range map[string]string{"incident-talk": "sam", "no/good": "sam", "": "sam", "by-guest": "guest", "by-stranger": "stranger", "by-nobody": "nobody"} {
			if _, err := s.CreateChannel(by, name, false); err == nil {
				t.Errorf("%s creates %q", by, name)
			}
		}
	})
}

func TestSlackPeoplePin(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		m, gone := in.Say("kim", "look"), in.Say("kim", "gone")
		in.Reply("kim", gone.TS, "reply")
		in.Delete("kim", gone.TS)
		s.SetEvents("pin_added", "pin_removed")
		c, _ := r.dial()
		in.Pin("sam", m.TS)
		e := c.event()
		sam, kim := s.User("sam").ID, s.User("kim").ID
		if e["type"] != "pin_added" || e["user"] != sam || e["item_user"] != kim || dig(e, "item", "created_by") != sam || e["pin_count"] != 1.0 ||
			dig(e, "item", "message", "ts") != m.TS || dig(e, "pinned_info", "pinned_by") != sam {
			t.Errorf("pinned: %v", e)
		}
		in.Pin("kim", m.TS) // twice does nothing
		if got := in.Thread(m.TS)[0].PinnedBy; got != sam || len(in.Info().Pins) != 1 {
			t.Errorf("pinned by %s", got)
		}
		r.refused("already_pinned", "pins.add", "channel", in.ID(), "timestamp", m.TS)
		in.Unpin("kim", m.TS)
		if e := c.event(); e["type"] != "pin_removed" || e["user"] != kim || e["has_pins"] != false {
			t.Errorf("unpinned: %v", e)
		}
		in.Unpin("kim", m.TS)
		c.none()
		for name, err := range map[string]error{
			"deleted": s.Try(func() { in.Pin("sam", gone.TS) }), "nothing": s.Try(func() { in.Pin("sam", "1.000001") }),
			"no member": s.Try(func() { in.Pin("stranger", m.TS) }),
		} {
			if err == nil {
				t.Errorf("%s is pinned", name)
			}
		}
		for range maxPins {
			in.Pin("sam", in.Say("sam", "x").TS)
		}
		if err := s.Try(func() { in.Pin("sam", in.Say("sam", "x").TS) }); err == nil || len(in.Info().Pins) != maxPins {
			t.Errorf("%d pins: %v", len(in.Info().Pins), err)
		}
	})
}

func TestSlackPeopleBookmark(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		b := in.AddBookmark("sam", "Runbook", "https://example.com/run", "book")
		if got := in.Bookmarks(); len(got) != 1 || got[0] != b || b.Emoji != ":book:" {
			t.Errorf("bookmarks = %+v, %+v", got, b)
		}
		if untitled := in.AddBookmark("sam", "", "https://example.com/", ""); untitled.Title != "https://example.com/" || untitled.Emoji != "" {
			t.Errorf("untitled = %+v", untitled)
		}
		listed := dig(r.ok("bookmarks.list", "channel_id", in.ID()), "bookmarks", 0).(object)
		if listed["id"] != b.ID || listed["last_updated_by_user_id"] != s.User("sam").ID || listed["app_id"] != nil {
			t.Errorf("listed = %v", listed)
		}
		r.ok("bookmarks.edit", "channel_id", in.ID(), "bookmark_id", b.ID, "title", "The runbook")
		in.RemoveBookmark("kim", b.ID)
		r.refused("not_found", "bookmarks.remove", "channel_id", in.ID(), "bookmark_id", b.ID)
		c.none()
		for name, err := range map[string]error{
			"gone": s.Try(func() { in.RemoveBookmark("kim", b.ID) }), "no link": s.Try(func() { in.AddBookmark("kim", "x", "javascript:alert(1)", "") }),
			"no member": s.Try(func() { in.AddBookmark("stranger", "x", "https://example.com/", "") }),
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		for range maxBookmarks - 1 {
			in.AddBookmark("sam", "x", "https://example.com/", "")
		}
		if err := s.Try(func() { in.AddBookmark("sam", "x", "https://example.com/", "") }); err == nil {
			t.Error("too many bookmarks")
		}
	})
}

func TestSlackFileOf(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		f := s.In("#general").Upload("sam", "auth.log", []byte("root failed"), "").Files[0]
		if got, ok := s.FileOf(f.ID); !ok || got.Name != "auth.log" || string(got.Content) != "root failed" {
			t.Errorf("file = %+v, %v", got, ok)
		}
		unshared := r.ok("files.getUploadURLExternal", "filename", "a", "length", "1")["file_id"].(string)
		for _, id := range []string{"F0NOPE", unshared} {
			if _, ok := s.FileOf(id); ok {
				t.Errorf("%s is a file", id)
			}
		}
	})
}

func TestSlackEmoji(t *testing.T) {
	sb := New(Options{})
	defer sb.Close()
	emoji := sb.Slack.Emoji()
	if len(emoji) < 200 {
		t.Errorf("%d emoji", len(emoji))
	}
	for name, char := range map[string]string{"pushpin": "📌", "+1": "👍", "thumbsup": "👍", "white_check_mark": "✅", "rotating_light": "🚨", "eyes": "👀"} {
		if emoji[name] != char {
			t.Errorf("%s is %q", name, emoji[name])
		}
	}
	for name, char := range emoji {
		if !emojiName.MatchString(name) || strings.Trim(char, "0123456789abcdefghijklmnopqrstuvwxyz_") == "" {
			t.Errorf("%q is %q", name, char)
		}
	}
}

func TestTry(t *testing.T) {
	sb := New(Options{})
	defer sb.Close()
	in := sb.Slack.In("#general")
	if err := Try(func() { in.Say("sam", "all well") }); err != nil {
		t.Error(err)
	}
	if err := Try(func() { in.Say("stranger", "x") }); err == nil || err.Error() != "stranger cannot say in #general: not a member (Join first)" {
		t.Errorf("error %v", err)
	}
	for name, p := range map[string]any{"another's": "other: x", "no text": 7} {
		func() {
			defer func() {
				if recover() != p {
					t.Errorf("%s panic does not go on", name)
				}
			}()
			_ = sb.Slack.Try(func() { panic(p) })
		}()
	}
}

// A verb that fails changes nothing, so that who tries can go on.
func TestFailedVerbsChangeNothing(t *testing.T) {
	sb := New(Options{})
	defer sb.Close()
	iid := sb.GitLab.Open("kim", "a", "").IID
	sb.GitLab.Assign(iid, "kim", "kim")
	inc := sb.PagerDuty.Trigger(Trigger{Title: "a"})
	issue, incidents := sb.GitLab.Issue(iid), sb.PagerDuty.Incidents()
	for name, act := range map[string]func(){
		"assign":   func() { sb.GitLab.Assign(iid, "kim", "nobody") },
		"open":     func() { sb.GitLab.Open("nobody", "b", "") },
		"due":      func() { sb.GitLab.SetDue(iid, "kim", "tomorrow") },
		"priority": func() { sb.PagerDuty.Trigger(Trigger{Title: "b", Priority: "P9"}) },
		"reassign": func() { sb.PagerDuty.Reassign(inc.ID, "kim", "jo", "nobody") },
		"urgency":  func() { sb.PagerDuty.SetUrgency(inc.ID, "kim", "extreme") },
		"topic":    func() { sb.Slack.In("#general").SetTopic("kim", strings.Repeat("x", maxTopic+1)) },
		"emoji":    func() { in := sb.Slack.In("#general"); in.React("kim", in.Say("kim", "x").TS, ":eyes:") },
	} {
		if Try(act) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if diff := cmp.Diff([]Issue{issue}, sb.GitLab.Issues()); diff != "" {
		t.Errorf("issues:\n%s", diff)
	}
	if diff := cmp.Diff(incidents, sb.PagerDuty.Incidents()); diff != "" {
		t.Errorf("incidents:\n%s", diff)
	}
	if got := sb.Slack.In("#general").Info(); got.Topic != "" {
		t.Errorf("channel = %+v", got)
	}
}
