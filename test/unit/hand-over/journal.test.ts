import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FileJournal } from '../../../bridge/hand-over/journal.ts';
import { journalOwners, readJournal } from '../../../bridge/hand-over/journal-files.ts';
import { BadJournal, HEAD, remainsIn } from '../../../bridge/hand-over/journal-lines.ts';
import { createLog } from '../../../bridge/log.ts';
import type { Live } from '../../../bridge/session/live.ts';
import { snapshotOf } from '../../../bridge/session/tell.ts';
import { anyInput } from '../../support/any-input.ts';
import { OneWorker } from '../../support/one-worker.ts';
import { message, messageOf } from '../../support/session.ts';

const log = createLog('test', { level: 'fatal', pretty: false });
const ID = 7;
let dir = '';
let journal: FileJournal;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'im-'));
  journal = newJournal();
});

afterEach(() => {
  journal.remove();
  rmSync(dir, { recursive: true });
});

const newJournal = (part?: number): FileJournal =>
  new FileJournal({ dir, id: ID, clock: () => 0, log, ...(part !== undefined && { part }) });

/** A worker whose journal this is, with alice in it. */
async function worker(): Promise<OneWorker> {
  const one = new OneWorker(['bob', 'carol', 'dave'], [], journal);
  await one.sessions.connect('alice');
  return one;
}

/** What a successor makes of the journal, as it is now. */
function successor(): Live | undefined {
  const found = remainsIn(readJournal(dir, ID)).get('alice');
  return found === undefined
    ? undefined
    : new OneWorker().sessions.moving.takeOver(found.record, found.since);
}

describe('a journal', () => {
  test('has all that a successor needs to show what was shown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyInput, { maxLength: 40 }), async (inputs) => {
        journal.remove();
        journal = newJournal();
        const one = await worker();
        one.hears(...inputs);
        journal.flush();
        const live = successor();
        expect(live && snapshotOf(live.session).snapshot).toEqual(snapshotOf(one.live.session).snapshot);
        expect([...(live?.session.tabs.keys() ?? [])]).toEqual([...one.live.session.tabs.keys()]);
      }),
      { numRuns: 30 },
    );
  });

  test('has a tab as soon as its id is told, and the link as soon as that is to be kept', async () => {
    const one = await worker();
    const { tab } = await one.sessions.connect('alice');
    expect(successor()?.session.tabs.has(tab)).toBe(true);
    one.hears(message('bob', 1));
    one.session.keep({ stream: { inbound: 7 } });
    const remains = remainsIn(readJournal(dir, ID)).get('alice');
    expect(remains?.record.link).toEqual({ stream: { inbound: 7 } });
    expect(remains?.since).toEqual([message('bob', 1)]);
  });

  test('says who is there, and how they appear', async () => {
    const one = await worker();
    const { live } = one;
    one.rows.row = { ...one.rows.row, presence: { show: 'dnd', status: 'busy' }, version: 9 };
    one.hears({ type: 'state-changed' });
    await new Promise((resolve) => setImmediate(resolve));
    journal.flush();
    expect(successor()?.session.view.me).toMatchObject({ show: 'dnd', status: 'busy' });
    expect(successor()?.session.emptySince).toBeUndefined();
    const [tab] = live.session.tabs.values();
    if (tab !== undefined) one.sessions.dropTab(live, tab);
    journal.flush();
    expect(successor()?.session.emptySince).toBe(0);
  });

  test('does not say who was silent: nobody could call for a time', async () => {
    const one = await worker();
    const [tab] = one.live.session.tabs.values();
    if (tab !== undefined) tab.lastCall = -80_000;
    journal.changed(one.live);
    journal.flush();
    const [later] = successor()?.session.tabs.values() ?? [];
    expect(later?.lastCall).toBe(0);
  });

  test('forgets who has gone', async () => {
    const one = await worker();
    await one.sessions.close(one.live);
    journal.flush();
    expect(successor()).toBeUndefined();
  });

  test('takes more at once than it gathers, also where somebody has changed meanwhile', async () => {
    const one = await worker();
    one.live.session.chosen = { show: 'dnd' };
    one.live.changed();
    const long = { ...messageOf('bob', 1), body: 'a'.repeat(300_000) };
    one.hears({ type: 'message', message: long });
    expect(successor()?.session.chosen).toEqual({ show: 'dnd' });
    expect(successor()?.session.view.conversations[0]?.messages).toEqual([long]);
  });

  test('begins a new part when one is full, with all in it', async () => {
    journal.remove();
    journal = newJournal(2000);
    const one = await worker();
    for (let n = 0; n < 40; n += 1) {
      one.hears(message('bob', n));
      journal.flush();
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    journal.flush();
    const parts = readdirSync(dir);
    expect(parts).toHaveLength(1);
    expect(parts).not.toEqual([`journal-${ID}-0`]);
    expect(snapshotOf(successor()?.session ?? one.live.session)).not.toEqual(snapshotOf(one.live.session));
    expect(successor()?.session.view).toEqual(one.live.session.view);
  });

  test('leaves nothing when the next part can not be begun: what there is would be out of date', async () => {
    journal.remove();
    const next = join(dir, `journal-${ID}-1`);
    mkdirSync(next);
    journal = newJournal(2000);
    const one = await worker();
    for (let n = 0; n < 40; n += 1) one.hears(message('bob', n));
    journal.flush();
    await new Promise((resolve) => setImmediate(resolve));
    rmdirSync(next);
    expect(readdirSync(dir)).toEqual([]);
    one.hears(message('bob', 40));
    journal.flush();
    expect(successor()).toBeUndefined();
  });

  test('is for its owner alone', () => {
    expect(statSync(join(dir, `journal-${ID}-0`)).mode & 0o777).toBe(0o600);
    expect(journalOwners(dir)).toEqual([ID]);
  });

  test('may end in the middle of a line, and nowhere else', async () => {
    const one = await worker();
    one.hears(message('bob', 1));
    journal.flush();
    appendFileSync(join(dir, `journal-${ID}-0`), '["took","alice",{"type":"mess');
    expect(successor()?.session.view).toEqual(one.live.session.view);
    appendFileSync(join(dir, `journal-${ID}-0`), '\n');
    expect(() => successor()).toThrow(BadJournal);
  });

  test('of another version, or of no kind, is not read', () => {
    expect(() => remainsIn([[`${HEAD}0`]])).toThrow(BadJournal);
    expect(() => remainsIn([['garbage']])).toThrow(BadJournal);
    expect(() => remainsIn([[HEAD, '["other","alice"]']])).toThrow(BadJournal);
    expect(remainsIn([[], [HEAD]]).size).toBe(0);
  });
});
