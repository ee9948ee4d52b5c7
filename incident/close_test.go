package incident_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func TestMissing(t *testing.T) {
	contained := incident.Incident{Milestones: map[incident.Milestone]time.Time{incident.Contained: start}}
	written := map[string]string{"root-cause": "no lockout", "remediation": "lockout"}
	open := func(n int, owner string) incident.Task {
		return incident.Task{N: n, Owner: owner, State: incident.TaskOpen}
	}
	tests := []struct {
		name     string
		inc      incident.Incident
		sections map[string]string
		tasks    []incident.Task
		want     []string
	}{
		{
			name: "all there", inc: contained, sections: written,
			tasks: []incident.Task{open(1, "U1"), {N: 2, State: incident.TaskDone}, {N: 3, OwnerName: "kim", State: incident.TaskOpen}},
		},
		{
			name: "nothing there",
			want: []string{
				"The root cause is not written yet (rca set root-cause TEXT).",
				"The remediation is not written yet (rca set remediation TEXT).",
				"The contained milestone is not set (milestone contained).",
			},
		},
		{
			name: "only blanks", inc: contained, sections: map[string]string{"root-cause": " \n", "remediation": "x"},
			want: []string{"The root cause is not written yet (rca set root-cause TEXT)."},
		},
		{
			name: "one task without an owner", inc: contained, sections: written, tasks: []incident.Task{open(4, "")},
			want: []string{"Task 4 has no owner (task assign 4 @user)."},
		},
		{
			name: "three tasks without an owner", inc: contained, sections: written,
			tasks: []incident.Task{open(4, ""), open(2, ""), open(3, "U1"), open(9, "")},
			want:  []string{"Tasks 2, 4 and 9 have no owner (task assign N @user)."},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, incident.Missing(tt.inc, tt.sections, tt.tasks)); diff != "" {
				t.Errorf("missing differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseSection(t *testing.T) {
	for _, name := range incident.SectionNames() {
		if got, err := incident.ParseSection(name); got != name || err != nil {
			t.Errorf("ParseSection(%q) = %q, %v", name, got, err)
		}
	}
	if got, err := incident.ParseSection("Root-Cause"); got != incident.SectionRootCause || err != nil {
		t.Errorf("letter case: %q, %v", got, err)
	}
	if _, err := incident.ParseSection("cause"); err == nil {
		t.Error("an unknown section was taken")
	}
}

func TestChannelName(t *testing.T) {
	for title, want := range map[string]string{
		"Brute force on db-1":   "inc-7-brute-force-on-db-1",
		"🔥🔥":                    "inc-7",
		"":                      "inc-7",
		"  --Épée & Straße!! ":  "inc-7-epee-strasse",
		"don't panic":           "inc-7-dont-panic",
		"データベース":                "inc-7",
		"cafe\u0301 down":       "inc-7-cafe-down",
		"ÅNGSTRÖM ıİ":           "inc-7-angstroem-ii",
		"a\n#general <!here> @": "inc-7-a-general-here",
		"this title goes on and on until it is far longer than Slack would ever take xx y": "inc-7-this-title-goes-on-and-on-until-it-is-far-longer-than-slack-would-ever-tak",
	} {
		got := incident.ChannelName(7, title)
		if len(got) > 80 {
			t.Errorf("%q has %d bytes", got, len(got))
		}
		if got != want {
			t.Errorf("ChannelName(7, %q) = %q, want %q", title, got, want)
		}
	}
}
