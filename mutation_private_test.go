package firebreak_test

// mutationsOfPrivacy break what is hidden, erased, kept, and proven of it.
func mutationsOfPrivacy() []mutation {
	const erased, chained, secrets = "what is redacted is gone", "evidence is proven", "secrets stay where they were said"
	return []mutation{
		{
			"redacted-in-the-index", erased,
			[]edit{{"store/settle.go", "	if s.doc != 0 {\n		if err := tx.dropDocument(s.doc, s.text)", "	if s.doc != 0 && !s.erased {\n		if err := tx.dropDocument(s.doc, s.text)"}},
			"./store", "TestRedactedTextLeavesTheFile",
		},
		{
			"redacted-in-revisions", erased,
			[]edit{{"store/redaction.go", "`DELETE FROM versions WHERE key = ?`, ", ""}},
			"./store", "TestRedactedTextLeavesTheFile",
		},
		{
			"redacted-file-kept", erased,
			[]edit{{"store/evidence.go", "		if !needed {", "		if !needed && sha == \"\" {"}},
			"./store", "TestErasedFiles",
		},
		{
			"quoted-before-unseen", erased,
			[]edit{{"store/erase.go", "if !now && !earlier[k.key] {", "if !now && (!earlier[k.key] || k.key != \"\") {"}},
			"./store", "TestRedactionFindsWhatWasSaid",
		},
		{
			"custody-unchecked", chained,
			[]edit{{"store/verify_evidence.go", "case i >= len(was) || was[i] != logged[i]:", "case i >= len(was):"}},
			"./store", "TestVerifyFindsWhatWasChanged",
		},
		{
			"seal-ignored", chained,
			[]edit{{"incident/evidence.go", "case m != MoveUnsealed && sealed:", "case m == MoveSealed && sealed:"}},
			"./store", "TestWhatCustodyAllows",
		},
		{
			"evidence-unhashed", chained,
			[]edit{{"store/evidence/content.go", "got != sha {", "got == \"\" {"}},
			"./store/evidence", "TestCheckNamesWhatIsWrong",
		},
		{
			"checkpoint-unsigned", "tamper evidence",
			[]edit{{"incident/checkpoint.go", "if !ed25519.Verify(public, signed, sig) {", "if !ed25519.Verify(public, signed, sig) && len(sig) == 0 {"}},
			"./incident", "TestCheckpointIsSigned",
		},
		{
			"checkpoint-not-looked-up", "one comment for each checkpoint",
			[]edit{{"bot/kinds.go", "class: findable, do: publishCheckpoint,", "class: idempotent, do: publishCheckpoint,"}},
			e2e, "TestCheckpointsOnAnIssue",
		},
		{
			"checkpoint-for-everybody", "private stays private",
			[]edit{{"bot/checkpoint_issue.go", "if err != nil || issue.Confidential {", "if err != nil || issue.IID != 0 {"}},
			e2e, "TestCheckpointsOnAnIssue",
		},
		{
			"exports-unmasked", secrets,
			[]edit{{"bot/report.go", "Mask: mask.Text,", "Mask: map[bool]func(string) string{true: mask.Text}[false],"}},
			e2e, "TestSecretsStayInTheChannel",
		},
		{
			"picture-unmasked", secrets,
			[]edit{{"incident/report/report.go", "r.clean(r.Incident.Title)", "incident.Legible(r.Incident.Title)"}},
			"./incident/report", "TestPictureDrawsNoSecret",
		},
		{
			"form-shows-secrets", secrets,
			[]edit{{"bot/modal.go", "	d, ok := mask.NewDraft(text)\n", "	ok := mask.Text(\"\") == \"\"\n	d.Shown = text\n"}},
			"./bot", "TestModalsHideSecrets",
		},
		{
			"form-unmasks", secrets,
			[]edit{{"incident/mask/draft.go", "return text, ok && covers(text, hidden, back)", "return text, ok && (ok || covers(text, hidden, back))"}},
			"./incident/mask", "TestDraft",
		},
		{
			"unseen-hides", secrets,
			[]edit{{"incident/mask/mask.go", "ok && at != nil {", "ok && at != nil && len(at) < 0 {"}},
			"./incident/mask", "TestMaskSeesThroughTheUnseen",
		},
		{
			"author-untold", secrets,
			[]edit{{"bot/obey.go", "return o.warnOfSecret(recorded, answer)", "return answer, nil"}},
			e2e, "TestFormsKeepSecrets",
		},
		{
			"no-entry-ignored", "what was taken off the timeline does not leave",
			[]edit{{"bot/bot.go", "return name == noEntry && !b.pinEmoji(name)", "return name == noEntry && b.pinEmoji(name)"}},
			e2e, "TestNoEntryKeepsOut",
		},
		{
			"purge-unrecorded", "a purge is proven",
			[]edit{{"store/purge.go", "WHERE incident = ? AND kind <> 'purge')`", "WHERE incident = ?)`"}},
			e2e, "TestRetention",
		},
		{
			"held-purged", "a legal hold holds",
			[]edit{
				{"store/purge.go", "if err == nil && r.Held() {", "if err == nil && r.Held() && r.Purged() {"},
				{"store/retention.go", "kept > 0 AND held_at = 0 AND purged_at = 0", "kept > 0 AND purged_at = 0"},
			},
			e2e, "TestRetention",
		},
	}
}
