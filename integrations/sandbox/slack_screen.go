package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// View is a modal on somebody's screen. Its verbs are what that person does:
// view.Fill("title", "Phishing").Submit().
type View struct {
	ID, User string
	JSON     json.RawMessage // as the app sent it
	At       time.Time
	s        *Slack
}

// Shown is what a person read after a submission that did not go through, by
// block_id; Trouble is what Slack itself said.
type Shown map[string]string

// Trouble is the key in [Shown] of Slack's own words.
const Trouble = ""

// noConnection is what a modal says when the app did not answer in time or
// not in a form that Slack takes (observed).
const noConnection = "We had some trouble connecting. Try again?"

// View returns what is on top of the person's screen, nil if no modal is.
func (s *Slack) View(user string) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack := s.stack(s.mustUser(user).ID)
	if len(stack) == 0 {
		return nil
	}
	v := stack[len(stack)-1]
	return &View{ID: v.id, User: v.user, JSON: v.raw, At: v.at, s: s}
}

// Submit presses the submit button and waits for what the app says to it: nil
// when it was taken. What the client itself finds missing is shown without
// asking the app.
func (v *View) Submit() Shown { return <-v.submit() }

// Submitting presses the submit button and does not wait.
func (v *View) Submitting() <-chan Shown { return v.submit() }

func (v *View) submit() <-chan Shown {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	on := v.top("submit")
	done := make(chan Shown, 1)
	if on.body["submit"] == nil {
		panic(fmt.Sprintf("sandbox: view %s has no submit button", v.ID))
	}
	if missing := on.complaints(); missing != nil {
		done <- missing
		return done
	}
	v.s.note(RecordPerson, "submit", v.User, "", v.ID, on.text("callback_id"))
	payload := v.s.interaction("view_submission", v.s.mustUser(v.User))
	payload["view"], payload["trigger_id"], payload["response_urls"] = on.wire(v.s), v.s.trigger(v.s.mustUser(v.User)), v.s.responseURLs(on)
	v.s.send(&slackDelivery{kind: "interactive", accepts: true, payload: mustJSON(payload), answer: func(p json.RawMessage, trouble string) {
		done <- v.s.submitted(on, p, trouble)
	}})
	return done
}

// responseURLs are for the channels chosen in fields with
// response_url_enabled (documented; only inputs of one channel may have it).
func (s *Slack) responseURLs(v *slackView) []any {
	urls := []any{}
	for _, f := range v.fields() {
		id, _ := f.value(v.filled).(string)
		ch := s.channel(id)
		if enabled, _ := f.element["response_url_enabled"].(bool); !enabled || !f.input || ch == nil {
			continue
		}
		urls = append(urls, map[string]any{
			"block_id": f.block, "action_id": f.action, "channel_id": ch.id,
			"response_url": s.responseURL(ch, s.mustUser(v.user), slackOriginal{}),
		})
	}
	return urls
}

func (v *slackView) complaints() Shown {
	var shown Shown
	for _, f := range v.fields() {
		if said := f.complaint(v.filled); said != "" {
			if shown == nil {
				shown = Shown{}
			}
			shown[f.block] = said
		}
	}
	return shown
}

// submitted does what the app answered: nothing closes the view, an answer
// that cannot be followed leaves it with Slack's regret (documented:
// response_action errors, update, push, clear).
func (s *Slack) submitted(v *slackView, payload json.RawMessage, trouble string) Shown {
	regret := Shown{Trouble: noConnection}
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if trouble != "" {
		return regret
	}
	if len(payload) > 0 && json.Unmarshal(payload, &answer) != nil {
		return regret
	}
	stack := s.stack(v.user)
	if !slices.Contains(stack, v) {
		return nil // the person closed it meanwhile
	}
	switch answer.Action {
	case "":
		s.screens[v.user] = slices.DeleteFunc(slices.Clone(stack), func(o *slackView) bool { return o == v })
	case "clear":
		delete(s.screens, v.user)
	case "errors":
		return s.fieldErrors(v, answer.Errors)
	case "update", "push":
		next, err := s.readView(answer.View, "modal")
		if err != nil || len(answer.View) > maxView || answer.Action == "push" && len(stack) == maxStack {
			s.note(RecordSocket, "bad_response", v.user, "", v.id, string(payload))
			return regret
		}
		if answer.Action == "update" {
			s.replaceView(v, next)
		} else {
			s.show(next, v.user, stack)
		}
	default:
		s.note(RecordSocket, "bad_response", v.user, "", v.id, string(payload))
		return regret
	}
	return nil
}

// fieldErrors shows errors under their fields. Documented: the keys are
// block_ids of input blocks; anything else Slack does not show.
func (s *Slack) fieldErrors(v *slackView, errors map[string]string) Shown {
	shown := Shown{}
	for block, text := range errors {
		known := slices.ContainsFunc(v.fields(), func(f slackField) bool { return f.input && f.block == block })
		if !known || text == "" {
			s.note(RecordSocket, "bad_response", v.user, "", v.id, "errors for "+block)
			return Shown{Trouble: noConnection}
		}
		shown[block] = text
	}
	if len(shown) == 0 {
		return Shown{Trouble: noConnection}
	}
	return shown
}

// Close cancels the view: what lies below it shows again, unless
// clear_on_close takes all away. The app hears of it only with
// notify_on_close (documented).
func (v *View) Close() {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	on := v.top("close")
	stack := v.s.stack(v.User)
	v.s.screens[v.User] = stack[:len(stack)-1]
	if on.flag("clear_on_close") {
		delete(v.s.screens, v.User)
	}
	v.s.note(RecordPerson, "close_view", v.User, "", v.ID, on.text("callback_id"))
	if !on.flag("notify_on_close") {
		return
	}
	payload := v.s.interaction("view_closed", v.s.mustUser(v.User))
	payload["view"], payload["is_cleared"] = on.wire(v.s), on.flag("clear_on_close")
	v.s.send(&slackDelivery{kind: "interactive", payload: mustJSON(payload)})
}

// interaction is what every interactive payload has.
func (s *Slack) interaction(kind string, u *slackUser) map[string]any {
	return map[string]any{
		"type": kind, "api_app_id": s.app.id, "token": "verification-token",
		"team": map[string]any{"id": s.team.id, "domain": s.team.domain}, "enterprise": nil, "is_enterprise_install": false,
		"user": map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
	}
}

// timestampNow is the present moment as Slack writes it.
func timestampNow() string {
	µs := time.Now().UnixMicro()
	return strconv.FormatInt(µs/1e6, 10) + fmt.Sprintf(".%06d", µs%1e6)
}
