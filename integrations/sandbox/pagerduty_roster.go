package sandbox

// PagerDutyService is a service and whom its pages call: a copy.
type PagerDutyService struct {
	ID, Name string
	Levels   [][]string // e-mails of who is on call, the first level first
}

// Services returns all services, in the order they were made.
func (p *PagerDuty) Services() []PagerDutyService {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]PagerDutyService, 0, len(p.services))
	for _, s := range p.services {
		sv := PagerDutyService{ID: s.ID, Name: s.Name}
		for _, level := range s.policy.levels {
			emails := make([]string, 0, len(level))
			for _, u := range level {
				emails = append(emails, u.Email)
			}
			sv.Levels = append(sv.Levels, emails)
		}
		out = append(out, sv)
	}
	return out
}

// People returns everybody with a login, the bot too.
func (p *PagerDuty) People() []PagerDutyUser {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]PagerDutyUser, 0, len(p.users))
	for _, u := range p.users {
		out = append(out, *u)
	}
	return out
}
