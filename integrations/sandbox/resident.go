package sandbox

// resident is somebody who has an account in all three services, by one name
// and address.
type resident struct{ handle, name, zone string }

func (r resident) email() string { return r.handle + "@example.com" }

// residents are those of the default world.
func residents() []resident {
	return []resident{
		{"alex", "Alex Moreno", "Europe/Madrid"},
		{"sam", "Sam Okafor", "America/New_York"},
		{"kim", "Kim Larsen", "Europe/Copenhagen"},
		{"jo", "Jo Tanaka", "Asia/Tokyo"},
	}
}
