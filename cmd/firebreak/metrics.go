package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"firebreak/incident"
)

// metrics is the registry behind /metrics: what the store counts at each
// scrape, the sockets, and the Go runtime.
func (a *app) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &storeMetrics{a: a})
	return r
}

// storeMetrics asks the store when it is scraped: nothing is counted twice.
type storeMetrics struct{ a *app }

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("firebreak_"+name, help, labels, nil)
}

// Describe sends nothing: the set is checked when it is collected.
func (*storeMetrics) Describe(chan<- *prometheus.Desc) {}

// set tells one figure.
type set func(d *prometheus.Desc, v float64, labels ...string)

// vitals tells how the bot itself is: what /readyz says, without writing.
func (m *storeMetrics) vitals(ctx context.Context, gauge set) {
	ready := 1.0
	ok := desc("check_ok", "Whether a check of /readyz is well.", "check")
	for name, c := range m.a.bot.Checks(ctx, false) {
		v := 1.0
		if !c.OK {
			v, ready = 0, 0
		}
		gauge(ok, v, name)
	}
	gauge(desc("ready", "Whether all checks are well."), ready)
	v := m.a.bot.Vitals()
	gauge(desc("slack_connections", "Socket Mode connections that are up."), float64(v.Sockets))
	for _, moment := range []struct {
		d  *prometheus.Desc
		at time.Time
	}{
		{desc("slack_last_event_seconds", "Unix time of the last delivery from Slack."), v.LastEvent},
		{desc("pagerduty_last_answer_seconds", "Unix time of the last poll of PagerDuty that worked."), v.LastPoll},
		{desc("gitlab_last_answer_seconds", "Unix time of the last reading of GitLab that worked."), v.LastSync},
	} {
		if !moment.at.IsZero() {
			gauge(moment.d, float64(moment.at.UnixMilli())/1000)
		}
	}
}

// Collect reads the store once per scrape.
func (m *storeMetrics) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	m.vitals(ctx, gauge)
	s, err := m.a.store.Stats(ctx)
	if err != nil {
		m.a.log.ErrorContext(ctx, "metrics cannot read the database", "error", err)
		gauge(desc("database_up", "Whether the database answers."), 0)
		return
	}
	gauge(desc("database_up", "Whether the database answers."), 1)
	gauge(desc("inbox_pending", "Rows received and not handled yet."), float64(s.InboxPending))
	gauge(desc("inbox_set_aside", "Rows that could not be handled and were set aside."), float64(s.InboxPoisoned))
	age := 0.0
	if s.InboxPending > 0 {
		age = time.Since(s.InboxOldest).Seconds()
	}
	gauge(desc("inbox_oldest_seconds", "Age of the oldest unhandled row."), age)
	actions := desc("actions", "Actions by state.", "state")
	for _, state := range []incident.ActionState{
		incident.ActionPlanned, incident.ActionSending, incident.ActionUnknown,
		incident.ActionDone, incident.ActionParked, incident.ActionLost,
	} {
		gauge(actions, float64(s.Actions[state]), string(state))
	}
	gauge(desc("entries", "Timeline entries recorded."), float64(s.Entries))
	gauge(desc("incidents", "Incidents recorded."), float64(s.Incidents))
	gauge(desc("incidents_open", "Incidents that are not closed."), float64(s.OpenIncidents))
	m.detection(ctx, gauge)
}

// detection tells how rules and detectors do.
func (m *storeMetrics) detection(ctx context.Context, gauge set) {
	d, err := m.a.bot.Detection(ctx)
	if err != nil {
		m.a.log.ErrorContext(ctx, "metrics cannot read detections", "error", err)
		return
	}
	detections := desc("detections", "Detections by what became of them.", "handling")
	for handling, name := range map[incident.Handling]string{
		incident.HandlingTold: "told", incident.HandlingShadow: "shadow",
		incident.HandlingSuppressed: "suppressed", incident.HandlingHint: "hint",
	} {
		gauge(detections, float64(d.Detections[handling]), name)
	}
	for _, figure := range []struct {
		name, help string
		v          int
	}{
		{"rules", "Rules loaded.", d.Rules},
		{"rules_refused", "Rules that were refused.", d.Refused},
		{"rules_quarantined", "Rules in own code that are in quarantine.", d.Quarantined},
		{"rules_waiting", "Alerts that Sigma rules have still to examine.", d.Waiting},
		{"rules_missed", "How often a rule in own code has not examined an alert.", d.Missed},
		{"correlations_late", "Alerts that came later than their lateness to correlations.", d.Late},
		{"correlations_forgotten", "Groups and alerts that correlations gave up for want of room.", d.Forgotten},
		{"behaviour_late", "Alerts that came too late to rules of behaviour.", d.Behaviour.Late},
		{"behaviour_forgotten", "Groups that rules of behaviour gave up for want of room.", d.Behaviour.Forgotten},
	} {
		gauge(desc(figure.name, figure.help), float64(figure.v))
	}
}
