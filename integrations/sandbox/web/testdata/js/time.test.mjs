import test from 'node:test';
import assert from 'node:assert/strict';
import {ago, clock, dateToken, day, dayName, fromWall, ordinal, toWall, when} from '../../static/js/time.js';

const at = Date.UTC(2014, 1, 18, 14, 39, 42) / 1000;
const later = new Date('2026-11-27T12:00:00Z');

test('time: moments from what Slack and the sandbox write', () => {
  for (const x of ['1392734382.000100', 1392734382, '2014-02-18T14:39:42Z', new Date(at * 1000)]) assert.equal(Math.floor(when(x).getTime() / 1000), at);
});

test('time: clocks and days in a zone', () => {
  assert.equal(clock(at, 'UTC'), '14:39');
  assert.equal(clock(at, 'America/Los_Angeles'), '06:39');
  assert.equal(clock('2026-01-01T00:00:00Z', 'UTC'), '00:00');
  assert.equal(day('2026-01-01T23:30:00Z', 'Europe/Madrid'), '2026-01-02');
  assert.equal(clock(at, 'No/Where'), '14:39');
  assert.equal(dayName(later, 'UTC', later), 'Today');
  assert.equal(dayName('2026-11-26T23:00:00Z', 'UTC', later), 'Yesterday');
  assert.equal(dayName('2026-11-26T23:30:00Z', 'Europe/Madrid', later), 'Today');
  assert.equal(dayName(at, 'UTC', later), 'Tuesday, February 18th');
});

test('time: the formats of date tokens', () => {
  const says = (format, moment = at, now = later) => dateToken(format, moment, 'UTC', now);
  assert.equal(says('{date_num} {time_secs}'), '2014-02-18 14:39:42');
  assert.equal(says('Posted {date} at {time}'), 'Posted February 18th, 2014 at 14:39');
  assert.equal(says('{date_short}'), 'Feb 18, 2014');
  assert.equal(says('{date_long}'), 'Tuesday, February 18th, 2014');
  assert.equal(says('{date_slash} {unknown}'), '2014/02/18 {unknown}');
  assert.equal(says('{date_pretty}', later), 'Today');
  assert.equal(says('due {date_short_pretty}', '2026-11-28T09:00:00Z'), 'due tomorrow');
  assert.equal(says('{date_long_pretty}'), 'Tuesday, February 18th, 2014');
  assert.equal(says('{ago}', '2026-11-27T11:55:00Z'), '5 min ago');
});

test('time: how long ago', () => {
  const since = (s) => ago(new Date(later.getTime() - s * 1000), later);
  assert.deepEqual([3, 40, 90, 7200, 90000, 400000, -3600].map(since), ['just now', '40 s ago', '2 min ago', '2 h ago', '1 day ago', '5 days ago', 'in 1 h']);
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 22, 30].map(ordinal), ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '30th']);
});

test('time: from a wall clock and back', () => {
  for (const tz of ['UTC', 'Europe/Madrid', 'America/Los_Angeles', 'Asia/Kolkata', 'Australia/Lord_Howe']) {
    for (const s of [1795795200, 1774746000, 1792890000]) assert.equal(fromWall(toWall(s, tz), tz), s, tz);
  }
  assert.equal(toWall(1795795200, 'Europe/Madrid'), '2026-11-27T17:00');
  assert.equal(toWall(fromWall('2026-03-29T02:30', 'Europe/Madrid'), 'Europe/Madrid').slice(0, 10), '2026-03-29');
  assert.equal(fromWall('nonsense', 'UTC'), null);
});
