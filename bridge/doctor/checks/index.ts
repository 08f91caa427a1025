/** All checks, in the order of the report. Another one is a function and a line here. */
import type { Check, Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { authentication, offered } from './authentication.ts';
import { bypasses } from './bypasses.ts';
import { capacity, files, logging } from './capacity.ts';
import { fail2ban, permissions, servers } from './closed-doors.ts';
import { component, holders } from './component.ts';
import { listeners } from './listeners.ts';
import { databases, directory, doors, login } from './live.ts';
import { required } from './modules.ts';
import { otherDoors } from './other-doors.ts';
import { code, domain, version } from './versions.ts';

export const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  'Which ejabberd': [version, domain, code],
  'Who may log in': [authentication, offered],
  'Where it listens': [listeners, otherDoors, doors, component, holders],
  'Ways around the filter': [bypasses, servers, fail2ban, permissions],
  'What it does': [required],
  'How much': [capacity, files, logging],
  'What was tried': [login, databases, directory],
};

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export function examine(facts: Facts): readonly Section[] {
  return Object.entries(CHECKS).map(([title, checks]) => ({
    title,
    findings: checks.flatMap((check) => check(facts)),
  }));
}
