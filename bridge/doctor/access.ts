/**
 * Whom a rule of ejabberd lets in, judged by address alone, for somebody whose name is not known: `access_rules`,
 * the `acl` that they name, and the same written in place.
 */
import { BlockList, isIP } from 'node:net';
import { listOf, treeOf, words, type EjabberdSettings } from './ejabberd-settings.ts';

/** An address of nobody (RFC 5737): a rule that lets it in lets in the Internet. */
export const ANYWHERE = '192.0.2.1';

export function isLoopback(address: string): boolean {
  if (address === 'localhost' || address.startsWith('unix:')) return true;
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

/** The first rule whose conditions hold decides. */
export function admits(settings: EjabberdSettings, rule: unknown, address: string): boolean {
  const first = rulesOf(settings, rule).find(([, who]) =>
    listOf(who).every((condition) => holds(settings, condition, address)),
  );
  return first?.[0] === 'allow';
}

/** Does it let in nobody at all? */
export function isClosed(settings: EjabberdSettings, rule: unknown): boolean {
  return rulesOf(settings, rule).every(([verdict, who]) => verdict === 'deny' || who === 'none');
}

type Rule = readonly [verdict: string, who: unknown];

function rulesOf(settings: EjabberdSettings, rule: unknown): readonly Rule[] {
  if (typeof rule !== 'string') return listOf(rule).flatMap((one) => Object.entries(treeOf(one)));
  const named = rule === 'all' || rule === 'none' ? undefined : settings.named('access_rules', rule);
  return named === undefined ? [['allow', rule]] : rulesOf(settings, named);
}

/** Several keys of one condition or `acl` are alternatives. */
function holds(settings: EjabberdSettings, condition: unknown, address: string): boolean {
  if (typeof condition === 'string') {
    if (condition === 'all' || condition === 'none') return condition === 'all';
    const acl = settings.named('acl', condition);
    return acl === 'all' || holdsIp(treeOf(acl)['ip'], address);
  }
  const { acl, ip, access } = treeOf(condition);
  return (
    (acl !== undefined && listOf(acl).every((name) => holds(settings, name, address))) ||
    holdsIp(ip, address) ||
    (access !== undefined && admits(settings, access, address))
  );
}

function holdsIp(nets: unknown, address: string): boolean {
  const list = new BlockList();
  for (const net of words(nets)) addNet(list, net);
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function addNet(list: BlockList, net: string): void {
  const [base = '', bits] = net.split('/');
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(base) === 0) return; // ejabberd would not have started with it
  if (bits === undefined) list.addAddress(base, family);
  else list.addSubnet(base, Number(bits), family);
}
