package firebreak_test

import "slices"

// mutations lists them in the order of docs/guarantees.md.
func mutations() []mutation {
	return slices.Concat(mutationsOfCapturing(), mutationsOfReminding(), mutationsOfKeeping(), mutationsOfLeaving(), mutationsOfFinding(), mutationsOfUsing(), mutationsOfCorrecting(), mutationsOfLasting(), mutationsOfDetecting(), mutationsOfOwnRules(), mutationsOfPrivacy())
}

// e2e is the package of the tests that drive the whole bot.
const e2e = "./cmd/firebreak"

// mutationsOfCapturing break what comes in and is done outside.
func mutationsOfCapturing() []mutation {
	return []mutation{
		{
			"ack-without-commit", "commit before ack",
			[]edit{{"bot/deliver.go", "_, _, err := tx.Receive(in)", "var err error"}},
			e2e, "TestTimelineEqualsLedger",
		},
		{
			"ack-after-failed-commit", "commit before ack",
			[]edit{{"bot/deliver.go", "	if err != nil {\n		return nil, err\n	}\n	crash(\"inbox committed\")", "	_ = err\n	crash(\"inbox committed\")"}},
			"./bot", "TestNoAckWithoutCommit",
		},
		{
			"event-forgotten", "dedupe",
			[]edit{{"bot/deliver.go", `in.Key = "ev:" + c.EventID`, `in.Key = "ev:" + c.EventID + env.ID`}},
			"./bot", "TestRedeliveryIsOneRow",
		},
		{
			"identity-by-event", "dedupe",
			[]edit{{"bot/message.go", `return "slack:" + team + ":" + channel + ":" + ts`, `return "slack:" + team + ":" + channel + ":" + ts + time.Now().String()`}},
			e2e, "TestTimelineEqualsLedger",
		},
		{
			"pin-on-thread", "own-entry pins",
			[]edit{{"bot/reaction.go", "c.pin(e.Item.TS, e.User, e.Reaction, on, e.EventTS)", "c.pin(e.EventTS, e.User, e.Reaction, on, e.EventTS)"}},
			e2e, "TestTimelineEqualsLedger",
		},
		{
			"pin-never-removed", "own-entry pins",
			[]edit{{"bot/reaction.go", `on := e.Type == "reaction_added"`, `on := e.Type != ""`}},
			e2e, "TestLastRemovalUnpins",
		},
		{
			"page-opens-twice", "one channel",
			[]edit{
				{"bot/page.go", "	case row.Incident == 0:", "	case row.Incident >= 0 && row.Page.Status != p.Status:"},
				{"store/schema/0001_first.sql", "CREATE UNIQUE INDEX incidents_page", "CREATE INDEX incidents_page"},
			},
			e2e, "TestAcknowledgedInPagerDuty",
		},
		{
			"channel-not-looked-up", "one channel",
			[]edit{
				{"bot/kinds.go", "kindCreateChannel: {class: findable,", "kindCreateChannel: {class: idempotent,"},
				{"bot/effect_channel.go", "		if found && b.unclaimed(ctx, ch.ID) {\n			return ch, nil", "		if found && ch.ID == \"\" {\n			return ch, nil"},
			},
			e2e, "TestEveryAnswerLost/nobody/slack_conversations.create",
		},
		{
			"issue-not-looked-up", "one issue",
			[]edit{{"bot/kinds.go", "kindIssueCreate:   {class: findable,", "kindIssueCreate:   {class: idempotent,"}},
			e2e, "TestEveryAnswerLost/detection/gitlab_POST",
		},
		{
			"agreement-not-kept", "both sides equal",
			[]edit{{"bot/agree.go", "	t.Agreed, t.Writing = m.Agreed, nil", "	t.Agreed, t.Writing = b.agreed(t), nil"}},
			e2e, "TestAgreementIsKept",
		},
		{
			"edit-not-kept-before-sent", "both sides equal",
			[]edit{{"bot/agree.go", "	if err := b.writing(ctx, t, base, w); err != nil {\n		return issue, err\n	}\n", ""}},
			e2e, "TestOwnEditIsNoConflict/drop_after",
		},
		{
			"local-wins-silently", "both sides equal",
			[]edit{{"incident/merge.go", "			c.Direction = Conflict", "			c.Direction = Push"}},
			e2e, "TestBothChanged",
		},
		{
			"loss-not-recorded", "both sides equal",
			[]edit{{"bot/taken.go", "	if k.Direction == incident.Conflict {\n		data", "	if k.Direction == \"\" {\n		data"}},
			e2e, "TestBothChanged",
		},
		{
			"refused-token-gives-up", "nothing given up",
			[]edit{{"bot/trouble.go", "incident.CodeOf(err) == \"401\"\n", "incident.CodeOf(err) == \"0\"\n"}},
			e2e, "TestGitLabShutsTheDoor/revoked_token",
		},
	}
}

// mutationsOfReminding break what is done once, whatever is lost.
func mutationsOfReminding() []mutation {
	return []mutation{
		{
			"hook-token-unchecked", "only hints",
			[]edit{{"cmd/firebreak/intake.go", "case !sameSecret(r.Header.Get(\"X-Gitlab-Token\"), want):", "case sameSecret(want, \"\"):"}},
			e2e, "TestWebhookAnswers",
		},
		{
			"reminder-key-without-day", "one reminder",
			[]edit{{"bot/remind.go", "\"remind:%s:%d:%s:%d:%s\"", "\"remind:%s:%d:%s:%d:%.0s\""}},
			e2e, "TestReminders",
		},
		{
			"reminder-not-asked-again", "one reminder",
			[]edit{{"bot/remind.go", "if err != nil || !holds {\n		return \"\", err\n	}\n	return b.chat.Post(ctx, p)\n}\n\nfunc findReminder", "if err != nil || !holds && a.ID == 0 {\n		return \"\", err\n	}\n	return b.chat.Post(ctx, p)\n}\n\nfunc findReminder"}},
			e2e, "TestReminderOvertaken",
		},
		{
			"post-not-looked-up", "one message",
			[]edit{{"bot/kinds.go", "kindPost:          {class: findable,", "kindPost:          {class: idempotent,"}},
			e2e, "TestEveryAnswerLost/detection/slack_chat.postMessage",
		},
		{
			"claim-not-believed", "one message",
			[]edit{{"bot/runner.go", "b.perform(ctx, claimed, was == incident.ActionUnknown)", "b.perform(ctx, claimed, was == \"\")"}},
			"./bot", "TestWhatTheRunnerReadMayBePast",
		},
		{
			"broken-call-repeated", "every call may fail",
			[]edit{{"bot/runner.go", "		default:\n			return tx.RetryAction(a.ID, a.Fence, incident.ActionUnknown,", "		default:\n			return tx.RetryAction(a.ID, a.Fence, incident.ActionPlanned,"}},
			e2e, "TestEveryCallFails/detection/slack_chat.postMessage",
		},
		{
			"parked-silently", "every call may fail",
			[]edit{{"bot/runner.go", "	return b.tellParked(tx, a, reason)\n", "	return nil\n"}},
			e2e, "TestEveryCallRefused/detection/gitlab_POST",
		},
		{
			"retried-at-once", "every call may fail",
			[]edit{{"bot/runner.go", "Add(max(call.RetryAfter, shortestRetry))", "Add(call.RetryAfter)"}},
			"./bot", "TestARetryIsNeverDueAtOnce",
		},
		{
			"compared-too-finely", "simulated days",
			[]edit{{"bot/pass_finish.go", "by := p.started.Add(-historyLags)", "by := p.started.Add(historyLags)"}},
			"./bot", "TestWhatComesWithTheComparisonIsNotGone",
		},
		{
			"gap-ignored", "simulated days",
			[]edit{{"bot/health.go", "	if gap {\n		poke(b.gaps)", "	if gap && connected < 0 {\n		poke(b.gaps)"}},
			e2e, "TestSimulation$",
		},
		{
			"sending-not-recovered", "one channel",
			[]edit{{"bot/bot.go", "		if _, err := tx.RecoverActions(); err != nil {\n			return err\n		}\n", ""}},
			e2e, "TestKill",
		},
	}
}

// mutationsOfKeeping break the database and the process.
func mutationsOfKeeping() []mutation {
	return []mutation{
		{
			"restored-bot-certain", "restore",
			[]edit{{"bot/runner.go", "doubtful && k.class == findable {", "doubtful && k.class > findable {"}},
			e2e, "TestRestoredBotRepeatsNothing",
		},
		{
			"backup-unchecked", "sound backup",
			[]edit{{"store/backup.go", "	return s.CheckChains(ctx)\n", "	return Checked{}, nil\n"}},
			"./store", "TestBackup",
		},
		{
			"backup-overwrites", "sound backup",
			[]edit{{"store/backup.go", "	_, err := os.Lstat(path)\n", "	err := fs.ErrNotExist\n"}, {"store/backup.go", "	if err := os.Link(draft, path); errors.Is(err, fs.ErrExist) {", "	if err := os.Rename(draft, path); errors.Is(err, fs.ErrExist) {"}},
			"./store", "TestBackupLeavesNothingBehind",
		},
		{
			"body-unchecked", "tamper evidence",
			[]edit{{"store/chain.go", "!bytes.Equal(r.commitment, commit(r.salt, r.body))", "!bytes.Equal(r.commitment, r.commitment)"}},
			"./store", "TestForgeriesBreakTheChain",
		},
		{
			"hash-unchecked", "tamper evidence",
			[]edit{{"store/chain.go", "!bytes.Equal(r.hash, r.sum())", "!bytes.Equal(r.hash, r.hash)"}},
			"./store", "TestForgeriesBreakTheChain",
		},
		{
			"log-not-emptied", "clean end",
			[]edit{{"store/writer.go", "	w.checkpoint()\n", ""}},
			"./store", "TestCloseEmptiesTheLog",
		},
		{
			"end-without-end", "clean end",
			[]edit{
				{"bot/runner.go", "drainWithin = 4 * time.Second", "drainWithin = 40 * time.Second"},
				{"integrations/slack/call.go", "callLimit = 10 * time.Second", "callLimit = 40 * time.Second"}, // or that ends it
			},
			e2e, "TestShutdown",
		},
		{
			"failed-disk-outlived", "failed disk",
			[]edit{{"bot/bot.go", "	g.Go(func() error { return b.store.AwaitFailure(ctx) })\n", ""}},
			e2e, "TestFailedDiskEndsTheBot",
		},
		{
			"damaged-file-used", "a damaged file is left as it is",
			[]edit{{"store/writer.go", `"wal_autocheckpoint(0)"`, `"wal_autocheckpoint(1)"`}},
			"./store", "TestALargeDamagedFileIsFoundLater",
		},
		{
			"full-disk-forgotten", "full disk",
			[]edit{{"bot/watch.go", "		w.b.health.listensAnew()\n		poke(w.b.gaps)\n", ""}},
			e2e, "TestFullDisk",
		},
		{
			"result-given-up", "full disk",
			[]edit{{"bot/runner.go", "!errors.Is(err, store.ErrFull) || !pause(ctx, time.Second)", "err == nil || errors.Is(err, store.ErrFull) || !pause(ctx, time.Second)"}},
			e2e, "TestFullDisk",
		},
		{
			"trouble-undamped", "truthful health",
			[]edit{{"bot/watch.go", "damping = 30 * time.Second", "damping = 0 * time.Second"}},
			e2e, "TestShortTroubleIsNotTold",
		},
		{
			"trouble-forgotten", "truthful health",
			[]edit{{"bot/watch.go", "				w.told[check] = since\n", "				_ = since\n"}},
			e2e, "TestTroubleIsToldOnce",
		},
		{
			"silence-unnoticed", "truthful health",
			[]edit{{"bot/watch.go", "		w.listen(ctx, now)\n", ""}},
			e2e, "TestSilenceIsNoticed",
		},
	}
}

// mutationsOfLeaving break what leaves Slack, and who may do what.
func mutationsOfLeaving() []mutation {
	return []mutation{
		{
			"rca-unmasked", "masking",
			[]edit{{"bot/rca.go", "incident.RCA{Mask: mask.Text, Names: namesOf(v)}", "incident.RCA{Names: namesOf(v)}"}},
			e2e, "TestStory",
		},
		{
			"mask-finds-nothing", "masking",
			[]edit{{"bot/rca.go", "r := incident.RCA{Mask: mask.Text,", "r := incident.RCA{Mask: strings.Clone,"}, {"bot/rca.go", "	\"fmt\"\n", "	\"fmt\"\n	\"strings\"\n"}},
			e2e, "TestStory",
		},
		{
			"carriage-return-kept", "quick actions",
			[]edit{
				{"incident/neutral.go", `b.WriteString("> ")`, `b.WriteString("")`},
				{"incident/neutral.go", "escapeMarkdown(joinSigils(escapeStart(text)))", "escapeMarkdown(joinSigils(text))"},
			},
			"./incident", "TestGitLabTextOfAnyUnicode",
		},
		{
			"mention-live", "quick actions",
			[]edit{{"incident/neutral.go", "escapeMarkdown(joinSigils(escapeStart(text)))", "escapeMarkdown(escapeStart(text))"}},
			"./incident", "TestGitLabTextOfAnyUnicode",
		},
		{
			"slack-unescaped", "quick actions",
			[]edit{{"incident/slacktext.go", `slackEscapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")`, `slackEscapes  = strings.NewReplacer("&", "&amp;")`}},
			"./bot", "TestMessagesAreSafeForAnyText",
		},
		{
			"rights-not-asked", "access",
			[]edit{{"bot/obey.go", "o.rights.may(f.access, about)", "o.rights.may(AccessAnybody, about)"}},
			e2e, "TestRightsTable",
		},
		{
			"private-for-everybody", "private stays private",
			[]edit{{"store/incident.go", "return []any{who.Admin, ", "return []any{true, "}},
			e2e, "TestPrivateIncidentLeavesNoTrace",
		},
		{
			"page-called-twice", "called once",
			[]edit{{"bot/kinds.go", "kindPageRequest:   {class: findable,", "kindPageRequest:   {class: idempotent,"}},
			e2e, "TestPageCallsOnce",
		},
		{
			"page-made-without-key", "called once",
			[]edit{{"bot/page.go", "		a, err := tx.ActionByKey(callKey(key))", "		a, err := tx.ActionByKey(key)"}},
			e2e, "TestPageWithoutAPage",
		},
		{
			"page-guesses-names", "called once",
			[]edit{{"bot/callee.go", "		return !strings.EqualFold(c.Name, typed) && !strings.EqualFold(c.Email, typed)", "		return !strings.HasPrefix(strings.ToLower(c.Name), strings.ToLower(typed))"}},
			e2e, "TestPageOfNobody",
		},
		{
			"ack-before-it-is-so", "acknowledgement",
			[]edit{{"bot/ack.go", "	m := sentence(who(o.slash.UserID) + \" acknowledges the page.\")", "	if err := o.b.acknowledged(o.tx, o.inc.Number, o.inc.Page.ID, o.actor(), o.at, o.key); err != nil {\n		return message{}, err\n	}\n	m := sentence(who(o.slash.UserID) + \" acknowledges the page.\")"}},
			e2e, "TestAcknowledgingNeedsSomebodyToAct",
		},
		{
			"ack-by-the-bot", "acknowledgement",
			[]edit{{"bot/ack.go", "	if was == incident.PageTriggered || a.Attempts > 1 {", "	if a.Attempts < 0 {"}},
			e2e, "TestAcknowledgedByCommand",
		},
	}
}

// mutationsOfFinding break the record and the search in it.
func mutationsOfFinding() []mutation {
	return []mutation{
		{
			"archive-before-compare", "nothing lost by archiving",
			[]edit{{"bot/archive.go", "	if err := b.compareNow(ctx, inc); err != nil {\n		return nil, err\n	}\n", ""}},
			e2e, "TestArchiveAndReopen",
		},
		{
			"archive-though-reopened", "nothing lost by archiving",
			[]edit{{"bot/archive.go", "	return inc.Closed() && inc.ClosedAt.Equal(p.ClosedAt) && inc.ArchivedAt.IsZero()", "	return inc.ArchivedAt.IsZero()"}, {"bot/closing.go", "o.b.cancelArchive(o.tx, o.inc.Number); err", "error(nil); err"}},
			e2e, "TestReopeningMovesTheArchive",
		},
		{
			"unarchived-unnoticed", "nothing lost by archiving",
			[]edit{{"bot/reconcile.go", "		return b.lookWhetherOpen(ctx, inc)", "		return nil"}},
			e2e, "TestUnarchivedWhileAway",
		},
		{
			"retry-repeats-blindly", "retry",
			[]edit{{"bot/retry.go", "		return incident.ActionUnknown\n", "		return incident.ActionPlanned\n"}},
			e2e, "TestRetryLooksBeforeItRepeats",
		},
		{
			"retry-shows-others", "private stays private",
			[]edit{{"bot/retry.go", "o.tx.Incident(o.rights.viewer, a.Incident)", "o.tx.Incident(incident.Operator(), a.Incident)"}},
			e2e, "TestActionsOfOthersAreNotThere",
		},
		{
			"search-sees-all", "private stays private",
			[]edit{{"store/match.go", "	if !who.Admin {", "	if who == (incident.Viewer{}) {"}},
			"./store", "TestAPrivateIncidentLeavesNoTrace",
		},
		{
			"hits-not-asked-again", "private stays private",
			[]edit{
				{"store/match.go", "	if !who.Admin {", "	if who == (incident.Viewer{}) {"},
				{"store/search.go", "EXISTS (SELECT 1 FROM incidents i WHERE i.number = e.incident AND `+visible+`)", "(1 = 1 OR `+visible+`)"},
			},
			"./store", "TestVisibility",
		},
		{
			"deleted-found", "search",
			[]edit{
				{"store/settle.go", "should := s.leaves && !s.deleted && ", "should := s.leaves && "},
				{"store/search.go", "		AND e.deleted = 0 AND e.dropped = 0", "		AND e.dropped = 0"},
			},
			"./store", "TestSearchNeverGivesWhatWasDeleted",
		},
		{
			"erased-kept-in-index", "search",
			[]edit{{"store/schema/0002_search.sql", "VALUES ('secure-delete', 1)", "VALUES ('secure-delete', 0)"}},
			"./store", "TestWhatIsReplacedLeavesTheFile",
		},
		{
			"millisecond-cut", "search",
			[]edit{{"store/search.go", "			ids = append(ids, rest...)", "			_ = rest"}},
			"./store", "TestTheOrderIsExactWithinAMillisecond",
		},
		{
			"page-ends-at-a-cut", "search",
			[]edit{{"store/search.go", "	for len(list) < count {", "	for range 1 {"}},
			"./store", "TestPagesGoOnWhereAMillisecondIsCut",
		},
		{
			"search-finds-itself", "search",
			[]edit{{"store/match.go", "	if !asksForCommands(q) {", "	if len(q.Kinds) > 99 {"}},
			e2e, "TestFindTurnsPages",
		},
	}
}

// mutationsOfUsing break forms, coverage and comparison.
func mutationsOfUsing() []mutation {
	return []mutation{
		{
			"form-obeyed-twice", "one effect for each form",
			[]edit{
				{"bot/submission.go", "if done, err := s.tx.EntryByKey(s.key()); err == nil {", "if done, err := s.tx.EntryByKey(s.row.Key); err == nil {"},
				{"bot/submission.go", `	key := "view:" + s.i.View.ID`, `	key := "view:" + s.i.View.ID + s.row.Key`},
			},
			e2e, "TestOpenIncidentShortcut",
		},
		{
			"section-overwritten", "one effect for each form",
			[]edit{{"bot/rca_form.go", "	if o.base == \"\" {", "	if o.base != \"\" {"}},
			e2e, "TestTwoWriteTheSameSection",
		},
		{
			"task-taken-away", "one effect for each form",
			[]edit{{"bot/checklist.go", "	case t.Owned():\n", "	case t.N == 0:\n"}},
			e2e, "TestStaleChecklist",
		},
		{
			"late-form-told", "one effect for each form",
			[]edit{
				{"bot/kinds.go", "kindViewOpen:      {class: once, do: openView, parked: quietly},", "kindViewOpen:      {class: once, do: openView},"},
			},
			e2e, "TestModalsUnderFaults",
		},
		{
			"form-unanswered", "a form is answered",
			[]edit{{"bot/deliver.go", ` && (env.Type == "slash_commands" || env.Type == "interactive") {`, ` && env.Type == "slash_commands" {`}},
			e2e, "TestMakeATaskInAThread",
		},
		{
			"form-overwrites", "nobody's change is lost unseen",
			[]edit{{"bot/correct.go", "if err == nil && base != \"\" && entryHash(e) != base {", "if err == nil && base == \"x\" {"}},
			e2e, "TestEditorOfTwo",
		},
		{
			"undo-over-others", "nobody's change is lost unseen",
			[]edit{{"bot/undo.go", "if last.By == c.By {", "if last.By != \"\" {"}},
			e2e, "TestTwoCorrectOne",
		},
		{
			"several-overwrite", "nobody's change is lost unseen",
			[]edit{{"bot/editor_select.go", "	o.bases = bases\n", "	_ = bases\n"}},
			e2e, "TestSelectSeveral",
		},
		{
			"merge-half-undone", "nobody's change is lost unseen",
			[]edit{{"bot/undo.go", "len(changed) > 0 && slices.ContainsFunc(tied, structural)", "len(changed) > 0 && slices.ContainsFunc(changed, structural)"}},
			e2e, "TestMergeSplitMove",
		},
		{
			"private-moved-out", "private stays private",
			[]edit{{"bot/move_entry.go", "case o.inc.Private && !to.Private:", "case o.inc.Private && !to.Private && to.Number == 0:"}},
			e2e, "TestMoveKeepsPrivateThingsPrivate",
		},
		{
			"hidden-in-exports", "what was taken off the timeline does not leave",
			[]edit{{"incident/outward.go", "if e.Dropped || e.Hidden {", "if e.Dropped {"}},
			"./incident/report", "TestGolden",
		},
		{
			"form-queues", "a form is answered",
			[]edit{
				{"bot/kinds.go", "case kindViewOpen, kindViewUpdate,", "case kindViewUpdate,"},
				{"bot/kinds.go", "case kindCompare, kindArchive,", "case kindViewOpen, kindCompare, kindArchive,"},
				{"bot/crew.go", "attemptsAtOnce = 24", "attemptsAtOnce = 5"}, // it is full
			},
			e2e, "TestFormsDoNotQueue",
		},
		{
			"channel-proves-rights", "rights of the moment",
			[]edit{{"bot/submission.go", "given: &cmd, away: true,", "given: &cmd, away: false,"}, {"bot/obey.go", "o.tx.Incident(o.rights.viewer, o.cmd.Incident)", "o.tx.Incident(incident.Operator(), o.cmd.Incident)"}},
			e2e, "TestRightsAreThoseOfTheSubmission",
		},
		{
			"coverage-claims-all", "coverage is stated",
			[]edit{{"bot/coverage.go", "case checked[e.Source.TS]:", "case !e.Deleted || checked[e.Source.TS]:"}},
			e2e, "TestCoverageCountsWhatSlackHasShown",
		},
		{
			"gap-forgotten", "coverage is stated",
			[]edit{{"bot/reconcile.go", "return b.uncomparable(tx, inc, p.started, cause)", "return nil"}},
			e2e, "TestGapIsToldOnce",
		},
		{
			"retention-is-deletion", "coverage is stated",
			[]edit{{"bot/pass_finish.go", "if e.Source.TS < retained || !p.judges(e) {", "if !p.judges(e) {"}},
			e2e, "TestGapByRetention",
		},
		{
			"hourly-not-compared", "comparison goes on",
			[]edit{{"bot/reconcile.go", "time.NewTicker(recentEvery)", "time.NewTicker(1000 * recentEvery)"}},
			e2e, "TestTheHourlyComparisonFindsWhatNoEventTold",
		},
		{
			"old-never-compared", "comparison goes on",
			[]edit{{"bot/reconcile.go", "time.Since(lastDeep) >= deepEvery", "time.Since(lastDeep) >= 1000*deepEvery"}},
			e2e, "TestWhatIsOldIsComparedOnceADay",
		},
		{
			"threads-always-read", "comparison goes on",
			[]edit{{"bot/pass.go", "t == p.known[m.TS] && (", "p.known == nil && ("}},
			e2e, "TestUnchangedThreadsCostNoCall",
		},
		{
			"backfill-first", "backfill starves nobody",
			[]edit{{"integrations/slack/pace.go", "now, g.limiter.Burst()/2+1)", "now, 1)"}},
			"./integrations/slack", "TestBackfillUsesItsPaceAndStarvesNobody",
		},
	}
}

// mutationsOfLasting break storms, channels and sockets.
func mutationsOfLasting() []mutation {
	return []mutation{
		{
			"away-not-compared", "complete timeline",
			[]edit{{"bot/health.go", "	if gap {", "	if gap && b == nil {"}},
			e2e, "TestLongOutage",
		},
		{
			"bad-row-kept", "a bad row fails its own caller only",
			[]edit{{"store/group.go", `w.aborted, w.pending = w.control("ROLLBACK TO one"), before`, "w.pending = before"}},
			"./store", "TestABadUpdateFailsItsOwnCallerOnly",
		},
		{
			"told-before-the-disk", "commit before ack",
			[]edit{{"store/flush.go", "if err = flush(f.wal); err != nil {", "if flush(f.wal); err != nil {"}},
			"./store", "TestNobodyIsToldWhatIsNotOnDisk",
		},
		{
			"log-never-begun-anew", "a clean end",
			[]edit{{"store/copier.go", "if !w.rewind.Swap(false) || w.death() != nil {", "if !w.rewind.Swap(false) || w.path != \"\" {"}},
			"./store", "TestALongLogIsBegunAnew",
		},
		{
			"replay-skips-records", "the log is the truth",
			[]edit{{"store/rebuild.go", "range batch {", "range batch[min(1, len(batch)):] {"}},
			"./store", "TestAnyOrderOfDeliveryEndsInTheSameTimeline",
		},
		{
			"storm-not-gathered", "storms",
			[]edit{{"bot/storm.go", "return n >= b.cfg.StormPages, err", "return n < 0, err"}},
			e2e, "TestStormIsGathered",
		},
		{
			"absorbed-done-again", "storms",
			[]edit{{"bot/gather.go", "behind[:taken])", "behind[:0*taken])"}},
			e2e, "TestStormIsGathered",
		},
		{
			"severity-ignored", "the urgent first",
			[]edit{{"incident/turn.go", "cmp.Or(cmp.Compare(t.Rank, other.Rank), cmp.Compare(t.Severity, other.Severity))", "cmp.Compare(t.Rank, other.Rank)"}},
			"./store", "TestTheMostUrgentRunFirst",
		},
		{
			"burst-not-kept", "the urgent first",
			[]edit{{"integrations/slack/gate.go", "	return 1\n", "	return 0\n"}},
			"./integrations/slack", "TestTheMoreUrgentGoFirst",
		},
		{
			"short-page-unnoticed", "short pages are noticed",
			[]edit{{"integrations/slack/history.go", "short := n == shortPage && next", "short := n < shortPage && next"}},
			e2e, "TestShortPages",
		},
		{
			"held-not-released", "people's moves",
			[]edit{{"bot/moves.go", "a.State != incident.ActionParked || a.Reason != heldReason", "a.State != incident.ActionParked || a.Reason == heldReason"}},
			e2e, "TestArchivedAndOpenedAgain",
		},
		{
			"shared-shows-detections", "people's moves",
			[]edit{{"bot/detected.go", "if state.Shared {", "if state.Deleted {"}},
			e2e, "TestShared",
		},
		{
			"moves-not-looked-up", "people's moves",
			[]edit{{"bot/moves.go", "is.Archived, is.Shared, is.Public = info.Archived, info.Shared, !info.Private", "_ = info"}},
			e2e, "TestMadePublic",
		},
		{
			"deactivated-keeps-tasks", "people's moves",
			[]edit{{"bot/outsiders.go", "if p.Deactivated && !was.Deactivated {", "if p.Deactivated && was.Deactivated {"}},
			e2e, "TestDeactivated",
		},
		{
			"sockets-end-together", "no time uncovered",
			[]edit{{"integrations/slack/socket.go", "stagger = 50 * time.Second", "stagger = 10 * time.Second"}},
			"./integrations/slack", "TestNoTimeUncovered",
		},
		{
			"successor-too-late", "no time uncovered",
			[]edit{{"integrations/slack/conn.go", "	case \"warning\":\n		c.warn.Do(func() { close(c.asked) })", "	case \"warning\":"}},
			"./integrations/slack", "TestNoTimeUncovered",
		},
		{
			"trouble-said-each-time", "no time uncovered",
			[]edit{{"integrations/slack/status.go", "news := s.said != sentence(err)", "news := s.said != sentence(err) || err != nil"}},
			"./integrations/slack", "TestPermanentErrorsAreNoHotLoop",
		},
	}
}

// mutationsOfDetecting break what rules mean.
func mutationsOfDetecting() []mutation {
	const sigma, correlate, behaviour = "./detect/sigma", "./detect/correlate", "./detect/behaviour"
	return []mutation{
		{
			"placeholder-ignored", "rules mean what Sigma says",
			[]edit{{"detect/sigma/compiler.go", `case missing != "":`, `case missing == "\x00":`}},
			sigma, "TestConformance/modifier-expand",
		},
		{
			"keywords-everywhere", "rules mean what Sigma says",
			[]edit{{"detect/sigma/plan.go", "(bare || !r.keyword)", "(bare || r.expr != nil)"}},
			sigma, "TestConformance/keywords",
		},
		{
			"denial-forgotten", "the fast engine loses nothing",
			[]edit{{"detect/sigma/offer.go", "(s.op == opAnd) != denied", "s.op == opAnd"}},
			sigma, "TestEngineIsReference",
		},
		{
			"kelvin-forgotten", "the fast engine loses nothing",
			[]edit{{"detect/sigma/necessary.go", "r < utf8.RuneSelf && r != 'k' && r != 'K' && r != 's' && r != 'S'", "r < utf8.RuneSelf"}},
			sigma, "TestNecessary",
		},
		{
			"twice-forgotten", "the fast engine loses nothing",
			[]edit{{"detect/fields/decoder.go", "kid == nil || kid.object == number", "kid == nil"}},
			"./detect/fields", "FuzzDecode",
		},
		{
			"stride-too-long", "the fast engine loses nothing",
			[]edit{{"detect/needle/table.go", "min(n-gramSize+1, maxStride)", "min(n-gramSize+2, maxStride)"}},
			"./detect/needle", "TestFind",
		},
		{
			"escape-forgotten", "rules mean what Sigma says",
			[]edit{{"detect/sigma/text.go", "strings.IndexByte(`*?\\`, s[i+1])", "strings.IndexByte(`*?`, s[i+1])"}},
			sigma, "FuzzPattern",
		},
		{
			"characters-for-bytes", "rules mean what Sigma says",
			[]edit{{"detect/sigma/encode.go", "(shift+len(s))%3", "(shift+len([]rune(s)))%3"}},
			sigma, "FuzzBase64Anywhere",
		},
		{
			"or-before-and", "rules mean what Sigma says",
			[]edit{
				{"detect/sigma/condition.go", `p.chain("or", opOr, p.and)`, `p.chain("and", opAnd, p.and)`},
				{"detect/sigma/condition.go", `p.chain("and", opAnd, p.not)`, `p.chain("or", opOr, p.not)`},
			},
			sigma, "TestConditionMeansWhatItSays",
		},
		{
			"file-given-up", "rules mean what Sigma says",
			[]edit{{"detect/sigma/loader.go", "\t\t\tl.refuse(h, err)\n", "\t\t\tl.refuse(h, err)\n\t\t\tbreak\n"}},
			sigma, "TestConformance/hostile",
		},
		{
			"order-of-arrival", "correlations go by the events' time",
			[]edit{{"detect/sigma/run.go", "return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order))", "return cmp.Compare(a.order, b.order)"}},
			sigma, "TestOrderDoesNotMatter",
		},
		{
			"own-successor", "correlations go by the events' time",
			[]edit{{"detect/sigma/hit.go", "for i, m := range slices.Backward(co.members) {", "for i, m := range slices.All(co.members) {"}},
			sigma, "TestConformance/correlation-temporal",
		},
		{
			"window-too-long", "correlations go by the events' time",
			[]edit{{"detect/correlate/count.go", "for w.entries.len() > 0 && !w.entries.front().at.After(cutoff) {", "for w.entries.len() > 0 && w.entries.front().at.Before(cutoff) {"}},
			correlate, "TestWindowsEqualOracle",
		},
		{
			"no-lateness", "behaviour survives",
			[]edit{{"detect/behaviour/watch.go", "s.settle(r, s.Newest-r.Lateness.Microseconds())", "s.settle(r, s.Newest+1)"}},
			behaviour, "TestAnyOrderWithinTheLatenessTellsTheSame",
		},
		{
			"late-taken-in", "behaviour survives",
			[]edit{{"detect/behaviour/state.go", "if h.At < s.Mark {", "if h.At < 0 {"}},
			behaviour, "TestLateAlertsAreCountedAndLeftOut",
		},
		{
			"anything-is-known", "behaviour survives",
			[]edit{{"detect/behaviour/state.go", "at-s.First > r.New.Microseconds()", "at >= s.First"}},
			behaviour, "TestPrecisionAndRecall",
		},
		{
			"groups-uncapped", "behaviour survives",
			[]edit{{"store/behaviour.go", "return tx.makeRoom(b)", "return nil"}},
			"./store", "TestBehaviourIsCapped",
		},
		{
			"waits-for-ever", "behaviour survives",
			[]edit{{"bot/behaviour.go", "kept.Due = m.now.Add(k.Lateness)", "kept.Due = m.now.AddDate(1, 0, 0)"}},
			"./cmd/firebreak", "TestBehaviourOutlivesRestarts",
		},
	}
}

// mutationsOfOwnRules break what holds rules in the user's own code.
func mutationsOfOwnRules() []mutation {
	const child, harms = "./detect/child", "a rule in own code harms no other"
	return []mutation{
		{
			"batch-lost-whole", harms,
			[]edit{{"detect/child/supervisor.go", "len(batch) == 1 || ctx.Err() != nil", "len(batch) >= 1 || ctx.Err() != nil"}},
			child, "TestHostile",
		},
		{
			"half-a-batch-counts", harms,
			[]edit{
				{"detect/child/supervisor.go", "		p.kill()\n		return own.Result{}, err\n	}\n	s.ledger", "		p.kill()\n		return a.result, err\n	}\n	s.ledger"},
				{"detect/child/supervisor.go", "	if result = s.failed(ctx, batch, err); len", "	half := result\n	result = s.failed(ctx, batch, err)\n	result.Add(half)\n	if len"},
			},
			child, "TestHostile",
		},
		{
			"children-left-behind", harms,
			[]edit{{"detect/child/process.go", "_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // there", "_ = syscall.SIGKILL // there"}},
			child, "TestEnd",
		},
		{
			"memory-not-bounded", harms,
			[]edit{{"detect/child/limit_linux.go", "unix.RLIMIT_AS: memory,", "unix.RLIMIT_AS: 4 * memory,"}},
			child, "TestMemoryIsBounded",
		},
		{
			"environment-passed-on", harms,
			[]edit{{"detect/child/process.go", "append([]string{}, spec.Env...)", "append(cmd.Environ(), spec.Env...)"}},
			child, "TestEnvironment",
		},
		{
			"found-is-chosen", "only chosen programs run",
			[]edit{{"detect/rules/load.go", "if !l.Exec && !f.named {", "if !l.Exec && !f.named && k == kindSigma {"}},
			e2e, "TestScripts/detect_own",
		},
	}
}
