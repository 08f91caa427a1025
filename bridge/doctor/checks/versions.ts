/** Which ejabberd this is, and whether it runs our modules as they were built. */
import type { Facts } from '../facts.ts';
import { advice, fault, ok, unseen, type Finding } from '../finding.ts';

const OLDEST = 23.01;
const TESTED = ['23.01', '24.12', '26.07'];

export function version({ running }: Facts): readonly Finding[] {
  const setting = 'version of ejabberd';
  if (running === undefined) return [];
  const number = /^\d+\.\d+/.exec(running.version)?.[0];
  if (number === undefined)
    return [unseen(setting, `“${running.version}” is no version that can be read`, 'ejabberdctl status')];
  if (Number(number) < OLDEST)
    return [
      fault(setting, `${number}: hooks that the modules need came with 23.01`, 'install 23.01 or later'),
    ];
  if (TESTED.includes(number)) return [ok(setting, `${number} is one of those that the tests run on`)];
  return [
    advice(
      setting,
      `${number} was not tested: those tested are ${TESTED.join(', ')}`,
      'run our tests with it before you rely on it',
    ),
  ];
}

/** Other domains of one server are not ours to judge; this one has to be there. */
export function domain({ ejabberd }: Facts): readonly Finding[] {
  if (ejabberd.hosts.includes(ejabberd.domain)) return [ok('hosts', `${ejabberd.domain} is served`)];
  return [
    fault(
      'hosts',
      `${ejabberd.domain}, the domain of the bridge’s settings, is not served here (${ejabberd.hosts.join(', ')})`,
      `hosts: [${ejabberd.domain}], or domain in im-bridge.yml`,
    ),
  ];
}

export function code({ running, ejabberd }: Facts): readonly Finding[] {
  const setting = 'our compiled modules';
  if (running === undefined || !ejabberd.modules.has('mod_filter_site')) return [];
  if ('unseen' in running.code)
    return [unseen(setting, running.code.unseen, 'npm run build; -pz in ERL_OPTIONS; then restart ejabberd')];
  const names = (wanted: 'sameFile' | 'isCurrent', modules = running.code): string =>
    'seen' in modules
      ? modules.seen
          .filter((one) => !one[wanted])
          .map(({ name }) => name)
          .join(', ')
      : '';
  const [other, old] = [names('sameFile'), names('isCurrent')];
  if (other !== '')
    return [
      fault(
        setting,
        `ejabberd finds another build of ${other} than the one beside this program`,
        'let -pz in ERL_OPTIONS name this program’s ebin folder, or copy it there; then ejabberdctl im_load_code',
      ),
    ];
  if (old !== '')
    return [fault(setting, `an older build of ${old} is still running`, 'ejabberdctl im_load_code')];
  return [ok(setting, 'those that run are those beside this program')];
}
