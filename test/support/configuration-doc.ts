/** The schema of the settings -> the tables of docs/configuration.md. */
import { z } from 'zod';
import { settings } from '../../bridge/config/schema.ts';

const BEGIN = '<!-- settings: begin -->';
const END = '<!-- settings: end -->';

export interface Setting {
  /** Dotted, within its section. */
  readonly name: string;
  readonly kind: string;
  readonly required: boolean;
  /** As JSON; undefined when it has none. */
  readonly preset: string | undefined;
  readonly bounds: string;
  /** What it is, and why its default is what it is. */
  readonly reason: string;
}

export interface Section {
  /** Empty for the settings outside of all sections. */
  readonly name: string;
  readonly reason: string;
  readonly settings: readonly Setting[];
}

/** The sections of the schema, in its order; first what stands in none. */
export function sectionsOf(schema: z.ZodObject = settings): Section[] {
  const fields = Object.entries(schema.shape).map(([name, field]) => ({ name, ...opened(field) }));
  const single = fields.filter(({ core }) => !(core instanceof z.ZodObject));
  const sections = fields.filter(({ core }) => core instanceof z.ZodObject);
  return [
    { name: '', reason: '', settings: single.flatMap(({ name }) => rowsOf(name, schema.shape[name])) },
    ...sections.map(({ name, reason, core }) => ({
      name,
      reason,
      settings: Object.entries((core as z.ZodObject).shape).flatMap(([key, field]) => rowsOf(key, field)),
    })),
  ];
}

type Field = z.core.$ZodType | undefined;

/** A field without what is wrapped around it, and all that the wrappings say. */
interface Opened {
  readonly core: Field;
  readonly required: boolean;
  readonly preset: unknown;
  readonly reason: string;
  readonly unit: string | undefined;
}

/** The outermost word counts. */
function opened(field: Field): Opened {
  const { description = '', unit } = (field === undefined ? undefined : z.globalRegistry.get(field)) ?? {};
  const isWrapped =
    field instanceof z.ZodOptional || field instanceof z.ZodDefault || field instanceof z.ZodPrefault;
  const inner = isWrapped
    ? opened(field.def.innerType)
    : { core: field, required: true, preset: undefined, reason: '', unit: undefined };
  return {
    core: inner.core,
    required: inner.required && !isWrapped,
    preset: field instanceof z.ZodDefault ? field.def.defaultValue : inner.preset,
    reason: description === '' ? inner.reason : description,
    unit: typeof unit === 'string' ? unit : inner.unit,
  };
}

function rowsOf(name: string, field: Field): Setting[] {
  const { core, required, preset, reason, unit } = opened(field);
  const row = {
    name,
    required,
    preset: preset === undefined ? undefined : JSON.stringify(preset),
    bounds: boundsOf(core),
    reason,
  };
  const isKnown = core instanceof z.ZodObject && core.shape['pool'] === settings.shape.mysql.shape.pool;
  if (isKnown) return [{ ...row, kind: 'as the section `mysql`' }];
  if (!(core instanceof z.ZodObject)) return [{ ...row, kind: unit ?? kindOf(core) }];
  const within = Object.entries(core.shape).flatMap(([key, inner]) => rowsOf(`${name}.${key}`, inner));
  return [{ ...row, kind: 'section' }, ...within];
}

function kindOf(core: Field): string {
  if (core instanceof z.ZodNumber) return 'number';
  if (core instanceof z.ZodEnum) return core.options.map((option) => `\`${option}\``).join(', ');
  if (core instanceof z.ZodArray) return `list of ${opened(core.element).unit ?? 'texts'}`;
  if (core instanceof z.ZodBoolean || core instanceof z.ZodUnion) return '`true` or `false`';
  return 'text';
}

function boundsOf(core: Field): string {
  if (core instanceof z.ZodNumber) return `${numberOf(core.minValue)} to ${numberOf(core.maxValue)}`;
  if (core instanceof z.ZodString && core.minLength !== null && core.minLength > 1)
    return `${core.minLength} characters or more`;
  return core instanceof z.ZodArray && minimumOf(core) ? 'one or more' : '';
}

function minimumOf(list: z.ZodArray): boolean {
  return !list.safeParse([]).success;
}

const numberOf = (value: number | null): string => (value ?? NaN).toLocaleString('en');

function tableOf(rows: readonly Setting[]): string {
  const lines = rows.map(({ name, kind, preset, required, bounds, reason }) => [
    `\`${name}\``,
    kind,
    preset === undefined ? (required ? '**needed**' : '') : valueOf(preset),
    bounds,
    reason,
  ]);
  const titles = ['setting', 'kind, unit', 'default', 'bounds', 'what it is, and why so'];
  return [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** As a person writes it in the file. */
function valueOf(preset: string): string {
  return `\`${preset.replaceAll('"', '')}\``;
}

function textOf({ name, reason, settings: rows }: Section): string {
  return `## ${name === '' ? 'Outside of all sections' : `\`${name}\``}\n\n${reason === '' ? '' : `${reason}\n\n`}${tableOf(rows)}`;
}

/** The page with these tables in the place of those that it has. @throws Error when it has no place for them. */
export function withSettings(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  const text = sectionsOf().map(textOf).join('\n\n');
  return `${page.slice(0, from + BEGIN.length)}\n${text}\n${page.slice(to)}`;
}
