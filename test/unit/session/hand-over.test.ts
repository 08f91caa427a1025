import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cursorOf, positionOf, since } from '../../../bridge/session/event-log.ts';
import { dumpSession, loadSession, type SessionRecord } from '../../../bridge/session/hand-over.ts';
import type { Session } from '../../../bridge/session/session.ts';
import { snapshotOf } from '../../../bridge/session/tell.ts';
import { anyInput } from '../../support/any-input.ts';
import { addTab, hear, item, limits, message, presence, watchedSession } from '../../support/session.ts';

/** The session as another process has it, whose clock shows another time. */
function handedOver(session: Session, now = 0, change: Partial<SessionRecord> = {}): Session {
  const record = JSON.parse(JSON.stringify(dumpSession(session, 0))) as SessionRecord;
  return loadSession({ ...record, ...change }, { epoch: 'new', limits, now });
}

function withoutLog(session: Session): Session {
  const { log: _, ...record } = JSON.parse(JSON.stringify(dumpSession(session, 0))) as SessionRecord;
  return loadSession(record, { epoch: 'new', limits, now: 0 });
}

describe('a session that is handed over', () => {
  test('tells what it would have told', () => {
    const inputs = fc.array(anyInput, { maxLength: 60 });
    fc.assert(
      fc.property(inputs, inputs, (before, after) => {
        const session = watchedSession();
        for (const one of before) hear(session, one);
        const successor = handedOver(session);
        for (const one of after) expect(hear(successor, one)).toEqual(hear(session, one));
        expect(snapshotOf(successor)).toEqual(snapshotOf(session));
        expect(since(successor.log, 0)).toEqual(since(session.log, 0));
        expect(dumpSession(successor, 0)).toEqual(dumpSession(session, 0));
      }),
    );
  });

  test('has the tabs with their cursors, and the times since their last words', () => {
    const session = watchedSession();
    const tab = addTab(session, 'tab', { lastCall: -7000, active: false, activeAt: -9000 });
    hear(session, message('bob', 1));
    const successor = handedOver(session, 5_000_000);
    expect(successor.tabs.get('tab')).toEqual({
      ...tab,
      lastCall: 5_000_000 - 7000,
      activeAt: 5_000_000 - 9000,
    });
    expect(positionOf(successor.log, cursorOf(session.log, 0))).toBe(0);
  });

  test('has a new life where the log is not in the record: cursors are gone, tabs are known', () => {
    const session = watchedSession();
    addTab(session, 'tab');
    hear(session, message('bob', 1));
    const successor = withoutLog(session);
    expect(positionOf(successor.log, cursorOf(session.log))).toBeUndefined();
    expect([...successor.tabs.keys()]).toEqual(['tab']);
    expect(snapshotOf(successor).snapshot).toEqual(snapshotOf(session).snapshot);
  });

  test('is not understood when another version wrote it', () => {
    expect(() => handedOver(watchedSession(), 0, { version: 0 })).toThrow('another version');
  });

  /** A change here is a change of the record: raise SESSION_VERSION where an older or newer worker would misread it. */
  test('is written so by version 1', () => {
    const session = watchedSession();
    addTab(session, 'tab');
    hear(session, item('bob'));
    hear(session, presence('bob', 'desk', 'online'));
    hear(session, message('bob', 1));
    const record = dumpSession(session, 0);
    expect(Object.keys(record).sort()).toEqual(
      'calls caughtUp chosen earlyReceipts emptyFor idle inactiveFor log newest own resources rings sends stateVersion tabs told unsavedFor user version view watched writing'.split(
        ' ',
      ),
    );
    expect(Object.keys(record.tabs[0] ?? {}).sort()).toEqual(
      'absent active activeFor id seen silent'.split(' '),
    );
    expect(record.version).toBe(1);
  });
});
