/** The kinds of values that settings have. `unit` and the descriptions make docs/configuration.md. */
import { z } from 'zod';

export const port = z.int().min(1).max(65_535).meta({ unit: 'port' });
export const host = z.string().min(1).meta({ unit: 'host name or address' });

/** May have a fraction. */
export const seconds = (least: number, most: number) =>
  z.number().min(least).max(most).meta({ unit: 'seconds' });
export const bytes = (least: number, most: number) => count(least, most).meta({ unit: 'bytes' });
export const count = (least: number, most: number) => z.int().min(least).max(most);

/** Refused outside the demo: what people leave in place when they copy an example. */
const PLACEHOLDERS = new Set(['changeme', 'change-me', 'secret', 'sekrit', 'password', 'example']);

export const secret = z
  .string()
  .min(32, 'must be 32 characters or more, from a random source (for example: openssl rand -hex 32)')
  .refine((value) => !isPlaceholder(value), 'is a placeholder: put a random value there')
  .meta({ unit: 'secret' });

function isPlaceholder(value: string): boolean {
  return PLACEHOLDERS.has(value.toLowerCase()) || /^(.)\1*$/.test(value);
}

/** What is no address at all has been told already: checks go on after a fault. */
export const ifUrl = (check: (url: URL) => boolean) => (value: string) =>
  !URL.canParse(value) || check(new URL(value));

export const origin = z
  .url({ protocol: /^https?$/ })
  .refine((value) => ifUrl((url) => url.origin === value)(value), {
    message: 'must be an origin: scheme, host and port only, as in https://www.example.org',
  })
  .meta({ unit: 'origin' });
