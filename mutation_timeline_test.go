package firebreak_test

// mutationsOfCorrecting break what people make of the timeline, and what others
// get to see of that.
func mutationsOfCorrecting() []mutation {
	const store, bot = "./store", "./bot"
	return []mutation{
		{
			"overwritten-unsaid", "nobody's change is lost unseen",
			[]edit{{"bot/correct.go", "if last.By == o.slash.UserID {\n\t\treturn \"\"", "if last.By != \"\" {\n\t\treturn \"\""}},
			e2e, "TestTwoCorrectOne",
		},
		{
			"revision-forgotten", "nobody's change is lost unseen",
			[]edit{{"store/project.go", "`UPDATE edits SET undone = 1 WHERE key = ?1 AND ?2 IN (seq, over)`", "`DELETE FROM edits WHERE key = ?1 AND ?2 IN (seq, over)`"}},
			store, "TestCorrectionsAreTakenBackInTurn",
		},
		{
			"undo-elsewhere-unsaid", "nobody's change is lost unseen",
			[]edit{{"bot/undo.go", "\tif c.Incident == o.inc.Number {\n\t\treturn refuse", "\tif c.Incident != 0 {\n\t\treturn refuse"}},
			e2e, "TestUndoOfWhatIsElsewhere",
		},
		{
			"picks-forgotten", "nobody's change is lost unseen",
			[]edit{{"bot/editor.go", "o.Picks, kept.left = all.pack(), left", "_, kept.left = all.pack(), left"}},
			e2e, "TestSelectionSpansPages",
		},
		{
			"picks-unbounded", "a form is answered",
			[]edit{{"bot/picks.go", "!known && len(all) >= mostPicked", "!known && len(all) >= 10*mostPicked"}},
			bot, "TestEditorOfAHugeIncident",
		},
		{
			"edit-stays-behind", "what Slack tells follows",
			[]edit{{"store/version.go", "err = tx.followVersion(before, was, v)", "_ = was"}},
			store, "TestFollowsTheMoved",
		},
		{
			"told-late-wins", "what Slack tells follows",
			[]edit{{"store/alteration.go", "own, err := tx.asOf(from, Version", `own, err := tx.asOf("", Version`}},
			store, "TestFollowsTheMoved",
		},
		{
			"merge-keeps-old-words", "what Slack tells follows",
			[]edit{{"store/follow_text.go", "return tx.rippleUp(now, before.text, now.text, v)", "return nil"}},
			store, "TestFollowsTheMerged",
		},
		{
			"split-keeps-old-words", "what Slack tells follows",
			[]edit{{"store/follow_text.go", "if err := tx.rewriteHalf(before, was, is, v); err != nil {", "if err := tx.rewriteHalf(before, is, is, v); err != nil {"}},
			store, "TestFollowsTheSplit",
		},
		{
			"undo-keeps-followed", "what Slack tells follows",
			[]edit{{"store/project.go", "AND ?2 IN (seq, over)`", "AND ?2 = seq`"}},
			store, "TestFollowsTheMerged",
		},
		{
			"deleted-words-stay", "what Slack tells follows",
			[]edit{{"store/follow.go", `return tx.rippleUp(e, e.text, "", Version{At: at, By: by})`, "return nil"}},
			store, "TestFollowsTheMerged",
		},
		{
			"deleted-found-where-merged", "search",
			[]edit{{"store/findable.go", "slices.ContainsFunc(gone, func(g string) bool { return strings.Contains(text, g) })", "len(gone) < 0"}},
			store, "TestFollowsTheMerged",
		},
		{
			"merged-no-entry-told", "what was taken off the timeline does not leave",
			[]edit{{"store/hide.go", "(e.hidden OR CASE WHEN ` + standsForOthers + ` THEN", "(e.hidden OR CASE WHEN e.n = 0 AND ` + standsForOthers + ` THEN"}},
			store, "TestFollowsTheMerged",
		},
		{
			"moved-no-entry-told", "what was taken off the timeline does not leave",
			[]edit{{"store/follow.go", `{{"hides", "hidden", tx.SetHide}, {"pins"`, `{{"pins"`}},
			store, "TestFollowsTheMoved",
		},
		{
			"half-of-hidden-told", "what was taken off the timeline does not leave",
			[]edit{{"bot/fold.go", "\t\terr = o.asBefore(e, made)\n", "\t\terr = nil\n"}},
			e2e, "TestSlackFollowsWhatWasMerged",
		},
		{
			"moved-found-here", "private stays private",
			[]edit{{"store/settle.go", "!is.off() && !s.erased", "(!is.off() || is.moved != 0) && !s.erased"}, {"store/search.go", "\t\tAND e.deleted = 0 AND e.dropped = 0", "\t\tAND e.deleted = 0"}},
			store, "TestFollowsTheMoved",
		},
		{
			"moved-away-named", "private stays private",
			[]edit{{"incident/entry.go", "\tif e.MovedAway {\n", "\tif e.MovedAway && e.Moved == 0 {\n"}},
			e2e, "TestSlackFollowsWhatMoved",
		},
		{
			"moved-away-told", "private stays private",
			[]edit{{"bot/history.go", "\tif e.MovedAway {\n", "\tif e.MovedAway && e.Moved == 0 {\n"}},
			e2e, "TestSlackFollowsWhatMoved",
		},
		{
			"moved-away-evidence", "private stays private",
			[]edit{{"bot/render_evidence.go", "\tcase e.Away:", "\tcase e.Away && e.N == 0:"}},
			e2e, "TestSlackFollowsWhatMoved",
		},
		{
			"command-names-private", "private stays private",
			[]edit{{"bot/move_entry.go", "\t\to.unsaid = to.Number", "\t\to.unsaid = 0"}},
			e2e, "TestSlackFollowsWhatMoved",
		},
		{
			"formula-first", "a spreadsheet runs nothing",
			[]edit{{"incident/report/table.go", "\t\treturn \"'\" + s\n", "\t\treturn s\n"}},
			"./incident/report", "TestNoFormulaInASpreadsheet",
		},
		{
			"formula-within", "a spreadsheet runs nothing",
			[]edit{{"incident/report/table.go", `"$1'$2")`, `"$1$2")`}},
			"./incident/report", "TestNoFormulaInASpreadsheet",
		},
		{
			"late-unmarked", "late is marked, and is news",
			[]edit{{"incident/entry.go", "e.RecordedAt.Sub(e.OccurredAt) > LateAfter", "e.RecordedAt.Sub(e.OccurredAt) > 1000*LateAfter"}},
			"./incident", "TestRCAMarksWhatIsLate",
		},
		{
			"late-news-missed", "late is marked, and is news",
			[]edit{{"bot/catchup.go", "Learnt: since, Stands", "Since: since, Stands"}},
			bot, "TestLateNewsIsNews",
		},
		{
			"hour-guessed", "late is marked, and is news",
			[]edit{{"incident/clock.go", "\tif first.Equal(last) {\n\t\treturn first, nil", "\tif first.Equal(last) || !s.skipped {\n\t\treturn first, nil"}},
			"./incident", "TestParseWhenAsksWhenClocksChange",
		},
		{
			"moment-cut", "late is marked, and is news",
			[]edit{{"bot/editor_rearrange.go", "if err == nil && when == shownMoment(e.OccurredAt, s.who) || isNotFound(err) {", "if err == nil && when == e.ID || isNotFound(err) {"}},
			e2e, "TestEditorInTheHourThatCameTwice",
		},
		{
			"lane-ignored", "search",
			[]edit{{"store/settle.go", "\tif s.lane == incident.LaneAdversary {", "\tif s.lane != \"\" {"}},
			store, "TestDetectionsAreFoundByWhatTheyRestOn",
		},
		{
			"imported-twice", "dedupe",
			[]edit{{"bot/imported.go", `":"+l.Key)`, `":"+i.Options.Zone.String()+l.Key)`}},
			e2e, "TestAFileDroppedIsImported",
		},
		{
			"handover-by-anybody", "the lead changes when it is taken",
			[]edit{{"bot/handover.go", "case o.slash.UserID != to:", `case o.slash.UserID == "":`}},
			e2e, "TestHandover$",
		},
		{
			"handover-outlives", "the lead changes when it is taken",
			[]edit{{"bot/handover.go", `case handoverParties(o.inc.Commander, to) != from+"_"+to:`, `case to == "":`}},
			e2e, "TestHandoverOfOld",
		},
	}
}
