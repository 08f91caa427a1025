/** The npm package, installed outside the repository without any development dependency: it runs, and its client has types. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { again } from '../support/deploying.ts';
import { ROOT } from '../support/root.ts';
import { startSecondBridge } from '../support/second-bridge.ts';
import { story, useStack } from '../support/story.ts';
import { Tab } from '../support/tab.ts';

const run = promisify(execFile);
const used = useStack();
const dir = mkdtempSync(join(tmpdir(), 'im-package-'));
const installed = join(dir, 'node_modules/im-bridge');

/** A site's own front end: the number is a fault, as `send` returns the cid. */
const OWN_FRONT_END = `
import { createClient, tokenFrom, type ClientState } from 'im-bridge/client';
const client = createClient({ url: 'https://chat.example', token: tokenFrom('/chat/token') });
client.subscribe(({ status, snapshot }: ClientState) => { console.log(status, snapshot?.roster.length); });
const cid: number = client.send('bob', 'Hello');
`;

beforeAll(async () => {
  await run('npm', ['pack', '--pack-destination', dir], { cwd: ROOT });
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'somebody', type: 'module' }));
  const options = ['--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...options, join(dir, 'im-bridge-0.1.0.tgz')], { cwd: dir });
}, 180_000);

afterAll(() => rmSync(dir, { recursive: true }));

test('its command says what it can do', async () => {
  const { stdout } = await run(join(dir, 'node_modules/.bin/im-bridge'), ['--help'], { cwd: dir });
  expect(stdout).toMatch(/^im-bridge COMMAND[^]*\n {2}doctor /);
});

test('its services start programs that are there', () => {
  for (const unit of ['im-bridge', 'im-bridge-component']) {
    const text = readFileSync(join(installed, `docs/systemd/${unit}.service`), 'utf8');
    const programs = [...text.matchAll(/ \/opt\/im-bridge\/(dist\/\S+)/g)].map(([, path = '']) => path);
    expect(programs.length).toBeGreaterThan(0);
    for (const path of programs)
      expect({ path, there: existsSync(join(installed, path)) }).toEqual({ path, there: true });
  }
});

story('its bridge serves people, and the dock', used, { alice: 0 }, async ({ alice }, { plan }) => {
  process.env['IM_BUILT'] = join(installed, 'dist');
  const bridge = await startSecondBridge(plan.dir);
  try {
    const tab = await new Tab(bridge.url, alice.id).connect({ token: await alice.token() });
    expect(tab.snapshot.me.id).toBe(alice.id);
    expect((await fetch(`${bridge.url}/im.js`)).status).toBe(200);
  } finally {
    await bridge.stop();
  }
});

story(
  'a deploy runs the release that a link names by then',
  used,
  { alice: 0 },
  async ({ alice }, { plan }) => {
    const [release, link] = [join(dir, 'node_modules/im-bridge-next'), join(dir, 'current')];
    cpSync(installed, release, { recursive: true });
    appendFileSync(join(release, 'dist/bridge/main.js'), "\nprocess.stdout.write('the next release\\n');\n");
    symlinkSync(installed, link);
    process.env['IM_BUILT'] = join(link, 'dist');
    const bridge = await startSecondBridge(plan.dir);
    try {
      const tab = await new Tab(bridge.url, alice.id).connect({ token: await alice.token() });
      rmSync(link);
      symlinkSync(release, link);
      const command = [join(link, 'dist/bridge/cli.js'), 'deploy', '--config', bridge.settings];
      const { stdout } = await run(process.execPath, command);
      expect(stdout).toMatch(/^worker \d+ has taken over from \d+\n$/);
      expect(readFileSync(bridge.logFile, 'utf8').match(/the next release/g)).toHaveLength(1);
      await again(tab); // it is known there
    } finally {
      await bridge.stop();
    }
  },
);

test.each(['NodeNext', 'Bundler'])('its client is known to TypeScript, with %s', async (moduleResolution) => {
  const module = moduleResolution === 'NodeNext' ? 'NodeNext' : 'ESNext';
  const lib = ['ES2022', 'DOM'];
  const compilerOptions = {
    module,
    moduleResolution,
    lib,
    target: 'ES2022',
    strict: true,
    noEmit: true,
    types: [],
  };
  writeFileSync(join(dir, 'own.ts'), OWN_FRONT_END);
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['own.ts'] }));
  const checked = run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', dir]);
  const { stdout } = (await checked.catch((error: unknown) => error)) as { stdout: string };
  expect(stdout.match(/error .*/g)).toEqual([
    "error TS2322: Type 'string' is not assignable to type 'number'.",
  ]);
});
