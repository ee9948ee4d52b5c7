// Package correlate finds what single hits do not show: many within a time,
// many different values, several kinds together or in order.
//
// A Windows watches the hits of one correlation, divided into groups. Its
// window is sliding and reaches back Span from each hit, in the time of the
// events: hits must be added in that order. There is no clock and no I/O; the
// same hits give the same answers. It belongs to one goroutine.
//
// What it remembers is bounded: MaxGroups groups, the one that was silent
// longest forgotten first, in each of them no more hits than its bounds need,
// and MaxValues or MaxRanked where numbers are calculated with.
package correlate
