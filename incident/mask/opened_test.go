package mask

import "testing"

// TestOpenedFindsWhatTheShapeFinds: a rule that is tried only where its words
// stand covers all that its shape finds in the text as a whole.
func TestOpenedFindsWhatTheShapeFinds(t *testing.T) {
	texts := []string{
		"pwd: hunter2x!", "my_pwd: hunter2x!", "the pw is tr0ub4dor", "PASSWORD=Ab1 password='c d9'", "mot de passe : s3cr3t!",
		"password for the vpn is x9 and password of db-2: y8", "пароль: пр1вет", "password was changed from a1b2c3 to d4e5f6",
	}
	for _, file := range []string{"tuning.txt", "heldout.txt"} {
		for _, s := range labelled(t, file) {
			texts = append(texts, s.text)
		}
	}
	tried, found := 0, 0
	for _, r := range secretRules {
		if r.first == nil {
			continue
		}
		tried++
		for _, text := range texts {
			lower := lowerASCII(text)
			parts, few := r.starts(text, lower)
			if !few {
				t.Fatalf("too many words in %q", text)
			}
			had := mergeSecrets(r.secrets(text, r.first, parts))
			for _, want := range r.secrets(text, r.shape, []secret{{start: 0, end: len(text)}}) {
				found++
				covered := false
				for _, got := range had {
					covered = covered || got.start <= want.start && want.end <= got.end
				}
				if !covered {
					t.Errorf("%s misses %q in %q", r.first, text[want.start:want.end], text)
				}
			}
		}
	}
	if tried < 5 || found < 50 {
		t.Errorf("%d rules found %d secrets: too few to tell", tried, found)
	}
}
