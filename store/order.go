package store

import (
	"fmt"
	"strconv"
	"strings"
)

// parseOrder reads a Slack ts or event_ts (SECONDS.MICROS, a decimal string)
// as microseconds: as a float it would not be exact. "" is 0, before all
// others.
func parseOrder(ts string) (int64, error) {
	if ts == "" {
		return 0, nil
	}
	whole, fraction, _ := strings.Cut(ts, ".")
	if len(fraction) > 6 {
		fraction = fraction[:6]
	}
	digits := whole + fraction + strings.Repeat("0", 6-len(fraction))
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || whole == "" {
		return 0, fmt.Errorf("order %q is no Slack timestamp", ts)
	}
	return int64(n), nil
}

// orderOf writes an order as parseOrder reads it.
func orderOf(micros int64) string {
	if micros == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6)
}
