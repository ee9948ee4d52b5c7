// Package report writes an incident's timeline down for people who were not
// there and for tools that are not firebreak: as Markdown, as CSV, as JSON
// Lines, also for Timesketch, as one HTML file, and as a picture.
//
// What is written here leaves the house. So every text is masked first, and
// made inert in the form it goes into: no formula in a spreadsheet, no markup,
// no reference. The text of entries that were deleted, dropped or redacted is
// in none of them.
//
// Everything here is a function of its arguments and keeps nothing.
package report
