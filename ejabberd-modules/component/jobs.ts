/** Changes of the outbox -> what is to be done: of many rows about the same people, one job. */
import { CHANGE_KINDS, type Change, type ChangeKind } from '../../bridge/site/changes.ts';
import { isUserId } from '../../bridge/user-id.ts';

/** A row is a hint: a job asks the site what is so now. `lost` says what to fear when it does not answer. */
export type Job = {
  readonly key: string;
  /** The rows that it does. */
  readonly ids: readonly string[];
} & (
  | { readonly about: 'friends'; readonly user: string; readonly friend: string; readonly lost: boolean }
  | { readonly about: 'user'; readonly user: string; readonly lost: boolean }
  | { readonly about: 'sign-out'; readonly user: string }
);

export interface Sorted {
  readonly jobs: readonly Job[];
  /** Rows that nothing can be done about: of unknown kinds, and of ids that can't be addresses. */
  readonly useless: readonly Change[];
}

/** The jobs of some rows, in the order of their first rows. */
export function jobsOf(changes: readonly Change[]): Sorted {
  const jobs = new Map<string, Job>();
  const useless: Change[] = [];
  for (const change of changes) {
    const job = jobOf(change);
    if (job === undefined) useless.push(change);
    else jobs.set(job.key, joined(jobs.get(job.key), job));
  }
  return { jobs: [...jobs.values()], useless };
}

function jobOf({ id, kind, user, friend = '' }: Change): Job | undefined {
  if (!isKind(kind) || !isUserId(user)) return undefined;
  const ids = [id];
  switch (kind) {
    case 'friend-added':
    case 'friend-changed':
    case 'friend-removed': {
      if (!isUserId(friend) || friend === user) return undefined;
      // In one order, as the two sides of a friendship are often two rows. A line break is in no id.
      const key = ['friends', ...[user, friend].sort()].join('\n');
      return { key, ids, about: 'friends', user, friend, lost: kind === 'friend-removed' };
    }
    case 'user-changed':
    case 'user-removed':
      return { key: `user\n${user}`, ids, about: 'user', user, lost: kind === 'user-removed' };
    case 'user-signed-out':
      return { key: `sign-out\n${user}`, ids, about: 'sign-out', user };
  }
}

/** What one of the rows fears is to be feared. */
function joined(earlier: Job | undefined, job: Job): Job {
  if (earlier === undefined) return job;
  const ids = [...earlier.ids, ...job.ids];
  if (!('lost' in job && 'lost' in earlier)) return { ...job, ids };
  return { ...job, ids, lost: earlier.lost || job.lost };
}

function isKind(kind: string): kind is ChangeKind {
  return (CHANGE_KINDS as readonly string[]).includes(kind);
}
