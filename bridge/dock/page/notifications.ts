/** Desktop notifications. Whether this browser shows them is for this browser to keep: others have their own. */

const KEY = 'im:notify';

/** `blocked`: the person has told the browser so; `missing`: it has none, or wants a page with TLS. */
export type NotifyState = 'on' | 'off' | 'blocked' | 'missing';

export function notifyState(): NotifyState {
  if (!('Notification' in globalThis)) return 'missing';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && kept() === 'on' ? 'on' : 'off';
}

/** Asks the browser, which asks the person. */
export async function switchNotify(on: boolean): Promise<NotifyState> {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
    if (on && notifyState() === 'off') await Notification.requestPermission();
  } catch {
    // Storage is forbidden, or asking is: the state says so.
  }
  return notifyState();
}

export interface Notice {
  readonly title: string;
  readonly body: string;
  /** The same message is shown once, whoever shows it. */
  readonly tag: string;
  readonly icon?: string;
  readonly onClick: () => void;
}

export function notify({ onClick, title, ...options }: Notice): void {
  if (notifyState() !== 'on') return;
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      notification.close();
      window.focus();
      onClick();
    };
  } catch {
    // Android's browsers want a service worker for it: the badge and the title say the same.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
