package bot

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// misspelt is a command with two letters of its longest word swapped.
func misspelt(words string) string {
	longest := ""
	for w := range strings.FieldsSeq(words) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	for i := 1; i+1 < len(longest); i++ {
		if longest[i] != longest[i+1] {
			swapped := longest[:i] + string(longest[i+1]) + string(longest[i]) + longest[i+2:]
			return strings.Replace(words, longest, swapped, 1)
		}
	}
	return strings.Replace(words, longest, longest[:len(longest)-1], 1)
}

// wrongly are ways to get a form wrong: misspelt, without what it needs, with
// something that is none of it, and about an incident that cannot be.
func wrongly(f form) []string {
	args := strings.NewReplacer("@user", "<@U1|sam>", "N", "3", "NAME", "contained").Replace(f.args)
	return []string{
		strings.TrimSpace(misspelt(f.words) + " " + args),
		f.words,
		f.words + "   ",
		f.words + " `<!channel>` no, that",
		f.words + " kind:nothing",
		f.words + " due",
		f.words + " 14:32",
		"INC-0 " + f.words + " " + args,
	}
}

// TestWrongUsageOfEveryCommand: whatever is mistyped, the answer is short, has
// the right form in it, and the person's own words, harmless.
func TestWrongUsageOfEveryCommand(t *testing.T) {
	for _, f := range forms {
		if f.later {
			continue
		}
		t.Run(f.words, func(t *testing.T) {
			refused := 0
			for _, typed := range wrongly(f) {
				_, err := Parse("/inc", typed)
				e, ok := errors.AsType[*UsageError](err)
				if !ok {
					continue // it takes any text
				}
				refused++
				if n := utf8.RuneCountInString(e.Message); n > 600 {
					t.Errorf("%q is answered with %d characters", typed, n)
				}
				if echo := code("/inc " + typed); !strings.Contains(e.Message, echo) {
					t.Errorf("%q: its own words are not in %q", typed, e.Message)
				}
				if !strings.HasPrefix(typed, "INC-0") && !strings.Contains(e.Message, "`/inc "+strings.Fields(f.words)[0]) {
					t.Errorf("%q: the right form is not in %q", typed, e.Message)
				}
				if leak := liveToken(e.Message); leak != "" {
					t.Errorf("%q: %s is live in %q", typed, leak, e.Message)
				}
			}
			if refused < 3 && f.args != "" || refused < 2 {
				t.Errorf("only %d of %d ways to get it wrong are refused", refused, len(wrongly(f)))
			}
		})
	}
}
