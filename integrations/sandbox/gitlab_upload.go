package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// maxUpload is the largest upload: 100 MiB (documented, "Max attachment
// size"). The plumbing reads less.
const maxUpload = 100 << 20

// GitLabUpload is a file that texts of a project may show.
type GitLabUpload struct {
	ID      int
	Name    string
	Path    string // as texts name it: /uploads/SECRET/NAME
	Author  string // username
	Content []byte
}

// Uploads lists what was uploaded to the bot's project, oldest first.
func (g *GitLab) Uploads() []GitLabUpload {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]GitLabUpload{}, g.projects[0].uploads...)
}

// postUpload keeps a file (documented: "Markdown uploads API"). Whoever may
// read the project may (assumed). It has no key: each call makes another one.
func (g *GitLab) postUpload(c glCall) error {
	file, head, err := c.r.FormFile("file")
	if err != nil {
		return glParam("file is missing") // documented: required
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	if len(content) > maxUpload {
		return glMessage(http.StatusRequestEntityTooLarge, "413 Request Entity Too Large")
	}
	n := g.id("upload", 0)
	name := uploadName(head.Filename)
	secret := fmt.Sprintf("%032x", uint64(n)*0x9E3779B97F4A7C15) // 32 hexadecimal digits (documented)
	u := GitLabUpload{ID: n, Name: name, Path: "/uploads/" + secret + "/" + name, Author: c.by.Username, Content: content}
	c.project.uploads = append(c.project.uploads, u)
	g.sb.Ledger.add(Record{Service: "gitlab", Kind: RecordEffect, Method: "upload", Actor: u.Author, Where: c.project.path, Ref: strconv.Itoa(n), Text: name})
	alt := strings.TrimSuffix(name, path.Ext(name))
	writeJSON(c.w, http.StatusCreated, map[string]any{
		"id": n, "alt": alt, "url": u.Path, "full_path": "/-/project/" + strconv.Itoa(c.project.id) + u.Path,
		"markdown": "![" + alt + "](" + u.Path + ")",
	})
	return nil
}

// uploadName is a file's name with odd characters replaced (observed:
// CarrierWave's sanitize_regexp).
func uploadName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || r == '+' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, path.Base(name))
}
