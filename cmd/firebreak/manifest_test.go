package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The official schema is not ours to ship; where it lies beside the checkout,
// the manifest is held against it.
const manifestSchema = "../../../shared/samples/slack/manifest.schema.1.0.0.json"

func TestManifestFollowsSchema(t *testing.T) {
	b, err := os.ReadFile(manifestSchema)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("Slack's manifest schema is not beside this checkout")
	}
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	definitions, _ := schema["definitions"].(map[string]any)
	manifest := decoded(t, slackManifest("/inc"))
	if got := against("manifest", manifest, schema, definitions); got != "" {
		t.Error(got)
	}
	// The check itself must be able to fail.
	for name, spoil := range map[string]func(*appManifest){
		"long name":  func(m *appManifest) { m.Display.Name = strings.Repeat("x", 36) },
		"no slash":   func(m *appManifest) { m.Features.Commands[0].Command = "inc" },
		"shortcut":   func(m *appManifest) { m.Features.Shortcuts[0].Name = strings.Repeat("x", 25) },
		"same event": func(m *appManifest) { m.Settings.Events.Bot = []string{"a", "a"} },
	} {
		m := slackManifest("/inc")
		spoil(&m)
		if against("manifest", decoded(t, m), schema, definitions) == "" {
			t.Errorf("%s passes", name)
		}
	}
}

// needs says which scopes a Web API method takes, as docs.slack.dev/methods
// lists them for channels of both kinds; nil for methods that need none.
var needs = map[string][]string{
	"apps.connections.open":    nil, // the app-level token
	"auth.test":                nil,
	"bookmarks.add":            {"bookmarks:write"},
	"bookmarks.list":           {"bookmarks:read"},
	"chat.postEphemeral":       {"chat:write"},
	"chat.postMessage":         {"chat:write"},
	"chat.update":              {"chat:write"},
	"conversations.archive":    {"channels:manage", "groups:write"},
	"conversations.unarchive":  {"channels:manage", "groups:write"},
	"conversations.create":     {"channels:manage", "groups:write"},
	"conversations.history":    {"channels:history", "groups:history"},
	"conversations.info":       {"channels:read", "groups:read"},
	"conversations.invite":     {"channels:manage", "groups:write"},
	"conversations.members":    {"channels:read", "groups:read"},
	"conversations.replies":    {"channels:history", "groups:history"},
	"conversations.setPurpose": {"channels:manage", "groups:write"},
	"conversations.setTopic":   {"channels:manage", "groups:write"},
	"files.download":           {"files:read"}, // our name for fetching url_private
	"files.upload":             nil,            // our name for sending bytes to upload_url
	"files.info":               {"files:read"},

	"files.getUploadURLExternal":   {"files:write"},
	"files.completeUploadExternal": {"files:write"},

	"reactions.get":         {"reactions:read"},
	"usergroups.users.list": {"usergroups:read"},
	"users.conversations":   {"channels:read", "groups:read"},
	"users.info":            {"users:read"},
	"users.lookupByEmail":   {"users:read.email"},
	"views.open":            nil,
	"views.publish":         nil,
	"views.update":          nil,
}

// TestManifestScopes: what the client calls needs exactly the scopes that the
// manifest asks for, no fewer and no more.
func TestManifestScopes(t *testing.T) {
	want := map[string]bool{"commands": true}
	for _, method := range called(t, "../../integrations/slack") {
		scopes, known := needs[method]
		if !known {
			t.Errorf("the client calls %s: say in this test which scopes it needs", method)
		}
		for _, scope := range scopes {
			want[scope] = true
		}
	}
	got := map[string]bool{}
	for _, scope := range botScopes() {
		got[scope] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-needed +asked for:\n%s", diff)
	}
	if len(got) != len(botScopes()) {
		t.Error("a scope stands there twice")
	}
}

// called lists the Web API methods that stand as strings in a package.
func called(t *testing.T, dir string) []string {
	t.Helper()
	method := regexp.MustCompile(`"((?:apps|auth|bookmarks|bots|chat|conversations|files|pins|reactions|team|usergroups|users|views)\.[a-zA-Z.]+)"`)
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no source in %s: %v", dir, err)
	}
	methods := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range method.FindAllSubmatch(b, -1) {
			methods[string(m[1])] = true
		}
	}
	return slices.Sorted(maps.Keys(methods))
}

func decoded(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// against checks a value by the words of JSON Schema that the manifest's
// schema uses, and gives the first trouble or "".
func against(path string, value any, schema, definitions map[string]any) string {
	if ref, ok := schema["$ref"].(string); ok {
		schema, _ = definitions[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
		if schema == nil {
			return path + ": unknown " + ref
		}
	}
	switch v := value.(type) {
	case map[string]any:
		return objectAgainst(path, v, schema, definitions)
	case []any:
		return arrayAgainst(path, v, schema, definitions)
	case string:
		return stringAgainst(path, v, schema)
	case bool:
		if schema["type"] != "boolean" {
			return path + ": a boolean"
		}
	}
	return ""
}

func objectAgainst(path string, v, schema, definitions map[string]any) string {
	properties, _ := schema["properties"].(map[string]any)
	for name, value := range v {
		property, known := properties[name].(map[string]any)
		if !known {
			return path + "." + name + ": unknown"
		}
		if trouble := against(path+"."+name, value, property, definitions); trouble != "" {
			return trouble
		}
	}
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			return fmt.Sprintf("%s.%s: missing", path, name)
		}
	}
	return ""
}

func arrayAgainst(path string, v []any, schema, definitions map[string]any) string {
	if most, ok := schema["maxItems"].(float64); ok && len(v) > int(most) {
		return path + ": too many"
	}
	items, _ := schema["items"].(map[string]any)
	for i, value := range v {
		if trouble := against(fmt.Sprintf("%s[%d]", path, i), value, items, definitions); trouble != "" {
			return trouble
		}
		for _, other := range v[:i] {
			if schema["uniqueItems"] == true && reflect.DeepEqual(value, other) {
				return fmt.Sprintf("%s: %v twice", path, value)
			}
		}
	}
	return ""
}

func stringAgainst(path, v string, schema map[string]any) string {
	least, _ := schema["minLength"].(float64)
	most, bounded := schema["maxLength"].(float64)
	if len(v) < int(least) || bounded && len(v) > int(most) {
		return fmt.Sprintf("%s: length %d", path, len(v))
	}
	if pattern, ok := schema["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(v) {
		return fmt.Sprintf("%s: %q does not match %s", path, v, pattern)
	}
	return ""
}
