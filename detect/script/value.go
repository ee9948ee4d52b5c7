package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// maxDigits of a whole number that a script is given as one: arithmetic on
// longer ones takes one step, and no limit would hold it.
const maxDigits = 100

// value makes a Starlark value of a decoded JSON value. Keys come in their
// order, so that a script does the same each time.
func value(v any) starlark.Value {
	switch v := v.(type) {
	case map[string]any:
		dict := starlark.NewDict(len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			_ = dict.SetKey(starlark.String(key), value(v[key])) // texts are good keys
		}
		return dict
	case []any:
		values := make([]starlark.Value, 0, len(v))
		for _, element := range v {
			values = append(values, value(element))
		}
		return starlark.NewList(values)
	case string:
		return starlark.String(v)
	case json.Number:
		return number(v.String())
	case bool:
		return starlark.Bool(v)
	}
	return starlark.None
}

// number is a whole number as it is written, else the nearest float, and a
// text where there is none.
func number(text string) starlark.Value {
	if len(text) <= maxDigits && !strings.ContainsAny(text, ".eE") {
		if n, ok := new(big.Int).SetString(text, 10); ok {
			return starlark.MakeBigInt(n)
		}
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return starlark.Float(f)
	}
	return starlark.String(text)
}

// texts reads what a detection is about: names and what they say. None says
// nothing.
func texts(dict *starlark.Dict) (map[string]string, error) {
	group := map[string]string{}
	for _, item := range dict.Items() {
		key, ok := starlark.AsString(item[0])
		if !ok {
			return nil, fmt.Errorf("detect gave a dict with the key %.80q, which is no text", item[0].String())
		}
		switch v := item[1].(type) {
		case starlark.NoneType:
		case starlark.String:
			group[key] = string(v)
		case starlark.Bool:
			group[key] = strconv.FormatBool(bool(v))
		case starlark.Int, starlark.Float:
			group[key] = v.String()
		default:
			return nil, fmt.Errorf("detect gave a %s for %.80q, want a text or a number", v.Type(), key)
		}
	}
	return group, nil
}

func list(v starlark.Value) ([]string, error) {
	iterable, ok := v.(starlark.Iterable)
	if !ok {
		return nil, errors.New("no list")
	}
	var all []string
	for element := range starlark.Elements(iterable) {
		text, ok := starlark.AsString(element)
		if !ok {
			return nil, errors.New("no text")
		}
		all = append(all, text)
	}
	return all, nil
}
