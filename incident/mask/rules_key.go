package mask

// keyRules know private keys, what passwords are stored as, and the seeds and
// codes that stand for a key.
var keyRules = []secretRule{
	long("private-key", "private key", `(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\\n)?|\z))`, nil),
	rule("private-key", "ls0tls1crudjti", `(LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,}={0,2})`, isPEM),
	long("private-key", "private-lines", `(?i)private-lines:\s*[0-9]+\s+([A-Za-z0-9+/=]{20,}(?:\s+[A-Za-z0-9+/=]{20,})*)`, nil),
	rule("private-key", "age-secret-key-", `\b(AGE-SECRET-KEY-1[0-9A-Z]{50,})`, nil),
	rule("private-key", "wif private key", `\b([5KL][1-9A-HJ-NP-Za-km-z]{50,51})\b`, isRandom),

	rule("password-hash", "$", `(\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2(?:id|i|d)|pbkdf2-[a-z0-9]+|scrypt)\$[\w./$=,+-]{20,})`, nil),
	rule("password-hash", "$krb5 $dcc2", `(?i)(\$(?:krb5[a-z]+|dcc2)\$\S{20,})`, nil),
	rule("password-hash", "::: aad3b435", `\b([0-9a-fA-F]{32}:[0-9a-fA-F]{32})\b`, nil),

	rule("seed-phrase", "seed mnemonic phrase", `(?i)(?:seed(?:[ _-]?(?:phrase|words))?|mnemonic(?:[ _-]?phrase)?|(?:recovery|secret|backup|wallet)[ _-]phrase)["']?(?:\s*(?:=>|->|→|➜|[:=])\s*|\s+(?:is|was)\s+)["'`+"`"+`]?((?:[a-z]{3,8}[ ,]+){11,23}[a-z]{3,8})`, nil),
	rule("otp-seed", "otpauth", `(?i)otpauth://\S*?secret=([a-z2-7]{16,})`, nil),
	rule("otp-seed", "otp mfa 2fa authenticator", `(?i)\b(?:t?otp|mfa|2fa|authenticator)\b[^\n]{0,60}?[\s:="'`+"`"+`]((?-i)[A-Z2-7]{16,64})\b`, isSeed),
	rule("recovery-code", "codes code", `(?i)\b(?:backup|recovery|scratch)[ -]codes?\b(?:\s*[:=]|\s+(?:is|are|was|were))?\s*((?:[0-9a-z]{4,6}-[0-9a-z]{4,6}[\s,;]*|[0-9]{8}[\s,;]*)+)`, hasDigit),
	rule("recovery-key", "recovery bitlocker", `\b([0-9]{6}(?:-[0-9]{6}){7})\b`, nil),
	rule("one-time-code", "code otp password", `(?i)\b(?:(?:one[- ]time|verification|login|sms|2fa|mfa)\s+(?:pass)?(?:code|word)|otp)(?:\s*:|\s+is)?\s*([0-9]{4,8})\b`, nil),
	rule("one-time-code", "verification", `\b(G-[0-9]{6})\b`, nil),
	rule("pin", "pin", `(?i)\bpin(?:[ -]?code)?(?:\s*[:=]|\s+(?:is|was))\s*([0-9]{4,8})\b`, nil),
}
