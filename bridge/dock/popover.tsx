/** Something that opens at a button, and goes away with Escape, a click elsewhere, or when its work is done. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isComposing } from './keys.ts';

interface Props {
  /** Its name; without one it is the frame of something that has a name itself. */
  label?: string;
  class: string;
  testId?: string;
  close: () => void;
  children: ComponentChildren;
}

/** Takes the focus when it opens, and gives it back to where it was. */
export function Popover({ label, class: name, testId, close, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = box.current?.getRootNode() as ShadowRoot | undefined;
    const before = root?.activeElement;
    box.current?.querySelector<HTMLElement>('input, button, [tabindex="0"]')?.focus();
    return () => {
      // Only who was inside is brought back: the person may have gone on elsewhere.
      if (root?.activeElement === null || box.current?.contains(root?.activeElement ?? null))
        (before as HTMLElement | null | undefined)?.focus();
    };
  }, []);
  useEffect(() => {
    const onPointer = (event: Event): void => {
      const path = event.composedPath();
      const opener = box.current?.parentElement;
      if (opener !== null && opener !== undefined && !path.includes(opener)) close();
    };
    document.addEventListener('pointerdown', onPointer, true);
    return () => document.removeEventListener('pointerdown', onPointer, true);
  }, [close]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    <div
      ref={box}
      class={`popover ${name}`}
      {...(label !== undefined && { role: 'dialog', 'aria-label': label })}
      data-testid={testId}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  );
}
