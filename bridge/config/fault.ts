/** What is wrong with a setting, as a sentence that says what to put there. */
import { z } from 'zod';
import { settings } from './schema.ts';

type Issue = z.core.$ZodIssue;
type Field = z.core.$ZodType | undefined;

export function faultOf(issue: Issue): string {
  const name = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => (name === '' ? key : `${name}.${key}`));
    return `${keys.join(', ')}: no such setting`;
  }
  return `${name === '' ? 'the file' : name}: ${sentenceOf(issue)}`;
}

function sentenceOf(issue: Issue): string {
  if (issue.code === 'invalid_type' && /received undefined$/.test(issue.message))
    return `is missing${purposeOf(issue.path)}`;
  if (issue.code === 'invalid_type') return `must be ${wordFor(issue.expected)}${purposeOf(issue.path)}`;
  if (issue.code === 'too_big') return tooMuch(issue);
  if (issue.code === 'too_small') return tooLittle(issue);
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

/** A message of our own is better than a number. */
const isZods = (message: string): boolean => /^(?:Too|Invalid)/.test(message);

function tooMuch({ maximum, message }: z.core.$ZodIssueTooBig): string {
  return isZods(message) ? `must be ${String(maximum)} at the most` : message;
}

function tooLittle({ minimum, origin, message }: z.core.$ZodIssueTooSmall): string {
  if (!isZods(message)) return message;
  if (origin === 'array') return 'must have one entry at the least';
  if (origin === 'string') return 'must not be empty';
  return `must be ${String(minimum)} at the least`;
}

const WORDS: Readonly<Record<string, string>> = {
  object: 'a section, with settings of its own',
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
  array: 'a list',
};

const wordFor = (expected: string): string => WORDS[expected] ?? expected;

/** From the setting's own description. */
function purposeOf(path: readonly PropertyKey[]): string {
  const text = descriptionOf(path.reduce<Field>(within, settings));
  return text === '' ? '' : `. ${text}`;
}

function within(field: Field, key: PropertyKey): Field {
  const core = opened(field);
  return core instanceof z.ZodObject ? (core.shape as Record<PropertyKey, Field>)[key] : undefined;
}

function opened(field: Field): Field {
  const isWrapped =
    field instanceof z.ZodOptional || field instanceof z.ZodDefault || field instanceof z.ZodPrefault;
  return isWrapped ? opened(field.def.innerType) : field;
}

function descriptionOf(field: Field): string {
  return (field === undefined ? undefined : z.globalRegistry.get(field)?.description) ?? '';
}
