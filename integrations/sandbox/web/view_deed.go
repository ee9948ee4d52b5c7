package web

import "firebreak/integrations/sandbox"

// put fills fields of a view.
func (a *actor) put() (any, error) {
	v, err := a.s.view(a.who, a.View)
	if err == nil {
		err = v.Put(a.Values)
	}
	return nil, err
}

func (a *actor) doInView() (any, error) {
	v, err := a.s.view(a.who, a.View)
	if err != nil {
		return nil, err
	}
	r, err := v.Do(a.Deed.sandbox())
	if err != nil {
		return nil, err
	}
	return replied(r), nil
}

// submit fills a view's fields and submits it: errors stand under the fields
// of their block_id, Slack's own words under "".
func (a *actor) submit() (any, error) {
	v, err := a.s.view(a.who, a.View)
	if err == nil {
		err = v.Put(a.Values)
	}
	if err != nil {
		return nil, err
	}
	if shown := v.Submit(); shown != nil {
		return map[string]sandbox.Shown{"errors": shown}, nil
	}
	return nil, nil
}

func (a *actor) closeView() (any, error) {
	v, err := a.s.view(a.who, a.View)
	if err == nil {
		v.Close()
	}
	return nil, err
}

// option is what an app offers in a menu.
type option struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

// suggest types into a menu whose options the app gives.
func (a *actor) suggest() (any, error) {
	given, err := a.s.sb.Slack.Suggest(a.who.ID, a.View, a.ch.ID, a.TS, a.ActionID, a.Typed)
	if err != nil {
		return nil, err
	}
	options := []option{}
	for _, o := range given {
		options = append(options, option(o))
	}
	return map[string]any{"options": options}, nil
}
