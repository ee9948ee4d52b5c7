package slack_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	sg "github.com/slack-go/slack"

	"firebreak/integrations/sandbox"
)

// sdkWorld is a sandbox with slack-go as it comes, none of ours between.
type sdkWorld struct {
	*sandbox.Sandbox
	t   *testing.T
	net *sandbox.MemoryNetwork
	api *sg.Client
	in  sandbox.SlackChannel
}

func throughSDK(t *testing.T, story func(*testing.T, *sdkWorld)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := sandbox.Memory()
		sb := sandbox.New(sandbox.Options{LimitScale: -1})
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		web, env := network.Client(), sb.Env()
		defer func() {
			web.CloseIdleConnections()
			if err := sb.Close(); err != nil {
				t.Error(err)
			}
		}()
		story(t, &sdkWorld{
			Sandbox: sb, t: t, net: network, in: sb.Slack.In("#general"),
			api: sg.New(env["FIREBREAK_SLACK_BOT_TOKEN"], sg.OptionHTTPClient(web), sg.OptionAPIURL(env["FIREBREAK_SLACK_API_URL"]),
				sg.OptionAppLevelToken(env["FIREBREAK_SLACK_APP_TOKEN"])),
		})
		if odd := sb.Unexpected(); len(odd) > 0 {
			t.Errorf("calls that Slack does not know: %q", odd)
		}
	})
}

// is compares a decoded value with the truth.
func is[T comparable](w *sdkWorld, what string, got, want T) {
	w.t.Helper()
	if got != want {
		w.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// got passes a call's value on and reports its error.
func got[T any](v T, err error) func(*sdkWorld) T {
	return func(w *sdkWorld) T {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
		return v
	}
}

// TestSDKMethods makes every call that the emulator knows by slack-go and
// compares what that decodes with the truth.
func TestSDKMethods(t *testing.T) {
	throughSDK(t, func(t *testing.T, w *sdkWorld) {
		w.people()
		w.channels()
		w.posts()
		w.marks()
		w.files()
		w.views()
		made := map[string]bool{}
		for _, call := range w.Faults.Calls() {
			made[call.Method] = true
		}
		for _, call := range w.Slack.Calls() {
			if !made[call] {
				t.Errorf("slack-go did not call %s", call)
			}
		}
	})
}

func (w *sdkWorld) people() {
	ctx, s := w.t.Context(), w.Slack
	sam := s.User("sam")
	g := s.AddGroup(sandbox.UserGroup{Handle: "responders", Users: []string{"kim"}})
	me := got(w.api.AuthTestContext(ctx))(w)
	is(w, "bot", me.UserID, s.Bot().ID)
	is(w, "bot id", me.BotID, s.BotID())
	is(w, "team", got(w.api.GetTeamInfoContext(ctx))(w).ID, s.TeamID())
	u := got(w.api.GetUserInfoContext(ctx, sam.ID))(w)
	is(w, "sam", u.Profile.Email, sam.Email)
	is(w, "zone", u.TZ, sam.TZ)
	is(w, "stranger", got(w.api.GetUserInfoContext(ctx, s.User("stranger").ID))(w).IsStranger, true)
	is(w, "by e-mail", got(w.api.GetUserByEmailContext(ctx, sam.Email))(w).ID, sam.ID)
	is(w, "users", len(got(w.api.GetUsersContext(ctx, sg.GetUsersOptionLimit(3)))(w)), len(s.Users()))
	groups := got(w.api.GetUserGroupsContext(ctx, sg.GetUserGroupsOptionIncludeUsers(true), sg.GetUserGroupsOptionIncludeCount(true)))(w)
	is(w, "group", groups[0].Handle, "responders")
	is(w, "group's size", groups[0].UserCount, 1)
	is(w, "group's member", got(w.api.GetUserGroupMembersContext(ctx, g.ID))(w)[0], s.User("kim").ID)
}

func (w *sdkWorld) channels() {
	ctx, s := w.t.Context(), w.Slack
	sam, kim := s.User("sam").ID, s.User("kim").ID
	ch := got(w.api.CreateConversationContext(ctx, sg.CreateConversationParams{ChannelName: "inc-1", IsPrivate: true}))(w)
	is(w, "private", ch.IsPrivate, true)
	_, err := w.api.InviteUsersToConversationContext(ctx, ch.ID, sam)
	is(w, "invite", err, nil)
	_, err = w.api.ForceInviteUsersToConversationContext(ctx, ch.ID, kim, "U0NOBODY")
	is(w, "forced invite", err == nil, true)
	members, _, err := w.api.GetUsersInConversationContext(ctx, &sg.GetUsersInConversationParameters{ChannelID: ch.ID})
	is(w, "members", err, nil)
	is(w, "same members", slices.Equal(members, s.In(ch.ID).Members()), true)
	is(w, "kick", w.api.KickUserFromConversationContext(ctx, ch.ID, kim), nil)
	is(w, "topic", got(w.api.SetTopicOfConversationContext(ctx, ch.ID, "T"))(w).Topic.Value, "T")
	purpose := got(w.api.SetPurposeOfConversationContext(ctx, ch.ID, "P"))(w)
	is(w, "a purpose's answer holds no channel", purpose == nil || purpose.ID == "", true)
	is(w, "name", got(w.api.RenameConversationContext(ctx, ch.ID, "inc-2"))(w).Name, "inc-2")
	info := got(w.api.GetConversationInfoContext(ctx, &sg.GetConversationInfoInput{ChannelID: ch.ID, IncludeNumMembers: true}))(w)
	is(w, "purpose", info.Purpose.Value, "P")
	is(w, "number of members", info.NumMembers, 2)
	is(w, "created", info.Created.Time().Equal(s.In(ch.ID).Info().Created), true)
	all, next, err := w.api.GetConversationsContext(ctx, &sg.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}, Limit: 2})
	is(w, "list", err == nil && len(all) == 2 && next != "", true)
	mine, _, err := w.api.GetConversationsForUserContext(ctx, &sg.GetConversationsForUserParameters{Types: []string{"private_channel"}})
	is(w, "mine", err == nil && len(mine) == 1 && mine[0].ID == ch.ID, true)
	is(w, "archive", w.api.ArchiveConversationContext(ctx, ch.ID), nil)
	is(w, "archived", s.In(ch.ID).Info().Archived, true)
	is(w, "no bot unarchives", w.api.UnArchiveConversationContext(ctx, ch.ID) != nil, true)
	random := s.AddChannel("random", false, "kim").ID()
	_, warning, _, err := w.api.JoinConversationContext(ctx, random)
	is(w, "join", err == nil && warning == "", true)
	_, warning, _, err = w.api.JoinConversationContext(ctx, random)
	is(w, "join again", err == nil && warning == "already_in_channel", true)
	is(w, "leave", got(w.api.LeaveConversationContext(ctx, random))(w), false)
	is(w, "leave again", got(w.api.LeaveConversationContext(ctx, random))(w), true)
}

func (w *sdkWorld) posts() {
	ctx, id := w.t.Context(), w.in.ID()
	parent := w.in.Say("sam", "hello @kim").TS
	metadata := sg.SlackMetadata{EventType: "firebreak_action", EventPayload: map[string]any{"key": "k1"}}
	block := sg.NewSectionBlock(sg.NewTextBlockObject(sg.MarkdownType, "*x*", false, false), nil, nil)
	_, ts, err := w.api.PostMessageContext(ctx, id, sg.MsgOptionText("x", false), sg.MsgOptionBlocks(block), sg.MsgOptionMetadata(metadata), sg.MsgOptionTS(parent))
	is(w, "post", err, nil)
	_, _, text, err := w.api.UpdateMessageContext(ctx, id, ts, sg.MsgOptionText("y", false))
	is(w, "update", err == nil && text == "y", true)
	_, err = w.api.PostEphemeralContext(ctx, id, w.Slack.User("sam").ID, sg.MsgOptionText("psst", false))
	is(w, "whisper", err, nil)
	link := got(w.api.GetPermalinkContext(ctx, &sg.PermalinkParameters{Channel: id, Ts: ts}))(w)
	is(w, "permalink names the thread", strings.Contains(link, "thread_ts="+parent), true)
	history := got(w.api.GetConversationHistoryContext(ctx, &sg.GetConversationHistoryParameters{ChannelID: id, Limit: 10}))(w)
	is(w, "history", len(history.Messages), 1)
	is(w, "replies are counted", history.Messages[0].ReplyCount, 1)
	thread, more, _, err := w.api.GetConversationRepliesContext(ctx, &sg.GetConversationRepliesParameters{ChannelID: id, Timestamp: parent, IncludeAllMetadata: true})
	is(w, "thread", err == nil && !more && len(thread) == 2, true)
	is(w, "edited by", thread[1].Edited.User, w.Slack.BotID())
	is(w, "metadata", thread[1].Metadata.EventPayload["key"], any("k1"))
	is(w, "blocks", len(thread[1].Blocks.BlockSet), 1)
	_, _, err = w.api.DeleteMessageContext(ctx, id, ts)
	is(w, "delete", err, nil)
	is(w, "deleted", w.in.Thread(parent)[1].Deleted, true)
}

// marks are reactions, pins and bookmarks.
func (w *sdkWorld) marks() {
	ctx, id := w.t.Context(), w.in.ID()
	m := w.in.Say("sam", "x")
	ref := sg.NewRefToMessage(id, m.TS)
	is(w, "react", w.api.AddReactionContext(ctx, "eyes", ref), nil)
	reacted := got(w.api.GetReactionsContext(ctx, ref, sg.GetReactionsParameters{Full: true}))(w)
	is(w, "reaction", reacted.Reactions[0].Name, "eyes")
	is(w, "reacted", reacted.Reactions[0].Users[0], w.Slack.Bot().ID)
	is(w, "unreact", w.api.RemoveReactionContext(ctx, "eyes", ref), nil)
	is(w, "pin", w.api.AddPinContext(ctx, id, ref), nil)
	pins, _, err := w.api.ListPinsContext(ctx, id)
	is(w, "pins", err == nil && len(pins) == 1 && pins[0].Message.Timestamp == m.TS, true)
	is(w, "unpin", w.api.RemovePinContext(ctx, id, ref), nil)
	b := got(w.api.AddBookmarkContext(ctx, id, sg.AddBookmarkParameters{Title: "Page", Type: "link", Link: "https://example.com/1"}))(w)
	_, err = w.api.EditBookmarkContext(ctx, id, b.ID, sg.EditBookmarkParameters{Title: new("Page 2")})
	is(w, "edit bookmark", err, nil)
	list := got(w.api.ListBookmarksContext(ctx, id))(w)
	is(w, "bookmark", list[0].Title, "Page 2")
	is(w, "same bookmark", list[0].Link, w.in.Bookmarks()[0].Link)
	is(w, "remove bookmark", w.api.RemoveBookmarkContext(ctx, id, b.ID), nil)
}

func (w *sdkWorld) files() {
	ctx := w.t.Context()
	f := got(w.api.UploadFileContext(ctx, sg.UploadFileParameters{Filename: "rca.md", Title: "RCA", Content: "# cause", FileSize: 7, Channel: w.in.ID(), InitialComment: "here"}))(w)
	info, _, _, err := w.api.GetFileInfoContext(ctx, f.ID, 0, 0)
	is(w, "file", err == nil && info.Title == "RCA" && info.Size == 7, true)
	var b strings.Builder
	is(w, "download", w.api.GetFileContext(ctx, info.URLPrivate, &b), nil)
	is(w, "content", b.String(), "# cause")
}

// views opens, pushes and updates modals, by triggers of a shortcut.
func (w *sdkWorld) views() {
	socket := w.connect()
	defer socket.end()
	trigger := func() string {
		go w.Slack.GlobalShortcut("sam", "open")
		return socket.interaction().TriggerID
	}
	view := sg.ModalViewRequest{
		Type: sg.VTModal, CallbackID: "form", Title: sg.NewTextBlockObject(sg.PlainTextType, "A form", false, false),
		Blocks: sg.Blocks{BlockSet: []sg.Block{sg.NewDividerBlock()}},
	}
	ctx := w.t.Context()
	opened := got(w.api.OpenViewContext(ctx, trigger(), view))(w)
	pushed := got(w.api.PushViewContext(ctx, trigger(), view))(w)
	is(w, "below", pushed.PreviousViewID, opened.ID)
	view.Title = sg.NewTextBlockObject(sg.PlainTextType, "Changed", false, false)
	updated := got(w.api.UpdateViewContext(ctx, view, "", pushed.Hash, pushed.ID))(w)
	is(w, "title", updated.Title.Text, "Changed")
	is(w, "on the screen", w.Slack.View("sam").ID, pushed.ID)
	home := sg.HomeTabViewRequest{Type: sg.VTHomeTab, Blocks: view.Blocks}
	published := got(w.api.PublishViewContext(ctx, sg.PublishViewContextRequest{UserID: w.Slack.User("sam").ID, View: home}))(w)
	is(w, "home", w.Slack.Home("sam").ID, published.ID)
}
