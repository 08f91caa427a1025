/** A person without a picture: the first sign of their name on a colour that is always the same. */
import type { SitePerson } from '../people.ts';

/** Colours of style.css. */
const TINTS = 6;

interface Props {
  readonly person: SitePerson;
  readonly size?: 'small' | 'large';
}

/** The name stands beside it always. */
export function Face({ person: { id, name }, size }: Props) {
  return (
    <span class={`face tint-${tintOf(id)} ${size ?? ''}`.trim()} aria-hidden="true">
      {Array.from(name)[0]?.toUpperCase()}
    </span>
  );
}

export function tintOf(id: string): number {
  return Array.from(id).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % TINTS;
}
