package bot

import "sync"

// fetches is how far the files have come that are just being fetched, by
// Slack's id: whoever waits for one says so.
type fetches struct {
	mu   sync.Mutex
	came map[string]*byteCount
}

// begin counts what comes of a file, until end is called.
func (f *fetches) begin(id string) (count *byteCount, end func()) {
	count = new(byteCount)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.came == nil {
		f.came = map[string]*byteCount{}
	}
	f.came[id] = count
	return count, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.came[id] == count {
			delete(f.came, id)
		}
	}
}

// far is how many bytes of a file have come; 0 when it is not being fetched.
func (f *fetches) far(id string) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if count := f.came[id]; count != nil {
		return count.Load()
	}
	return 0
}
