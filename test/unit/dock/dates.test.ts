import { describe, expect, test } from '@jest/globals';
import { datesIn } from '../../../bridge/dock/words/dates.ts';

const berlin = datesIn('de', 'Europe/Berlin');
const at = (text: string): Date => new Date(text);

describe('days', () => {
  test.each([
    ['en', 'Today', 'Yesterday', 'Monday'],
    ['de', 'Heute', 'Gestern', 'Montag'],
    ['fr', 'Aujourd’hui', 'Hier', 'Lundi'],
    ['ar', 'اليوم', 'أمس', 'الاثنين'],
  ])('in %s', (locale, today, yesterday, monday) => {
    const { dayLabel } = datesIn(locale, 'UTC');
    const now = at('2026-03-06T12:00:00Z');
    expect(dayLabel(at('2026-03-06T00:00:00Z'), now)).toBe(today);
    expect(dayLabel(at('2026-03-05T23:59:59Z'), now)).toBe(yesterday);
    expect(dayLabel(at('2026-03-02T12:00:00Z'), now)).toBe(monday);
  });

  test('begin at the reader’s midnight', () => {
    const now = at('2026-01-10T00:30:00+01:00');
    expect(berlin.dayLabel(at('2026-01-10T00:00:00+01:00'), now)).toBe('Heute');
    expect(berlin.dayLabel(at('2026-01-09T23:59:59+01:00'), now)).toBe('Gestern');
    expect(datesIn('de', 'UTC').dayLabel(at('2026-01-09T23:59:59+01:00'), now)).toBe('Heute');
  });

  test('are of the calendar where a day has 23 hours, or 25', () => {
    const spring = at('2026-03-30T00:10:00+02:00');
    expect(berlin.dayLabel(at('2026-03-29T00:05:00+01:00'), spring)).toBe('Gestern');
    expect(berlin.dayLabel(at('2026-03-28T23:55:00+01:00'), spring)).toBe('Samstag');
    const autumn = at('2026-10-25T23:50:00+01:00');
    expect(berlin.dayLabel(at('2026-10-25T00:10:00+02:00'), autumn)).toBe('Heute');
    expect(berlin.dayLabel(at('2026-10-24T23:50:00+02:00'), autumn)).toBe('Gestern');
  });

  test('of another week are dates, with the year if it is another', () => {
    const now = at('2026-03-06T12:00:00Z');
    expect(berlin.dayLabel(at('2026-02-27T12:00:00Z'), now)).toBe('Freitag, 27. Februar');
    expect(berlin.dayLabel(at('2025-12-31T12:00:00Z'), now)).toBe('31. Dezember 2025');
    expect(berlin.dayLabel(at('2025-12-31T23:30:00Z'), at('2026-01-01T12:00:00Z'))).toBe('Heute');
    expect(berlin.dayLabel(at('2026-03-07T12:00:00Z'), now)).toBe('Samstag, 7. März');
  });

  test('tell messages of one day from those of the next', () => {
    const late = at('2026-01-09T23:59:59+01:00');
    const next = at('2026-01-10T00:00:00+01:00');
    expect(berlin.dayOf(next) - berlin.dayOf(late)).toBe(1);
    expect(berlin.dayOf(at('2026-01-09T00:00:00+01:00'))).toBe(berlin.dayOf(late));
  });
});

test('times are the reader’s', () => {
  const date = at('2026-07-01T17:05:00Z');
  expect(berlin.timeLabel(date)).toBe('19:05');
  expect(datesIn('en-US', 'UTC').timeLabel(date)).toMatch(/^5:05\sPM$/u);
  expect(berlin.fullLabel(date)).toMatch(/Mittwoch, 1\. Juli 2026.*19:05/);
});

test('what is no date gives nothing, and breaks nothing', () => {
  const none = at('garbage');
  expect([
    berlin.dayLabel(none, at('2026-07-01T17:05:00Z')),
    berlin.timeLabel(none),
    berlin.fullLabel(none),
  ]).toEqual(['', '', '']);
  expect(berlin.dayOf(none)).toBeNaN();
});
