package sandbox

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"
	"time"
)

func TestSlackTokens(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		for _, c := range []struct{ token, method, want string }{
			{"", "auth.test", "not_authed"},
			{"xoxb-wrong", "auth.test", "invalid_auth"},
			{s.app.appToken, "auth.test", "not_allowed_token_type"},
			{s.app.botToken, "apps.connections.open", "not_allowed_token_type"},
			{s.app.botToken, "auth.test", ""},
			{s.app.appToken, "apps.connections.open", ""},
		} {
			code, _, out := r.callAs(c.token, c.method)
			got, _ := out["error"].(string)
			if code != 200 || got != c.want {
				t.Errorf("%s with %q: %d %v, want %q", c.method, c.token, code, out, c.want)
			}
		}
		if _, _, out := r.callAs("", "auth.test", "token", s.app.botToken); out["user_id"] != s.app.userID {
			t.Errorf("token in the body: %v", out)
		}
		if _, _, out := r.post("auth.test?token="+s.app.botToken, "", "", ""); out["ok"] != true {
			t.Errorf("token in the query: %v", out)
		}
		for _, code := range []string{"account_inactive", "token_revoked", "token_expired"} {
			s.Deny(code)
			r.refused(code, "auth.test")
		}
		s.Deny("")
		r.ok("auth.test")
	})
}

func TestSlackScopes(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		_, header, _ := r.callAs(s.app.botToken, "auth.test")
		if got := header.Get("X-OAuth-Scopes"); got != strings.Join(s.Scopes(), ",") {
			t.Errorf("X-OAuth-Scopes = %q", got)
		}
		private := r.create("inc-1", true)
		s.SetScopes("channels:history", "channels:read", "chat:write", "channels:manage")
		out := r.refused("missing_scope", "reactions.add", "channel", private, "timestamp", "1.0", "name", "eyes")
		if out["needed"] != "reactions:write" || out["provided"] != "channels:history,channels:manage,channels:read,chat:write" {
			t.Errorf("missing_scope says %v", out)
		}
		r.ok("conversations.history", "channel", r.id("#general"))
		if out := r.refused("missing_scope", "conversations.history", "channel", private); out["needed"] != "groups:history" {
			t.Errorf("a private channel needs %v", out["needed"])
		}
		r.refused("missing_scope", "conversations.create", "name", "inc-2", "is_private", "true")
		r.refused("missing_scope", "users.conversations", "types", "public_channel,private_channel")
		r.ok("conversations.create", "name", "inc-2")
	})
}

func TestSlackBodies(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		token, general := r.sb.Slack.app.botToken, r.id("#general")
		_, _, out := r.post("chat.postMessage", token, "application/json; charset=utf-8",
			`{"channel":"`+general+`","text":"json","metadata":{"event_type":"x","event_payload":{"k":"v"}}}`)
		if out["ok"] != true || dig(out, "message", "metadata", "event_payload", "k") != "v" {
			t.Errorf("JSON body: %v", out)
		}
		_, _, out = r.post("users.info", token, "application/json; charset=utf-8", `{"user":"`+r.sb.Slack.app.userID+`"}`)
		if out["error"] != "invalid_arguments" {
			t.Errorf("a method without JSON took it: %v", out)
		}
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField("channel", general)
		_ = m.WriteField("text", "multipart")
		_ = m.Close()
		if _, _, out = r.post("chat.postMessage", token, m.FormDataContentType(), b.String()); out["ok"] != true {
			t.Errorf("multipart body: %v", out)
		}
		for body, want := range map[[2]string]string{
			{"application/xml", "<x/>"}:                      "invalid_post_type",
			{"", "x=1"}:                                      "missing_post_type",
			{"application/json; charset=utf-8", "{"}:         "invalid_arguments",
			{"application/x-www-form-urlencoded", "text=%z"}: "invalid_form_data",
		} {
			if code, _, out := r.post("chat.postMessage", token, body[0], body[1]); code != 200 || out["error"] != want {
				t.Errorf("%q: %d %v, want %s", body, code, out, want)
			}
		}
		_, _, out = r.post("auth.test", token, "application/json", "{}")
		if out["warning"] != "missing_charset" {
			t.Errorf("JSON without charset: %v", out)
		}
	})
}

func TestSlackUnknownMethod(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		r.refused("unknown_method", "conversations.inviteShared", "channel", "C1")
		if got := r.sb.Unexpected(); len(got) != 1 || got[0] != "slack: method conversations.inviteShared" {
			t.Errorf("Unexpected = %q", got)
		}
	})
}

func TestSlackMissingArguments(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		general := r.id("#general")
		r.refused("channel_not_found", "conversations.history")
		r.refused("invalid_name_required", "conversations.create")
		r.refused("no_user", "conversations.invite", "channel", general)
		r.refused("no_text", "chat.postMessage", "channel", general)
		r.refused("invalid_arguments", "users.info")
		if got := r.sb.Unexpected(); len(got) != 0 {
			t.Errorf("Unexpected = %q", got)
		}
	})
}

func TestSlackAnswersOnlyListedCodes(t *testing.T) {
	m := slackMethods["users.info"]
	for code, want := range map[string]bool{"user_not_found": true, "ratelimited": true, "channel_not_found": false, "user_not": false} {
		if m.mayAnswer(code) != want {
			t.Errorf("mayAnswer(%q) = %v", code, !want)
		}
	}
	for name := range slackMethods {
		if slackErrors[name] == "" {
			t.Errorf("%s has no error codes", name)
		}
	}
}

func TestSlackRateLimits(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		token := r.sb.Slack.app.botToken
		n := 0
		for ; n < 200; n++ {
			code, header, out := r.callAs(token, "pins.list", "channel", r.id("#general"))
			if code == 429 {
				if header.Get("Retry-After") != "3" || out["error"] != "ratelimited" || out["ok"] != false {
					t.Errorf("429 with Retry-After %q, %v", header.Get("Retry-After"), out)
				}
				break
			}
		}
		if n != tier2.burst() {
			t.Errorf("%d calls passed, want %d", n, tier2.burst())
		}
		r.ok("reactions.get", "channel", r.id("#general"), "timestamp", r.sb.Slack.In("#general").Say("sam", "x").TS)
		wait(3 * time.Second)
		r.ok("pins.list", "channel", r.id("#general"))
		if got := r.sb.Slack.RateLimited(); got["pins.list"] != 1 || len(got) != 1 {
			t.Errorf("RateLimited = %v", got)
		}
	})
}

func TestSlackPostsOneASecondPerChannel(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		general, alerts := r.id("#general"), r.id("#alerts")
		for range postBurst {
			r.ok("chat.postMessage", "channel", general, "text", "x")
		}
		r.refused("ratelimited", "chat.postMessage", "channel", general, "text", "x")
		r.ok("chat.postMessage", "channel", alerts, "text", "x")
		wait(time.Second)
		r.ok("chat.postMessage", "channel", general, "text", "x")
		r.refused("ratelimited", "chat.postMessage", "channel", general, "text", "x")
		if n := len(r.sb.Slack.In("#general").Messages()); n != postBurst+1 {
			t.Errorf("%d messages: a refused call took effect", n)
		}
	})
}

func TestSlackWithoutLimits(t *testing.T) {
	slackTestWith(t, Options{LimitScale: -1}, func(t *testing.T, r *rig) {
		for range 50 {
			r.ok("chat.postMessage", "channel", r.id("#general"), "text", "x")
		}
	})
}
