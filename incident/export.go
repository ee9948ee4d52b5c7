package incident

// Upload is a file that firebreak puts somewhere, for people.
type Upload struct {
	Name    string // with its ending, such as inc-3-timeline.html
	Title   string
	Alt     string // says what a picture shows, for who cannot see it
	Content []byte
}

// FileShare is one message that shows uploaded files in a channel.
type FileShare struct {
	Channel string
	Text    string // mrkdwn
	Files   []UploadedFile
}

// UploadedFile is a file that is there and shown to nobody yet.
type UploadedFile struct{ ID, Title string }
