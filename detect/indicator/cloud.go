package indicator

import (
	"strings"

	"firebreak/incident"
)

// cloud finds AWS ARNs and GCP resource names.
func (s *scanner) cloud(atom string, from, to int) int {
	switch {
	case strings.EqualFold(atom, "arn") && s.byteAt(to) == ':':
		return s.arn(from, to)
	case atom == "projects" && s.byteAt(to) == '/':
		return s.project(from, to)
	case strings.HasSuffix(atom, ".googleapis.com") && s.follows(to, "/projects/"):
		return s.project(to+1, to+1+len("projects"))
	}
	return 0
}

// nameEnd is where a resource's name ends that goes on at i, without what
// ends a sentence.
func (s *scanner) nameEnd(i int) int {
	end := i
	for end < len(s.text.clean) && end-i < maxValue && strings.IndexByte(" \t\r\n\"'`<>|()[]{}\\", s.text.clean[end]) < 0 {
		end++
	}
	for end > i && strings.IndexByte(".,;:!?", s.text.clean[end-1]) >= 0 {
		end--
	}
	return end
}

// arn takes arn:partition:service:region:account:resource.
func (s *scanner) arn(from, to int) int {
	end := s.nameEnd(to)
	value := s.text.clean[from:end]
	parts := strings.SplitN(value, ":", 6)
	if len(parts) < 6 || !strings.HasPrefix(parts[1], "aws") || parts[2] == "" || parts[5] == "" {
		return 0
	}
	s.add(incident.IndicatorARN, "arn"+value[3:], from, end)
	return end
}

// collections are what a GCP project has (cloud.google.com, Resource names).
var collections = set("zones", "regions", "global", "locations", "serviceaccounts", "buckets", "instances", "topics", "subscriptions",
	"secrets", "datasets", "roles", "databases", "logs", "sinks", "policies", "keyrings", "images", "networks", "firewalls", "managedzones")

// project takes projects/ID/COLLECTION/….
func (s *scanner) project(from, to int) int {
	end := s.nameEnd(to)
	parts := strings.SplitN(s.text.clean[from:end], "/", 4)
	if len(parts) < 4 || parts[1] == "" || parts[3] == "" || !collections[strings.ToLower(parts[2])] {
		return 0
	}
	s.add(incident.IndicatorGCP, s.text.clean[from:end], from, end)
	return end
}
