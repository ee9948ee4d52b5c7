package sandbox

import "fmt"

// maxShared is how many files one message takes (documented in Slack's help
// centre, "Add files to Slack": ten at a time).
const maxShared = 10

// FileUpload is a file as a person picks it.
type FileUpload struct {
	Name    string
	Content []byte
}

// Upload shares a file with a comment, which may be empty.
func (in SlackChannel) Upload(user, name string, content []byte, comment string) Message {
	return in.UploadAll(user, "", comment, FileUpload{name, content})
}

// UploadReply shares a file in the thread of ts.
func (in SlackChannel) UploadReply(user, ts, name string, content []byte, comment string) Message {
	return in.UploadAll(user, ts, comment, FileUpload{name, content})
}

// UploadAll shares files that were picked or dropped together: one message
// has them all (documented: files of a message are a list), in the thread of
// ts if that is not empty.
func (in SlackChannel) UploadAll(user, ts, comment string, files ...FileUpload) Message {
	ch, u, done := in.act(user, "upload")
	defer done()
	if len(files) == 0 || len(files) > maxShared {
		panic(fmt.Sprintf("sandbox: a message shares 1 to %d files, not %d", maxShared, len(files)))
	}
	m := in.s.personal(ch, u, comment)
	if ts != "" {
		m.thread = in.root(ch, ts)
	}
	var kept []*slackFile
	for _, file := range files {
		f := in.s.newFile(u, file.Name, file.Content)
		in.s.note(RecordPerson, "upload", u.ID, ch.id, f.id, file.Name)
		kept = append(kept, f)
	}
	in.s.share(m, kept)
	return m.truth(in.s)
}
