/** The signs on buttons. The button says what it does. */

const PATHS = {
  minimise: 'M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  down: 'M12 5v14M6 13l6 6 6-6',
  fold: 'M6 9l6 6 6-6',
  unfold: 'M6 15l6-6 6 6',
  send: 'M4 12l16-8-6 16-3-6z',
  emoji: 'M12 3a9 9 0 100 18 9 9 0 000-18zM8.5 14.5a4.5 4.5 0 007 0M9 9.5v.5M15 9.5v.5',
  chats: 'M4 5h16v11H9l-5 4z',
  search: 'M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l4.5 4.5',
} as const;

export type IconName = keyof typeof PATHS;

/** `back` points to where the line of text begins. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class={`icon-sign sign-${name}`}
      viewBox="0 0 24 24"
      width="20"
      height="20"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
