package indicator

import (
	"strings"

	"firebreak/incident"
)

// Defang writes an indicator so that nothing makes a link of it, and so that
// Parse reads it back.
func Defang(i incident.Indicator) string {
	switch i.Type {
	case incident.IndicatorIPv4, incident.IndicatorDomain, incident.IndicatorHost:
		return dots(i.Value)
	case incident.IndicatorIPv6:
		return strings.ReplaceAll(i.Value, ":", "[:]")
	case incident.IndicatorEmail, incident.IndicatorAccount:
		return strings.ReplaceAll(dots(i.Value), "@", "[@]")
	case incident.IndicatorGCP:
		return defangMail(i.Value)
	case incident.IndicatorURL:
		return defangURL(i.Value)
	}
	return i.Value
}

func dots(s string) string { return strings.ReplaceAll(s, ".", "[.]") }

// defangMail tames a service account, and leaves paths readable.
func defangMail(s string) string {
	name, host, mail := strings.Cut(s, "@")
	if !mail {
		return s
	}
	return name + "[@]" + dots(host)
}

// defangURL tames scheme and host, and what further URLs and addresses there
// are behind them.
func defangURL(s string) string {
	scheme, rest, _ := strings.Cut(s, "://")
	host, path := rest, ""
	if at := strings.IndexAny(rest, "/?#"); at >= 0 {
		host, path = rest[:at], rest[at:]
	}
	switch scheme {
	case "http":
		scheme = "hxxp"
	case "https":
		scheme = "hxxps"
	case "ftp":
		scheme = "fxp"
	}
	return scheme + "://" + dots(host) + strings.ReplaceAll(path, "://", "[://]")
}
