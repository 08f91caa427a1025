/** Whether a part of the chat says that it is ready: its `/ready`, asked by the site for the operator's corner. */

export interface PartState {
  readonly ready: boolean;
  readonly reason: string;
}

/** Milliseconds: the operator's page is not to wait for a part that does not answer. */
const PATIENCE = 1500;

/** Never throws: a part that does not answer is not ready. */
export async function stateOf(url: string): Promise<PartState> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE), redirect: 'error' });
    const { reasons } = (await response.json()) as { reasons?: unknown };
    const told = Array.isArray(reasons) ? reasons.map(String).join('; ') : '';
    return { ready: response.ok, reason: response.ok ? 'ready' : told || 'not ready' };
  } catch {
    return { ready: false, reason: 'no answer' };
  }
}
