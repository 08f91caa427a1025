/** Open windows follow the person from page to page of this tab. */
import type { ChatWindow, Windows } from './windows.ts';

const KEY = 'im:windows';

export function keepWindows(user: string, windows: Windows): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ user, windows }));
  } catch {
    // Storage is full or forbidden: windows close with the page, and nothing else is lost.
  }
}

export function keptWindows(user: string): Windows {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Record<string, unknown> | null;
    if (kept?.['user'] !== user || !Array.isArray(kept['windows'])) return [];
    return kept['windows'].filter(isWindow);
  } catch {
    return [];
  }
}

function isWindow(value: unknown): value is ChatWindow {
  const one = value as Partial<Record<keyof ChatWindow, unknown>> | null;
  return (
    typeof one?.user === 'string' && typeof one.minimised === 'boolean' && typeof one.unseen === 'number'
  );
}
