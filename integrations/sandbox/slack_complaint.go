package sandbox

import (
	"fmt"
	"net/mail"
	"strconv"
	"strings"
	"unicode/utf8"
)

// complaint is what the client says of a field before it sends anything, or
// "". The limits are documented, the words are assumed.
func (f slackField) complaint(filled map[string]any) string {
	if !f.input {
		return ""
	}
	value := f.value(filled)
	text, isText := value.(string)
	list, isList := value.([]any)
	if value == nil || isText && text == "" || isList && len(list) == 0 {
		if f.optional {
			return ""
		}
		return "Please complete this required field."
	}
	switch f.kind() {
	case "plain_text_input":
		return f.length(text)
	case "email_text_input":
		if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if !goodLink(text) {
			return "Please enter a valid URL."
		}
	case "number_input":
		return f.number(text)
	case "file_input": // the app may have changed the element since they were attached
		return f.unfit(namesOf(list))
	}
	return ""
}

// length is about min_length and max_length.
func (f slackField) length(text string) string {
	n := float64(utf8.RuneCountInString(text))
	if least, ok := f.element["min_length"].(float64); ok && n < least {
		return fmt.Sprintf("Please enter at least %d characters.", int(least))
	}
	if most := f.longest(); n > most {
		return fmt.Sprintf("Please enter at most %d characters.", int(most))
	}
	return ""
}

func (f slackField) longest() float64 {
	if most, ok := f.element["max_length"].(float64); ok {
		return most
	}
	return maxInput
}

// number is about is_decimal_allowed, min_value and max_value.
func (f slackField) number(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return "Please enter a valid number."
	}
	if decimal, _ := f.element["is_decimal_allowed"].(bool); !decimal && strings.ContainsAny(text, ".eE") {
		return "Please enter a whole number."
	}
	if least, ok := f.bound("min_value"); ok && n < least {
		return fmt.Sprintf("Please enter a number not below %v.", least)
	}
	if most, ok := f.bound("max_value"); ok && n > most {
		return fmt.Sprintf("Please enter a number not above %v.", most)
	}
	return ""
}

// bound is a limit that the element may have, as a string (documented).
func (f slackField) bound(name string) (float64, bool) {
	text, _ := f.element[name].(string)
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}
