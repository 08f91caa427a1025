/** What a person is told when the stack is ready. */
import { relative } from 'node:path';
import { OPERATOR } from './site/demo-people.ts';
import type { Account, StackInfo } from '../support/stack-file.ts';

/** Accounts that are shown by name; the others of --users are told as a range. */
const SHOWN = 4;

export function welcome(info: StackInfo, dir: string, detached: boolean): string {
  const { domain, host, starttlsPort, ca } = info.xmpp;
  const bob = info.users.find(({ id }) => id === 'bob') ?? info.users[0];
  const folder = relative(process.cwd(), dir) || '.';
  const native = `${bob?.id ?? 'bob'}@${domain}`;
  return [
    '',
    `  Open        ${info.site.url}`,
    `              two people at once: a second browser, or a private window`,
    `  Accounts    ${accounts(info.users)}`,
    `  Operator    ${OPERATOR} (pw-${OPERATOR}) sees ${info.site.url}/admin: readiness, metrics, commands`,
    `  Native      ${native}, password ${bob?.password ?? ''}, server ${host}, port ${starttlsPort}, STARTTLS`,
    `              the certificate is our own: ${ca}`,
    `              profanity: /connect ${native} server ${host} port ${starttlsPort} tls trust`,
    `  Logs        ${folder}/logs`,
    `  For tools   ${folder}/stack.json`,
    `  Stop        ${detached ? `npm stop${dirOption(folder)}` : 'Ctrl-C'}`,
    '',
  ].join('\n');
}

function accounts(users: readonly Account[]): string {
  const shown = users.slice(0, SHOWN).map(({ id, password }) => `${id} (${password})`);
  const last = users.at(-1);
  if (users.length > SHOWN && last !== undefined) {
    shown.push(`${users[SHOWN]?.id ?? ''} … ${last.id} (pw-NAME)`);
  }
  return shown.join(', ');
}

function dirOption(folder: string): string {
  return folder === '.run' ? '' : ` -- --dir ${folder}`;
}
