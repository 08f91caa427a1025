/**
 * What traces cost those who are not traced: a call over HTTP, by the code of this build with nobody traced, with
 * somebody else, and with its own user; in turns, and also by another build, whose `dist` folder IM_BENCH_AGAINST names,
 * as one from before there were traces. And the hook alone, beside a function that does nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import * as ownHandle from '../../../bridge/web/handle.ts';
import * as ownServer from '../../../bridge/web/server.ts';
import { Log } from '../../../bridge/log.ts';
import { addTrace } from '../../../bridge/trace/asking.ts';
import type { TraceFolder } from '../../../bridge/trace/orders.ts';
import { Tracer } from '../../../bridge/trace/tracer.ts';
import { conditions, say, spread, table } from '../numbers.ts';

const ROUNDS = 41;
/** Calls of a round, and how many of them at once. */
const CALLS = 2000;
const AT_ONCE = 20;
/** Hooks of a round. */
const HOOKS = 5_000_000;
const SILENT = { write: () => undefined };

interface Build {
  readonly handle: typeof ownHandle.handle;
  readonly createWebServer: typeof ownServer.createWebServer;
}

/** Who may be traced while alice calls. */
type Traced = 'nobody' | 'another' | 'alice';

const AGAINST = process.env['IM_BENCH_AGAINST'];
const above = mkdtempSync(join(tmpdir(), 'im-bench-trace-'));
try {
  say(conditions('before'));
  hooks();
  await calls();
  say(conditions('after'));
} finally {
  rmSync(above, { recursive: true });
}

/** A log as a worker has it, with traces in a folder of its own. */
function logWith(traced: Traced): { log: Log; tracer: Tracer } {
  const folder: TraceFolder = { dir: join(above, traced), users: 20, size: 1e9 };
  const user = { nobody: undefined, another: 'bob', alice: 'alice' }[traced];
  if (user !== undefined) addTrace(folder, { user, seconds: 3600, bodies: false });
  const tracer = new Tracer('bench', folder);
  tracer.start({ notWritten: () => undefined, unreadable: () => undefined });
  return { log: new Log(pino(SILENT), tracer), tracer };
}

/** Nanoseconds of `log.traceOf`, and of a function that does nothing. */
function hooks(): void {
  const nothing = (user: string): string | undefined => (user === '' ? user : undefined);
  const rows = (['nobody', 'another'] as const).map((traced) => {
    const { log, tracer } = logWith(traced);
    const hook = (user: string): unknown => log.traceOf(user);
    const rounds = Array.from({ length: ROUNDS }, () => [nanoseconds(hook), nanoseconds(nothing)] as const);
    tracer.stop();
    return [
      `${traced} is traced`,
      ...[0, 1].map((index) =>
        spread(
          rounds.map((one) => one[index] ?? NaN),
          1,
        ),
      ),
    ];
  });
  say(`\nThe hook alone: nanoseconds, median of ${ROUNDS} rounds of ${HOOKS} (quartiles)\n`);
  say(table(['', 'hook', 'a function that does nothing'], rows));
}

function nanoseconds(what: (user: string) => unknown): number {
  const users = ['alice', 'carol'];
  let found = 0;
  const began = process.hrtime.bigint();
  for (let n = 0; n < HOOKS; n += 1) if (what(users[n & 1] ?? '') !== undefined) found += 1;
  if (found > 0) throw new Error('nobody of these is traced');
  return Number(process.hrtime.bigint() - began) / HOOKS;
}

async function calls(): Promise<void> {
  const before = AGAINST === undefined ? undefined : await buildIn(AGAINST);
  const own = { handle: ownHandle.handle, createWebServer: ownServer.createWebServer };
  const variants: [string, Build, Traced][] = [
    ...(before === undefined
      ? []
      : [['the other build', before, 'nobody'] satisfies [string, Build, Traced]]),
    ['nobody is traced', own, 'nobody'],
    ['somebody else is traced', own, 'another'],
    ['the user is traced', own, 'alice'],
  ];
  const servers = await Promise.all(variants.map(([, build, traced]) => serve(build, traced)));
  const rounds = servers.map((): number[] => []);
  for (let round = -3; round < ROUNDS; round += 1)
    for (const index of inTurns(servers.length, round)) {
      const took = await microseconds(servers[index]?.server);
      if (round >= 0) rounds[index]?.push(took);
    }
  for (const { server, tracer } of servers) {
    server.close();
    tracer.stop();
  }
  report(
    variants.map(([name]) => name),
    rounds,
  );
}

async function buildIn(dist: string): Promise<Build> {
  const at = (name: string): string => resolve(dist, 'bridge/web', name);
  const { handle } = (await import(at('handle.js'))) as Pick<Build, 'handle'>;
  const { createWebServer } = (await import(at('server.js'))) as Pick<Build, 'createWebServer'>;
  return { handle, createWebServer };
}

/** Each of them is first as often as the others. */
function inTurns(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, index) => (index + round + count * 3) % count);
}

async function serve(build: Build, traced: Traced): Promise<{ server: Server; tracer: Tracer }> {
  const { log, tracer } = logWith(traced);
  const limits = { body: 65_536, url: 8192 };
  const options = { origins: new Set<string>(), limits, log };
  const server = build.createWebServer(
    express(),
    (name, request, response) =>
      build.handle(name, request, response, options, async () => Promise.resolve({})),
    limits,
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, tracer };
}

/** Of processor time of this process, which is both ends, for one call. */
async function microseconds(server: Server | undefined): Promise<number> {
  const { port } = server?.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const before = process.cpuUsage();
  const line = async (): Promise<void> => {
    for (let n = 0; n < CALLS / AT_ONCE; n += 1) await ask(port, agent);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  const { user, system } = process.cpuUsage(before);
  agent.destroy();
  return (user + system) / CALLS;
}

function ask(port: number, agent: Agent): Promise<void> {
  const path = '/v1/active?u=alice&tab=none&active=true';
  return new Promise((answered, failed) => {
    get({ host: '127.0.0.1', port, agent, path }, (response) => {
      response.resume().once('end', answered);
    }).once('error', failed);
  });
}

function report(names: readonly string[], rounds: readonly (readonly number[])[]): void {
  const [first = []] = rounds;
  const rows = rounds.map((own, index) => [
    names[index] ?? '',
    spread(own, 1),
    spread(
      own.map((value, round) => value / (first[round] ?? NaN)),
      3,
    ),
  ]);
  say(`\nA call over HTTP: ${ROUNDS} rounds of ${CALLS} calls in turns; median (quartiles)\n`);
  say(
    table(
      ['', 'microseconds of processor time, both ends', 'ratio to the first, of neighbouring rounds'],
      rows,
    ),
  );
}
