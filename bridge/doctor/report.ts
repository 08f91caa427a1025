/** The findings as text for a person, or as JSON for a program. */
import type { Section } from './checks/index.ts';
import type { Finding, Level } from './finding.ts';

/** Characters of a line. */
const WIDTH = 100;
const INDENT = ' '.repeat(10);

export interface ReportOptions {
  /** Leaves out what is ok. */
  readonly quiet: boolean;
}

export function textReport(sections: readonly Section[], { quiet }: ReportOptions): string {
  const shown = sections
    .map(({ title, findings }) => ({
      title,
      findings: findings.filter(({ level }) => !quiet || level !== 'ok'),
    }))
    .filter(({ findings }) => findings.length > 0);
  const parts = shown.map(({ title, findings }) => [title, ...findings.map(textOf), ''].join('\n'));
  return [...parts, summary(sections), ''].join('\n');
}

export function jsonReport(sections: readonly Section[]): string {
  const findings = sections.flatMap(({ title, findings }) =>
    findings.map((one) => ({ section: title, ...one })),
  );
  return `${JSON.stringify({ counts: countsOf(sections), findings }, null, 2)}\n`;
}

/** 1 when something is unsafe or will not work. */
export function exitCode(sections: readonly Section[]): 0 | 1 {
  return countsOf(sections).fault > 0 ? 1 : 0;
}

function textOf({ level, setting, says, mend }: Finding): string {
  const title = `  ${level.padEnd(8)}${setting}`;
  if (level === 'ok') return `${title}: ${says}`;
  const lines = [title, ...wrapped(says)];
  return [...lines, ...(mend === undefined ? [] : wrapped(`mend: ${mend}`))].join('\n');
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => INDENT + one);
}

function summary(sections: readonly Section[]): string {
  const { ok, advice, fault, unseen } = countsOf(sections);
  return `${fault} fault, ${advice} advice, ${unseen} unseen, ${ok} ok`;
}

function countsOf(sections: readonly Section[]): Readonly<Record<Level, number>> {
  const counts: Record<Level, number> = { fault: 0, advice: 0, unseen: 0, ok: 0 };
  for (const { findings } of sections) for (const { level } of findings) counts[level] += 1;
  return counts;
}
