package mask

import "slices"

// passwordWords are how people call one, in the languages of chats we know.
var passwordWords = openings("password,passwd,passphrase,passcode,passwort,kennwort,contraseña,mot de passe,senha,parola,hasło,wachtwoord,lösenord,пароль,密码,|pwd,|pw")

// talkRules know how people tell each other a password.
var talkRules = []secretRule{
	opened("password", passwordWords, `["']?(?:\s+(?:for|of|to|on|at|für|von)(?:\s+the)?\s+[^\s:="',]+(?:\s+[^\s:="',]+)?)?(?:\s*(?:=>|->|→|➜|:=|={1,3}|:)\s*|\s+(?:is|was|ist|war|lautet|es|est|to|é)\s+)`+secretValue, isPassword),
	rule("password", "pass", `(?i)(?:\b|_)(?:user(?:name)?\s*/\s*)?pass["']?\s*[:=]\s*`+secretValue, isMixed),
	opened("password", slices.Concat(passwordWords, openings("|pass")), `\s+(?:is\s+)?([^\s"'`+"`"+`]{6,})`, isStrong),
	opened("password", passwordWords, `\s+\(?("[^"\n]+"|'[^'\n]+')`, isMixed),
	opened("password", passwordWords, "\\s+\\(?(`[^`\\n]+`)", isPassword),
	opened("password", passwordWords, `\s+(?:was\s+|is\s+)?(?:changed|rotated|reset|set|updated)(?:\s+from\s+(\S+))?\s+to\s+(\S+)`, isMixed),
	rule("password", "cred login log", `(?i)\b(?:creds?|credentials?|login|log\s?in)(?:\s+(?:are|is|was|were|with|as|using))*\s*[:=]?\s+["'`+"`"+`]?[\w.@\\-]+\s*[:/]\s*([^\s/"'`+"`"+`]{5,})`, isMixed),
	rule("password", "community", `(?i)\bcommunity(?:[ -]string)?(?:\s+is|\s*[:=])?\s+["'`+"`"+`]?([\w!@#$%^&*.-]{4,})`, isStrong),
}
