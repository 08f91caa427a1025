/**
 * What fills a phone's screen. While it is there the page behind it can't be reached, by no key and no screen reader
 * (HTML, `showModal`); Escape, and the way back of Android, put it away.
 */
import type { ComponentChildren } from 'preact';

interface Props {
  label: string;
  /** One step back. */
  back: () => void;
  /** The browser has closed it, as it may without asking. */
  away: () => void;
  children: ComponentChildren;
}

export function Modal({ label, back, away, children }: Props) {
  const onCancel = (event: Event): void => {
    event.preventDefault();
    back();
  };
  return (
    <dialog class="screen" ref={show} aria-label={label} onCancel={onCancel} onClose={away}>
      {children}
    </dialog>
  );
}

/** Before its children take the focus. Safari before 15.4 has it cover the page, and no more. */
function show(dialog: HTMLDialogElement | null): void {
  if (dialog === null || dialog.open) return;
  if ('showModal' in dialog) dialog.showModal();
  else (dialog as HTMLElement).setAttribute('open', '');
}
