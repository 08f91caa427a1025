/** The demo site's own settings: `--config FILE`, in YAML. It shares nothing with the bridge but a secret. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../../../bridge/config/load.ts';

const port = z.int().min(1).max(65_535);

const httpUrl = z.url({ protocol: /^https?$/ });

/** The one who sees /admin, and what is to be seen there; without it nobody does. */
const operatorSchema = z.strictObject({
  user: z.string().min(1),
  /** For the operator's browser. With a `part` it tells whether that is ready, and the site asks it, too. */
  addresses: z
    .array(z.strictObject({ name: z.string(), url: httpUrl, part: z.string().optional() }))
    .max(20)
    .default([]),
  commands: z
    .array(z.strictObject({ name: z.string(), command: z.string() }))
    .max(20)
    .default([]),
});

export type OperatorSettings = z.infer<typeof operatorSchema>;

const schema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port,
  /** Where the bridge is, as browsers reach it: the dock's script comes from there. */
  bridgeUrl: z.url({ protocol: /^https?$/ }),
  mysql: z.strictObject({
    socket: z.string().optional(),
    host: z.string().default('127.0.0.1'),
    port: port.default(3306),
    user: z.string().min(1),
    password: z.string(),
    database: z.string().min(1),
  }),
  /** The secret that the bridge knows too: this site signs chat tokens with it. */
  token: z.strictObject({ secret: z.string().min(32), audience: z.string().min(1).default('im') }),
  /** Who has this secret may ask /api; without it there is none. */
  api: z.strictObject({ secret: z.string().min(32) }).optional(),
  operator: operatorSchema.optional(),
});

export type SiteSettings = z.infer<typeof schema>;
/** As a person writes them. */
export type SiteSettingsInput = z.input<typeof schema>;

/** @throws ConfigError with every fault. */
export function loadSiteSettings(path: string): SiteSettings {
  const result = schema.safeParse(read(path));
  if (result.success) return result.data;
  throw new ConfigError(
    path,
    result.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
  );
}

function read(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(path, [
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable',
    ]);
  }
}
