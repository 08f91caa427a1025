/** `im-bridge doctor` as a process, on a real ejabberd: calm on ours, and loud on one that somebody has broken. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { cli, type CliResult } from '../support/cli.ts';
import { built, ROOT } from '../support/root.ts';
import { useXmppCore } from '../support/xmpp-core.ts';
import { waitUntil } from '../support/wait-until.ts';

type Tree = Record<string, unknown>;
interface Finding {
  readonly section: string;
  readonly level: string;
  readonly setting: string;
  readonly mend?: string;
}
const core = useXmppCore();
const settingsPath = (): string => join(core.dir, 'im-bridge.yml');
const ejabberdPath = (): string => join(core.dir, 'ejabberd/ejabberd.yml');
/** Debian's own, which nobody has touched. */
const PACKAGED = '/usr/share/doc/ejabberd/examples/ejabberd.yml';

function doctor(...args: readonly string[]): Promise<CliResult> {
  const [ctl = ''] = core.ejabberd.ctlCommand;
  return cli('doctor', '--config', settingsPath(), '--ejabberdctl', ctl, '--exchange', core.dir, ...args);
}

async function findings(...args: readonly string[]): Promise<{ code: number; found: Finding[] }> {
  const { code, stdout, stderr } = await doctor('--json', ...args);
  if (stdout === '') throw new Error(`doctor said nothing but: ${stderr}`);
  return { code, found: (JSON.parse(stdout) as { findings: Finding[] }).findings };
}

const of = (level: string, found: readonly Finding[]): string[] =>
  found.filter((one) => one.level === level).map(({ setting }) => setting);

/** A copy of a settings file, with these changes. */
function copyOf(name: string, path: string, change: (settings: Tree) => Tree): string {
  const copy = join(core.dir, name);
  writeFileSync(copy, stringify(change(parse(readFileSync(path, 'utf8')) as Tree)), { mode: 0o600 });
  return copy;
}

/** ejabberd runs with other settings for a while. */
async function withSettings(change: (settings: Tree) => Tree, body: () => Promise<void>): Promise<void> {
  const before = readFileSync(ejabberdPath(), 'utf8');
  writeFileSync(ejabberdPath(), stringify(change(parse(before) as Tree)));
  try {
    await core.ejabberd.api('reload_config');
    await body();
  } finally {
    writeFileSync(ejabberdPath(), before);
    await core.ejabberd.api('reload_config');
  }
}

const tree = (value: unknown): Tree => value as Tree;

test('on our own stack it raises no alarm, and says what it can’t praise', async () => {
  const { code, found } = await findings();
  expect([code, of('fault', found), of('unseen', found)]).toEqual([0, [], []]);
  expect(of('advice', found)).toEqual([
    `port ${core.ejabberd.ports.native}`, // a certificate of its own making
    'api_permissions: loopback', // a private instance may be asked anything
    'hide_sensitive_log_data',
  ]);
  expect(of('ok', found)).toEqual(
    expect.arrayContaining([
      'our compiled modules',
      'a login with a forged ticket',
      'the archive',
      'open files of ejabberd',
    ]),
  );
});

test('what it writes for a person names the section, the setting and the cure', async () => {
  const { stdout } = await doctor('--quiet');
  expect(stdout).toMatch(/^How much\n {2}advice {2}hide_sensitive_log_data\n {10}.+\n {10}mend: .+$/m);
  expect(stdout).toMatch(/\n0 fault, 3 advice, 0 unseen, \d+ ok\n$/);
  expect(stdout).not.toContain('  ok ');
});

test('on an ejabberd that runs with dangerous settings it names each of them, and exits with 1', async () => {
  const break_ = (settings: Tree): Tree => ({
    ...settings,
    auth_use_cache: true,
    s2s_access: 'all',
    loglevel: 'debug',
    disable_sasl_mechanisms: [],
    modules: {
      ...tree(settings['modules']),
      mod_muc: {},
      mod_fail2ban: {},
      mod_mam: { ...tree(tree(settings['modules'])['mod_mam']), default: 'never' },
    },
  });
  await withSettings(break_, async () => {
    const leave = await holdDomain();
    const { code, found } = await findings().finally(leave);
    expect([code, of('fault', found)]).toEqual([
      1,
      [
        'auth_use_cache',
        'modules: mod_muc',
        's2s_access',
        'modules: mod_fail2ban: access',
        'modules: mod_mam: default',
        'loglevel',
      ],
    ]);
    expect(of('advice', found)).toEqual(
      expect.arrayContaining([
        'disable_sasl_mechanisms',
        `SASL mechanisms on port ${core.ejabberd.ports.c2s}`,
        `connections of site.${core.domain}`, // two: one of them answers nobody
        'services of the server',
      ]),
    );
    expect(found.filter(({ level, mend }) => level !== 'ok' && mend === undefined)).toEqual([]);
  });
});

test('it sees that the component is away', async () => {
  const setting = `connections of site.${core.domain}`;
  await core.component.stop();
  await waitUntil(
    'the component to be gone',
    async () => (await core.ejabberd.ctl('im_friends', 'alice', core.domain)).code !== 0,
  );
  const { code, found } = await findings();
  expect([code, of('fault', found)]).toEqual([1, [setting]]);
  await core.startComponent();
});

/** A second component with the right secret (XEP-0114), that answers nobody. Returns what ends it. */
async function holdDomain(): Promise<() => void> {
  const socket = connect(core.ejabberd.ports.component, '127.0.0.1');
  let text = '';
  socket.on('data', (data) => (text += data.toString()));
  const to = `site.${core.domain}`;
  socket.write(
    `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${to}'>`,
  );
  const id = await waitUntil('the stream', () => /id='?"?(\w+)/.exec(text)?.[1]);
  const digest = createHash('sha1').update(`${id}${core.componentSecret}`).digest('hex');
  socket.write(`<handshake>${digest}</handshake>`);
  await waitUntil('the handshake', () => text.includes('<handshake/>'));
  return () => socket.destroy();
}

test('secrets that differ between the settings are found by trying', async () => {
  const other = copyOf('other.yml', settingsPath(), (settings) => ({
    ...settings,
    ticket: { secret: '0123456789abcdef'.repeat(4) },
    component: { ...tree(settings['component']), secret: 'fedcba9876543210'.repeat(4) },
  }));
  const { code, found } = await findings('--config', other);
  expect([code, of('fault', found)]).toEqual([
    1,
    [`listen: ejabberd_service on ${core.ejabberd.ports.component}: hosts`, 'a login with a ticket'],
  ]);
});

describe('the page docs/ejabberd.md', () => {
  const page = readFileSync(join(ROOT, 'docs/ejabberd.md'), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => parse(text ?? '') as Tree);
  const removed = (/take these out[\s\S]*?```text\n([\s\S]*?)```/.exec(page)?.[1] ?? '').trim().split(/\s+/);

  /** Names stay but for those that a block has; `modules`, `acl` and the like are merged by name. */
  function merged(into: Tree): Tree {
    const result = { ...into };
    for (const [name, value] of blocks.flatMap((block) => Object.entries(block))) {
      const isMerged = ['modules', 'acl', 'access_rules', 'shaper', 'shaper_rules'].includes(name);
      result[name] = isMerged ? { ...tree(result[name] ?? {}), ...tree(value) } : value;
    }
    const kept = Object.entries(tree(result['modules'])).filter(([name]) => !removed.includes(name));
    return { ...result, modules: Object.fromEntries(kept) };
  }

  /** Of the settings alone: nothing runs with them here. */
  async function faultsOf(ejabberdYml: string): Promise<string[]> {
    const config = copyOf('page.yml', settingsPath(), (settings) => ({
      ...settings,
      domain: 'example.org',
      xmpp: { port: 5221 },
      component: { port: 5347, secret: core.componentSecret },
    }));
    const { stdout } = await cli('doctor', '--json', '--config', config, '--ejabberd-yml', ejabberdYml);
    const { findings: found } = JSON.parse(stdout) as { findings: Finding[] };
    return found
      .filter(
        ({ section, level, setting }) =>
          level !== 'ok' && section !== 'What was tried' && !/^port \d/.test(setting),
      )
      .map(({ setting }) => setting);
  }

  test('makes Debian’s packaged settings calm, which were not', async () => {
    if (!existsSync(PACKAGED)) throw new Error(`${PACKAGED} is not there: apt-get install ejabberd`);
    const before = copyOf('packaged.yml', PACKAGED, (settings) => settings);
    expect(await faultsOf(before)).toEqual(
      expect.arrayContaining([
        'hosts',
        'auth_use_cache',
        'modules: mod_muc',
        'modules: mod_pubsub',
        's2s_access',
        'modules: mod_fail2ban: access',
      ]),
    );
    const after = copyOf('after.yml', PACKAGED, merged);
    const text = readFileSync(after, 'utf8').replace('WHAT IS IN component.secret', core.componentSecret);
    writeFileSync(after, text);
    expect(await faultsOf(after)).toEqual([]);
  });
});

describe('when it can’t look it says so in a sentence, and exits with 2', () => {
  const CASES: readonly (readonly [what: string, args: () => readonly string[], says: string])[] = [
    ['an unknown command', () => ['heal'], 'there is no command heal'],
    ['an unknown option', () => ['doctor', '--config', settingsPath(), '--fast'], "Unknown option '--fast'"],
    ['no settings', () => ['doctor'], 'name the settings file with --config FILE or in IM_CONFIG'],
    ['settings that are wrong', () => ['doctor', '--config', ejabberdPath()], 'no such setting'],
    [
      'no ejabberdctl',
      () => ['doctor', '--config', settingsPath(), '--ejabberdctl', '/nonexistent/ejabberdctl'],
      'there is no /nonexistent/ejabberdctl',
    ],
    [
      'a program that is no ejabberdctl',
      () => ['doctor', '--config', settingsPath(), '--ejabberdctl', '/bin/true'],
      'ejabberd is not running',
    ],
    [
      'a file that is not there',
      () => ['doctor', '--config', settingsPath(), '--ejabberd-yml', '/nonexistent.yml'],
      'there is no file /nonexistent.yml',
    ],
    [
      'a file that is no YAML',
      () => ['doctor', '--config', settingsPath(), '--ejabberd-yml', built('bridge/cli.js')],
      'is not YAML',
    ],
    [
      'an exchange folder that is not there',
      () => [
        'doctor',
        '--config',
        settingsPath(),
        '--ejabberdctl',
        core.ejabberd.ctlCommand[0] ?? '',
        '--exchange',
        '/nonexistent',
      ],
      'name another folder with --exchange',
    ],
  ];
  test.each(CASES.map(([what, args, says]) => ({ what, args, says })))('$what', async ({ args, says }) => {
    const { code, stdout, stderr } = await cli(...args());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('ejabberd down', async () => {
    await core.ejabberd.kill();
    const { code, stderr } = await doctor();
    expect([code, stderr]).toEqual([2, expect.stringContaining('ejabberd is not running')]);
    const file = await cli('doctor', '--config', settingsPath(), '--ejabberd-yml', ejabberdPath());
    expect(file.code).toBe(1); // the settings can be judged; that nobody answers is a fault
    expect(file.stdout).toContain(`port ${core.ejabberd.ports.c2s}\n`);
  });
});

test('help tells the commands, their options and the exit codes', async () => {
  expect(await cli('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('doctor') as unknown,
  });
  expect(await cli('doctor', '--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Exit code: 0') as unknown,
  });
});
