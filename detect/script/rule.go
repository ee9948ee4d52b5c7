package script

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.starlark.net/lib/json"
	"go.starlark.net/lib/math"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"firebreak/detect/correlate"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// Limits on a script. A million steps take some 20 ms.
const (
	MaxSize  = 64 << 10 // bytes of its text
	MaxSteps = 1_000_000
	MaxTime  = 2 * time.Second // for one event, and for being loaded
	maxRange = 1_000_000       // numbers of a range, which takes one step
)

// Rule is a script that was loaded. It never changes.
type Rule struct {
	head   sigma.Head
	detect *starlark.Function
}

var _ own.Detector = (*Rule)(nil)

// Load reads a script: def detect(event), and at will a dict called rule.
func Load(ctx context.Context, file string, content []byte) (*Rule, error) {
	if len(content) > MaxSize {
		return nil, fmt.Errorf("longer than %d bytes", MaxSize)
	}
	var globals starlark.StringDict
	err := run(ctx, file, func(thread *starlark.Thread) (err error) {
		globals, err = starlark.ExecFileOptions(options(), thread, file, content, builtins())
		return err
	})
	if err != nil {
		return nil, err
	}
	r := &Rule{}
	if r.head, err = head(file, globals["rule"]); err != nil {
		return nil, err
	}
	detect, ok := globals["detect"].(*starlark.Function)
	if !ok {
		return nil, fmt.Errorf("%s: there is no function detect(event)", file)
	}
	if detect.NumParams() != 1 || detect.HasVarargs() || detect.HasKwargs() {
		return nil, fmt.Errorf("%s: detect takes one parameter, the event", detect.Position())
	}
	r.detect = detect
	return r, nil
}

// Check reads a script without running any of it.
func Check(file string, content []byte) error {
	if len(content) > MaxSize {
		return fmt.Errorf("longer than %d bytes", MaxSize)
	}
	_, _, err := starlark.SourceProgramOptions(options(), file, content, builtins().Has)
	return err
}

func options() *syntax.FileOptions { return &syntax.FileOptions{Set: true} }

// builtins are what a script has beside the language itself.
func builtins() starlark.StringDict {
	return starlark.StringDict{"json": json.Module, "math": math.Module, "range": starlark.NewBuiltin("range", boundedRange)}
}

// boundedRange is Starlark's range, for reasonable numbers: making a list of
// one is a single step.
func boundedRange(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := starlark.Call(thread, starlark.Universe["range"], args, kwargs)
	if err != nil {
		return nil, err
	}
	if n := starlark.Len(v); n > maxRange {
		return nil, fmt.Errorf("range: more than %d numbers", maxRange)
	}
	return v, nil
}

// Head is what people call the rule by.
func (r *Rule) Head() sigma.Head { return r.head }

// End does nothing: a script remembers nothing.
func (r *Rule) End() {}

// Examine tries the script on each event for itself.
func (r *Rule) Examine(ctx context.Context, batch []own.Event) own.Result {
	var result own.Result
	for i, ev := range batch {
		if ctx.Err() != nil {
			result.Missed += len(batch) - i
			break
		}
		group, found, err := r.try(ctx, ev)
		switch {
		case ctx.Err() != nil:
			result.Missed++
		case err != nil:
			result.Missed++
			result.Troubles = append(result.Troubles, own.Trouble{Rule: r.head, Place: ev.Place, Reason: err.Error()})
		case found:
			result.Found = append(result.Found, sigma.Detection{
				Rule: r.head, At: ev.At, Event: ev.Place, Group: group, Count: 1, Evidence: []correlate.Place{ev.Place},
			})
		}
	}
	return result
}

func (r *Rule) try(ctx context.Context, ev own.Event) (group map[string]string, found bool, err error) {
	argument := value(ev.Object())
	argument.Freeze()
	var answer starlark.Value
	err = run(ctx, r.head.File, func(thread *starlark.Thread) (err error) {
		answer, err = starlark.Call(thread, r.detect, starlark.Tuple{argument}, nil)
		return err
	})
	if err != nil || answer == starlark.None {
		return nil, false, err
	}
	dict, ok := answer.(*starlark.Dict)
	if !ok {
		return nil, false, fmt.Errorf("%s: detect gave a %s, want None or a dict", r.detect.Position(), answer.Type())
	}
	if group, err = texts(dict); err == nil {
		group, err = own.Group(group)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", r.detect.Position(), err)
	}
	return group, err == nil, err
}

// run runs part of a script within its limits.
func run(ctx context.Context, file string, do func(*starlark.Thread) error) error {
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	thread := &starlark.Thread{Name: file, Print: func(*starlark.Thread, string) {}}
	thread.SetMaxExecutionSteps(MaxSteps)
	thread.OnMaxSteps = func(t *starlark.Thread) { t.Cancel(fmt.Sprintf("more than %d steps", MaxSteps)) }
	stop := context.AfterFunc(ctx, func() { thread.Cancel(fmt.Sprintf("more than %s", MaxTime)) })
	defer stop()
	return located(file, do(thread))
}

// located has an error name the line of the script that it comes from.
func located(file string, err error) error {
	failed, ok := errors.AsType[*starlark.EvalError](err)
	if !ok {
		return err // of reading the script, which names it
	}
	for i := range len(failed.CallStack) {
		if at := failed.CallStack.At(i).Pos; at.Filename() == file {
			return fmt.Errorf("%s:%d: %s", file, at.Line, failed.Msg)
		}
	}
	return fmt.Errorf("%s: %s", file, failed.Msg)
}

// head reads the dict called rule, which may be absent.
func head(file string, v starlark.Value) (sigma.Head, error) {
	if v == nil {
		return own.Declaration{}.Head(file)
	}
	dict, ok := v.(*starlark.Dict)
	if !ok {
		return sigma.Head{}, fmt.Errorf("%s: rule is a %s, want a dict", file, v.Type())
	}
	var d own.Declaration
	known := map[string]*string{"id": &d.ID, "title": &d.Title, "level": &d.Level}
	for _, item := range dict.Items() {
		key, _ := starlark.AsString(item[0])
		text, isText := starlark.AsString(item[1])
		switch to := known[key]; {
		case key == "tags":
			tags, err := list(item[1])
			if err != nil {
				return sigma.Head{}, fmt.Errorf("%s: the tags of rule are no list of texts", file)
			}
			d.Tags = tags
		case to == nil:
			return sigma.Head{}, fmt.Errorf("%s: rule has no %s; it may have id, title, level and tags", file, item[0])
		case !isText:
			return sigma.Head{}, fmt.Errorf("%s: the %s of rule is no text", file, key)
		default:
			*to = text
		}
	}
	h, err := d.Head(file)
	if err != nil {
		err = fmt.Errorf("%s: %w", file, err)
	}
	return h, err
}
