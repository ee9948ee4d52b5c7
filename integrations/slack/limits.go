package slack

import (
	"golang.org/x/time/rate"
)

// limit is how often a method is called: perMinute in the long run, burst at
// once.
type limit struct {
	perMinute float64
	burst     int
}

// Slack's tiers (docs.slack.dev, "Rate limits": 20+, 50+ and 100+ per minute,
// per method and workspace, with bursts "tolerated" but not numbered; the
// bursts here are ours and small).
var (
	tier2 = limit{perMinute: 20, burst: 4}
	tier3 = limit{perMinute: 50, burst: 8}
	tier4 = limit{perMinute: 100, burst: 15}
)

// limits holds the methods the package calls; the tier is that of Slack's
// method reference.
var limits = map[string]limit{
	"apps.connections.open":        {perMinute: 20, burst: 6}, // tier 3 in the reference, tier 1 in Slack's Java SDK
	"auth.test":                    {perMinute: 120, burst: 10},
	"chat.postMessage":             {perMinute: 240, burst: 20}, // "several hundred" per minute and workspace
	"chat.postEphemeral":           tier4,
	"chat.update":                  tier3,
	"conversations.archive":        tier2,
	"conversations.unarchive":      tier2,
	"conversations.create":         tier2,
	"conversations.history":        tier3, // the apps' own workspace; distributed apps have less since 2025
	"conversations.info":           tier3,
	"conversations.invite":         tier3,
	"conversations.members":        tier4,
	"conversations.replies":        tier3,
	"conversations.setPurpose":     tier2,
	"conversations.setTopic":       tier2,
	"bookmarks.add":                tier2,
	"bookmarks.list":               tier3,
	"reactions.get":                tier3,
	"users.conversations":          tier3,
	"users.info":                   tier4,
	"users.lookupByEmail":          tier3,
	"files.getUploadURLExternal":   tier4,
	"files.completeUploadExternal": tier4,
	"files.info":                   tier4,
	"views.open":                   tier4,
	"views.publish":                tier4,
	"views.update":                 tier4,
	"usergroups.users.list":        tier2,
	downloading:                    {perMinute: 300, burst: 10}, // no published limit
	uploading:                      {perMinute: 300, burst: 10}, // no published limit
	responding:                     {perMinute: 300, burst: 10}, // none but five per address
}

// shortLimit is that of conversations.history and conversations.replies for
// distributed apps outside Slack's Marketplace: "1 request per minute" with at
// most 15 objects (docs.slack.dev, "Rate limits", since May 2025).
var shortLimit = limit{perMinute: 1, burst: 1}

// channelLimit is chat.postMessage's own: "1 per second per channel", short
// bursts tolerated (docs.slack.dev, "Rate limits").
var channelLimit = limit{perMinute: 60, burst: 3}

func (l limit) limiter() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(l.perMinute/60), l.burst)
}
