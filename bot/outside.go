package bot

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"firebreak/incident"
)

// The outside, as the bot needs it. Each interface is satisfied by one
// adapter in integrations/ and, through it, by the vendor or its emulator.
// Every method returns a *incident.CallError, whose outcome tells the runner
// what to do next.

// Chat is Slack.
type Chat interface {
	channels
	messages
	directory
}

type channels interface {
	CreateChannel(ctx context.Context, name string, private bool) (incident.Channel, error)
	FindChannel(ctx context.Context, name, creator string, notBefore time.Time) (incident.Channel, bool, error)
	SetTopic(ctx context.Context, channel, topic string) error
	Invite(ctx context.Context, channel string, users []string) (refused map[string]string, err error)
	AddBookmark(ctx context.Context, channel, title, link string) error
	Bookmarked(ctx context.Context, channel, link string) (bool, error)
	ChannelInfo(ctx context.Context, channel string) (incident.ChannelInfo, error)
	Members(ctx context.Context, channel string) ([]string, error)
	Archive(ctx context.Context, channel string) error
	Unarchive(ctx context.Context, channel string) error
	Archived(ctx context.Context, channel string) (bool, error)
}

type messages interface {
	Post(ctx context.Context, p incident.Post) (ts string, err error)
	FindPost(ctx context.Context, channel, threadTS, key, botUser string, notBefore time.Time) (ts string, found bool, err error)
	UpdatePost(ctx context.Context, ts string, p incident.Post) error
	Ephemeral(ctx context.Context, channel, user string, p incident.Post) error
	OpenView(ctx context.Context, trigger string, view json.RawMessage) error
	UpdateView(ctx context.Context, id string, view json.RawMessage) error
	PublishView(ctx context.Context, user string, view json.RawMessage) error
	Respond(ctx context.Context, address, text string, blocks json.RawMessage) error
	History(ctx context.Context, channel, oldest, latest, cursor string) (msgs []json.RawMessage, next string, err error)
	Replies(ctx context.Context, channel, threadTS, oldest, cursor string) (msgs []json.RawMessage, next string, err error)
	ShortPages() bool // Slack gives 15 messages a minute, as to distributed apps
	Message(ctx context.Context, channel, ts, threadTS string) (json.RawMessage, error)
	DownloadTo(ctx context.Context, url string, maxBytes int64, w io.Writer) error
	Upload(ctx context.Context, f incident.Upload) (id string, err error)
	ShareFiles(ctx context.Context, s incident.FileShare) error
	FilesShared(ctx context.Context, channel, file string, notBefore time.Time) (bool, error)
}

type directory interface {
	Identity(ctx context.Context) (incident.Self, error)
	Person(ctx context.Context, id string) (incident.Person, error)
	PersonByEmail(ctx context.Context, email string) (incident.Person, error)
	GroupMembers(ctx context.Context, group string) ([]string, error)
}

// Pager is PagerDuty.
type Pager interface {
	OpenPages(ctx context.Context) ([]incident.Page, error)
	PagesBetween(ctx context.Context, since, until time.Time) ([]incident.Page, error)
	Page(ctx context.Context, id string) (incident.Page, error)
	Changes(ctx context.Context, since, until time.Time) ([]incident.PageChange, error)
	Alerts(ctx context.Context, pageID string) ([]incident.PageAlert, error)
	Triggers(ctx context.Context, pageID string) ([]incident.PageChange, error)
	OnCall(ctx context.Context, policyID string, level int) ([]incident.Responder, error)
	AddNote(ctx context.Context, pageID, text, key string) error
	FindNote(ctx context.Context, pageID, key string) (bool, error)
	Acknowledge(ctx context.Context, pageID string) (was incident.PageStatus, err error)
	Callees(ctx context.Context, query string) ([]incident.Callee, error)
	RequestResponder(ctx context.Context, pageID string, to incident.Callee, message, key string) error
	FindRequest(ctx context.Context, pageID, key string) (bool, error)
	CreatePage(ctx context.Context, d incident.PageDraft) (incident.Page, error)
	PageByKey(ctx context.Context, key string) (incident.Page, bool, error)
	Enqueue(ctx context.Context, routingKey string, e incident.PageEvent) error
}

// Tracker is GitLab.
type Tracker interface {
	CreateIssue(ctx context.Context, d incident.IssueDraft) (incident.TrackerIssue, error)
	FindIssue(ctx context.Context, label, key string) (incident.TrackerIssue, bool, error)
	Issue(ctx context.Context, iid int) (incident.TrackerIssue, error)
	EditIssue(ctx context.Context, iid int, e incident.IssueEdit) (incident.TrackerIssue, error)
	Account(ctx context.Context, username string) (incident.Account, bool, error)
	AccountByEmail(ctx context.Context, email string) (incident.Account, bool, error)
	Project(ctx context.Context) error
	UpdateBlock(ctx context.Context, iid int, block string) error
	LinkIssues(ctx context.Context, a, b int) error
	AddComment(ctx context.Context, iid int, text, key string) error
	FindComment(ctx context.Context, iid int, key string, since time.Time) (found bool, err error)
	UpdatedSince(ctx context.Context, t time.Time) ([]incident.TrackerIssue, error)
	Upload(ctx context.Context, f incident.Upload) (address string, err error)
}
