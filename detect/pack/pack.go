package pack

import (
	"embed"
	"io/fs"
)

//go:embed cloud github gitlab identity linux network windows
var files embed.FS

// FS has the rules (*.yml, *.star) and their samples (*.test.yml), by area:
// cloud/aws_cloudtrail_stopped.yml.
func FS() fs.FS { return files }
