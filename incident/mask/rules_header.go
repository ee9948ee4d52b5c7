package mask

// headerRules know where credentials stand in a request, and in an address.
var headerRules = []secretRule{
	rule("url-password", "://", `(?i)\b[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s/]+)@`, nil),
	long("authorization", "authorization", `(?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?([^\r\n"']+)`, isHeader),
	long("authorization", "digest", `(?i)\bdigest\s+username=([^\r\n]+)`, nil),
	rule("bearer-token", "bearer", `(?i)\bbearer[\s'"+.]{1,8}([\w.~+/=-]{16,})`, isToken),
	rule("bearer-token", "ssws", `(?i)\bssws\s+([\w-]{20,})`, nil),
	long("cookie", "cookie", `(?i)\b(?:set-)?cookie["']?\s*:\s*["']?([^\r\n"']*=[^\r\n"']*)`, isHeader),
	rule("session", "sess connect.sid", `(?i)\b(?:jsessionid|phpsessid|asp\.net_sessionid|(?:user_?)?sess(?:ion)?_?id|connect\.sid)["']?\s*[=:]\s*["']?([\w%.+/-]{16,})`, hasDigit),
	rule("header-token", "x- private- job- deploy-", `(?i)\b(?:x|private|job|deploy)-[\w-]*(?:key|token|auth|secret)[\w-]*["']?\s*:\s*`+secretValue, isPassword),
	rule("docker-auth", "auth", `(?i)["']auth["']\s*:\s*["']([a-z0-9+/]{8,}={0,2})["']`, isPair),
}

// isToken says whether s, which follows the word bearer, may be a token: it
// has a digit, and no = but at its end.
func isToken(s string) bool {
	for len(s) > 0 && s[len(s)-1] == '=' {
		s = s[:len(s)-1]
	}
	for i := range len(s) {
		if s[i] == '=' {
			return false
		}
	}
	return hasDigit(s) || len(s) >= 32
}
