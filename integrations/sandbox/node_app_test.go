package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// offline are npm's words for a registry out of reach.
var offline = []string{
	"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ERR_SOCKET_TIMEOUT", "EIDLETIMEOUT",
	"ENOTCACHED", "UNABLE_TO_GET_ISSUER_CERT", "SELF_SIGNED_CERT",
}

// installNode puts testdata/node and the packages of its lockfile into a
// folder of the test's own. It skips the test where there is no Node, no npm
// or no way to the registry, and only then.
func installNode(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("Slack's own SDK needs Node: %v", err)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "node"))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=10000")
	npm.Dir, npm.WaitDelay = dir, time.Second
	out, err := npm.CombinedOutput()
	if err == nil {
		return dir
	}
	for _, code := range offline {
		if bytes.Contains(out, []byte(code)) {
			t.Skipf("npm's registry cannot be reached: %s\n%s", code, out)
		}
	}
	t.Fatalf("npm ci: %v\n%s", err, out)
	return ""
}

// startNode runs the app of testdata/node against sb until the test ends.
func startNode(t *testing.T, dir string, sb *sandbox.Sandbox) {
	t.Helper()
	env := sb.Env()
	config, err := json.Marshal(map[string]string{
		"apiURL": env["FIREBREAK_SLACK_API_URL"], "appToken": env["FIREBREAK_SLACK_APP_TOKEN"], "botToken": env["FIREBREAK_SLACK_BOT_TOKEN"],
	})
	if err != nil {
		t.Fatal(err)
	}
	app := exec.Command("node", "conversation.mjs", string(config))
	app.Dir, app.WaitDelay = dir, 5*time.Second
	var said bytes.Buffer
	app.Stderr = &said
	stdin, err := app.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := app.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close() // the app ends with it
		late := time.AfterFunc(10*time.Second, func() { _ = app.Process.Kill() })
		defer late.Stop()
		_, _ = io.Copy(io.Discard, stdout)
		if err := app.Wait(); err != nil || said.Len() > 0 {
			t.Errorf("the app ended with %v and said %s", err, said.String())
		}
	})
	if line, err := bufio.NewReader(stdout).ReadString('\n'); strings.TrimSpace(line) != "ready" {
		t.Fatalf("the app said %q: %v", line, err)
	}
}

// happens waits until the ledger holds a record that fits, and returns it.
func happens(t *testing.T, sb *sandbox.Sandbox, what string, fits func(sandbox.Record) bool) sandbox.Record {
	t.Helper()
	records, stop := sb.Ledger.Subscribe()
	defer stop()
	late := time.After(20 * time.Second)
	for {
		select {
		case r := <-records:
			if fits(r) {
				return r
			}
		case <-late:
			t.Fatalf("%s did not happen; unexpected calls: %q", what, sb.Unexpected())
		}
	}
}
