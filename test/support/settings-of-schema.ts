/** The schema of the settings -> its sections, and what each setting is. */
import { z } from 'zod';
import { settings } from '../../bridge/config/schema.ts';

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
  const fields = fieldsOf(schema).map(([name, field]) => ({ name, field, ...opened(field) }));
  const single = fields.filter(({ core }) => !(core instanceof z.ZodObject));
  const sections = fields.filter(({ core }) => core instanceof z.ZodObject);
  return [
    { name: '', reason: '', settings: single.flatMap(({ name, field }) => rowsOf(name, field)) },
    ...sections.map(({ name, reason, core }) => ({
      name,
      reason,
      settings: fieldsOf(core as z.ZodObject).flatMap(([key, field]) => rowsOf(key, field)),
    })),
  ];
}

type Field = z.core.$ZodType | undefined;

function fieldsOf(section: z.ZodObject): [name: string, field: Field][] {
  return Object.entries(section.shape);
}

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
  const within = fieldsOf(core).flatMap(([key, inner]) => rowsOf(`${name}.${key}`, inner));
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
