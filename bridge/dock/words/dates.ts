/** Days and times as the reader writes them. Formatters are made once: making one costs more than a hundred uses. */

export interface Dates {
  /** "Today", "Yesterday", "Monday" within the last week, and further back the date; no year if it is this one. */
  readonly dayLabel: (date: Date, now: Date) => string;
  /** Hours and minutes. */
  readonly timeLabel: (date: Date) => string;
  /** Day and time in full, for a tooltip. */
  readonly fullLabel: (date: Date) => string;
  /** The reader's calendar day, as days since 1970: two messages of one day have the same. */
  readonly dayOf: (date: Date) => number;
}

const DAY = 24 * 3600 * 1000;
const WEEK = 7;

/**
 * Dates that are none give '' (and NaN as their day).
 * @param timeZone IANA name; the browser's own if not told.
 */
export function datesIn(locale: string, timeZone?: string): Dates {
  const format = (options: Intl.DateTimeFormatOptions): ((date: Date) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, {
      ...options,
      ...(timeZone !== undefined && { timeZone }),
    });
    return (date) => (isDate(date) ? formatter.format(date) : '');
  };
  const weekday = format({ weekday: 'long' });
  const thisYear = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const otherYear = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const { dayOf, yearOf } = calendarIn(timeZone);
  const dayLabel = (date: Date, now: Date): string => {
    const ago = dayOf(now) - dayOf(date);
    if (ago === 0 || ago === 1) return relative.format(-ago, 'day');
    if (ago > 1 && ago < WEEK) return weekday(date);
    return yearOf(date) === yearOf(now) ? thisYear(date) : otherYear(date);
  };
  return {
    dayLabel: (date, now) => withCapital(dayLabel(date, now), locale),
    timeLabel: format({ timeStyle: 'short' }),
    fullLabel: format({ dateStyle: 'full', timeStyle: 'short' }),
    dayOf,
  };
}

/** Days of the calendar, and not of 24 hours: where clocks are put back, a day has 25. */
function calendarIn(timeZone: string | undefined) {
  const formatter = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    ...(timeZone !== undefined && { timeZone }),
  });
  const partsOf = (date: Date): Partial<Record<string, number>> =>
    isDate(date)
      ? Object.fromEntries(formatter.formatToParts(date).map(({ type, value }) => [type, Number(value)]))
      : {};
  return {
    yearOf: (date: Date): number => partsOf(date)['year'] ?? NaN,
    dayOf: (date: Date): number => {
      const { year = NaN, month = NaN, day = NaN } = partsOf(date);
      return Date.UTC(year, month - 1, day) / DAY;
    },
  };
}

function isDate(date: Date): boolean {
  return !Number.isNaN(date.getTime());
}

function withCapital(text: string, locale: string): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
}
