// Package lines reads timelines that other tools wrote, line by line: CSV with
// a header, JSON Lines, and both as Timesketch has them (message, datetime,
// timestamp_desc; timesketch.org, "Import from JSON or CSV").
//
// What it reads comes from anywhere. Bytes, lines and fields are bounded; a
// line that cannot be taken is named with its number and the reason, and the
// rest is read on.
package lines
