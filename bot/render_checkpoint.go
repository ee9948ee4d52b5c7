package bot

import (
	"fmt"

	"firebreak/incident"
)

// openCheckpointsMessage tells the control channel that others can read the
// issue for checkpoints, which names private incidents.
func openCheckpointsMessage(issue incident.TrackerIssue) message {
	return sentence(fmt.Sprintf(":warning: GitLab’s issue for checkpoints, %s, is not confidential any more. It names private incidents, so I add nothing to it until it is again.",
		link(issue.URL, fmt.Sprintf("#%d", issue.IID))))
}
