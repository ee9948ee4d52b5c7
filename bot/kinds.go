package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// class says what is done about an action whose outcome nobody knows.
type class int

const (
	// idempotent: repeating it changes nothing more.
	idempotent class = iota
	// findable: it can be looked up, and is, before anything is repeated.
	findable
	// once: it is never repeated, and its loss is harmless.
	once
)

// kind is one sort of effect on the outside. do makes the call and gives its
// result; find (findable kinds only) looks for an effect of an earlier
// attempt; done runs in the transaction that records the result, and after
// once that is committed; parked tells people when it was refused for good
// (nil: the usual sentence); gather makes one of several that wait.
type kind struct {
	class  class
	do     func(ctx context.Context, b *Bot, a incident.Action) (any, error)
	find   func(ctx context.Context, b *Bot, a incident.Action) (any, bool, error)
	done   func(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error
	after  func(b *Bot, a incident.Action)
	parked func(tx *store.Tx, b *Bot, a incident.Action, reason string) error
	gather gather
	within time.Duration // how long it may take; 0: actionWithin
	atOnce int           // how many may be under way; 0: perKindAtOnce
}

// The kinds of actions, by the name they have in the action log.
const (
	kindCreateChannel = "channel.create"
	kindHeader        = "channel.header"
	kindHeaderUpdate  = "channel.header.update"
	kindTopic         = "channel.topic"
	kindInvite        = "channel.invite"
	kindBookmark      = "channel.bookmark"
	kindPost          = "message.post"
	kindAnnounce      = "incident.announce"
	kindStormPages    = "storm.pages"
	kindRepeats       = "indicators.seen"
	kindStorm         = "storm.message"
	kindStormUpdate   = "storm.message.update"
	kindEphemeral     = "message.ephemeral"
	kindLookUpMessage = "message.look-up"
	kindCompare       = "channel.compare"
	kindGapUpdate     = "gap.update"
	kindVerdict       = "detection.update"
	kindLookUpPerson  = "person.look-up"
	kindFetchFile     = "file.fetch"
	kindEraseContent  = "file.erase"
	kindJoin          = "channel.join"
	kindArchive       = "channel.archive"
	kindUnarchive     = "channel.unarchive"
	kindPageAlerts    = "page.alerts"
	kindPageAck       = "page.acknowledge"
	kindPageNote      = "page.note"
	kindPageRaise     = "page.raise"
	kindCallee        = "page.look-up"
	kindPageRequest   = "page.request"
	kindPageCreate    = "page.create"
	kindInviteCalled  = "channel.invite.called"
	kindSelfPage      = "page.self"
	kindIssueCreate   = "issue.create"
	kindIssueSync     = "issue.sync"
	kindIssueState    = "issue.state" // of versions that kept only the state in step
	kindAccountCheck  = "account.check"
	kindRemind        = "task.remind"
	kindDigest        = "task.digest"
	kindRCACreate     = "rca.create"
	kindRCAWrite      = "rca.write"
	kindIssueLink     = "issue.link"
	kindViewOpen      = "view.open"
	kindViewUpdate    = "view.update"
	kindReplace       = "message.replace"
	kindExamineFile   = "file.examine"
	kindBacktest      = "rule.backtest"
	kindEdit          = "message.edit"
	kindImport        = "file.import"
	kindHome          = "home.publish"
	kindExportUpload  = "export.upload"
	kindExportShare   = "export.share"

	kindCheckpointIssue = "checkpoint.issue"
	kindCheckpoint      = "checkpoint.comment"
)

// kindTable is every effect firebreak has on the outside.
func kindTable() map[string]kind {
	return map[string]kind{
		kindCreateChannel: {class: findable, do: createChannel, find: findChannel, done: channelCreated, after: channelKnown},
		kindHeader:        {class: findable, do: postHeader, find: findHeader, done: headerPosted},
		kindHeaderUpdate:  {class: idempotent, do: updateHeader, gather: newest},
		kindTopic:         {class: idempotent, do: setTopic, gather: newest},
		kindInvite:        {class: idempotent, do: invite, done: invited},
		kindBookmark:      {class: findable, do: addBookmark, find: findBookmark},
		kindPost:          {class: findable, do: post, find: findPost, parked: postParked},
		kindAnnounce:      {class: findable, do: announce, find: findAnnounced, parked: announceParked, gather: together[incident.Number]},
		kindStormPages:    {class: findable, do: tellStormPages, find: findStormPages, gather: together[string]},
		kindRepeats:       {class: findable, do: tellRepeats, find: findRepeats, done: repeatsTold, parked: quietly, gather: newest},
		kindStorm:         {class: findable, do: postStorm, find: findStorm},
		kindStormUpdate:   {class: idempotent, do: updateStorm, gather: newest, parked: quietly},
		kindEphemeral:     {class: once, do: postEphemeral, parked: quietly},
		kindLookUpMessage: {class: idempotent, do: lookUpMessageCall, done: messageFound, parked: quietly},
		kindCompare:       {class: idempotent, do: compareChannel, parked: quietly},
		kindGapUpdate:     {class: idempotent, do: updateGap, parked: quietly},
		kindVerdict:       {class: idempotent, do: updateVerdict, parked: quietly, gather: newest},
		kindLookUpPerson:  {class: idempotent, do: lookUpPersonCall, done: personFound, parked: quietly},
		kindFetchFile:     {class: idempotent, do: captureFile, parked: fileMissed, within: captureWithin, atOnce: 2},
		kindEraseContent:  {class: idempotent, do: eraseContent, done: contentErased},
		kindJoin:          {class: idempotent, do: joinCall},
		kindArchive:       {class: idempotent, do: archiveChannel, done: channelArchived},
		kindUnarchive:     {class: idempotent, do: unarchiveChannel, done: channelUnarchived, parked: unarchiveParked},
		kindPageAlerts:    {class: idempotent, do: readPageAlerts, done: pageAlertsRead},
		kindPageAck:       {class: idempotent, do: ackPage, done: pageAcked},
		kindPageNote:      {class: findable, do: addPageNote, find: findPageNote},
		kindPageRaise:     {class: idempotent, do: raisePage, done: pageRaised},
		kindSelfPage:      {class: idempotent, do: sendSelfPage},
		kindCallee:        {class: idempotent, do: findCallee, done: calleeKnown},
		kindPageRequest:   {class: findable, do: requestResponder, find: findRequest, done: responderRequested},
		kindPageCreate:    {class: findable, do: createPage, find: findPage, done: pageCreated},
		kindInviteCalled:  {class: idempotent, do: inviteCalled, done: calledInvited},
		kindIssueCreate:   {class: findable, do: onTracker(createIssue), find: findIssue, done: issueCreated},
		kindIssueSync:     {class: idempotent, do: onTracker(syncIssue), done: issueSynced},
		kindIssueState:    {class: idempotent, do: onTracker(syncIssue), done: issueSynced},
		kindAccountCheck:  {class: idempotent, do: onTracker(checkAccount), done: accountChecked, parked: quietly},
		kindRemind:        {class: findable, do: remindOwner, find: findReminder, parked: quietly},
		kindDigest:        {class: findable, do: postDigest, find: findDigest, parked: quietly},
		kindRCACreate:     {class: findable, do: onTracker(createRCA), find: findRCA, done: rcaCreated},
		kindRCAWrite:      {class: idempotent, do: onTracker(writeRCA), done: rcaWritten},
		kindIssueLink:     {class: idempotent, do: onTracker(linkIssue)},
		kindViewOpen:      {class: once, do: openView, parked: quietly},
		kindViewUpdate:    {class: idempotent, do: updateView, parked: quietly},
		kindReplace:       {class: idempotent, do: replaceMessage, parked: showAnew},
		kindExamineFile:   {class: idempotent, do: examineFile, done: fileExamined, parked: examineParked, within: examineWithin, atOnce: 1},
		kindBacktest:      {class: idempotent, do: backtestRule, done: ruleBacktested, parked: backtestParked, within: examineWithin, atOnce: 1},
		kindEdit:          {class: idempotent, do: editPost},
		kindHome:          {class: idempotent, do: publishHome, done: homePublished, parked: quietly, gather: newest},
		kindImport:        {class: idempotent, do: importFile, done: fileImported, parked: importParked, within: importWithin, atOnce: 1},
		kindExportUpload:  {class: idempotent, do: uploadExport, within: exportWithin, atOnce: 1},
		kindExportShare:   {class: findable, do: shareExport, find: findExport, done: exportShared},

		kindCheckpointIssue: {class: findable, do: onTracker(createCheckpointIssue), find: findCheckpointIssue, parked: checkpointParked},
		kindCheckpoint: {
			class: findable, do: publishCheckpoint, find: findCheckpoint, done: checkpointPublished, parked: checkpointParked, gather: together[signedPoint],
		},
	}
}

// rankOf says how soon the actions of a kind go when many wait.
func rankOf(kind string) incident.Rank {
	switch kind {
	case kindViewOpen, kindViewUpdate, kindEphemeral, kindReplace, kindVerdict, kindPageAck, kindPageRaise, kindPageRequest, kindPageCreate, kindCallee, kindSelfPage:
		return incident.RankAsked
	case kindCreateChannel, kindAnnounce:
		return incident.RankOpen
	case kindStormPages, kindHeader, kindInvite, kindInviteCalled, kindJoin:
		return incident.RankInvite
	case kindLookUpMessage, kindLookUpPerson, kindFetchFile, kindPageAlerts:
		return incident.RankRead
	case kindHome, kindTopic, kindHeaderUpdate, kindBookmark, kindGapUpdate, kindStormUpdate:
		return incident.RankLook
	case kindCompare, kindArchive, kindAccountCheck, kindExamineFile, kindBacktest, kindCheckpointIssue, kindCheckpoint:
		return incident.RankSpare
	}
	return incident.RankSay
}

// payloadOf reads an action's payload.
func payloadOf[T any](a incident.Action) (T, error) {
	var p T
	if err := json.Unmarshal(a.Payload, &p); err != nil {
		return p, fmt.Errorf("read payload of %s: %w", a.Kind, err)
	}
	return p, nil
}

// incidentOf reads the incident an action belongs to as it stands now.
func (b *Bot) incidentOf(ctx context.Context, a incident.Action) (inc incident.Incident, err error) {
	err = b.store.View(ctx, func(v *store.View) (err error) {
		inc, err = v.Incident(incident.Operator(), a.Incident)
		return err
	})
	return inc, err
}

// quietly is for actions whose loss concerns nobody: the reason stands in
// the action log.
func quietly(*store.Tx, *Bot, incident.Action, string) error { return nil }

// postParked tells people of a message that could not be posted, unless it was
// for the control channel: the trouble would only repeat itself there.
func postParked(tx *store.Tx, b *Bot, a incident.Action, reason string) error {
	p, err := payloadOf[incident.Post](a)
	if err != nil {
		return err
	}
	if p.Channel != "" && p.Channel == b.cfg.ControlChannel {
		b.log.Error("the control channel cannot be written to", "action", a.ID, "reason", reason)
		return nil
	}
	return b.tellParked(tx, a, reason)
}

// tellParked says in the incident's channel, else in the control channel,
// what could not be done and why.
func (b *Bot) tellParked(tx *store.Tx, a incident.Action, reason string) error {
	key := fmt.Sprintf("parked:%d:%d", a.ID, a.Fence) // told again when a retry is refused as well
	m := parkedMessage(a, reason, b.cfg.Command)
	if a.Incident == 0 {
		return b.tellControl(tx, key, m)
	}
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	if !inc.ArchivedAt.IsZero() && inc.Closed() {
		b.log.Info("not done for a closed incident whose channel is archived", "action", a.ID, "kind", a.Kind, "reason", reason)
		return nil // it is over; /inc actions shows it
	}
	if inc.Channel.ID == "" || !inc.ArchivedAt.IsZero() || a.Kind == kindPost || a.Kind == kindHeader {
		return b.tellControl(tx, key, m)
	}
	return b.say(tx, a.Incident, key, m)
}
