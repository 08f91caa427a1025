/** A person's picture, or the first letters of the name; and whether they are there. */
import { useState } from 'preact/hooks';
import type { PeerShow, Show } from '../client/index.ts';
import { useSetting } from './setting.ts';

/** Colours of base.css. */
const TINTS = 8;

interface Props {
  id: string;
  name: string;
  avatar?: string | undefined;
  show?: PeerShow | Show;
}

/** Says nothing to who can't see it: the name stands beside it. */
export function Face({ id, name, avatar, show }: Props) {
  const { avatarUrl } = useSetting();
  const [broken, setBroken] = useState('');
  const source = pictureOf(avatar ?? avatarUrl?.replace('{id}', encodeURIComponent(id)));
  return (
    <span class={`face tint-${tintOf(id)}`} aria-hidden="true">
      {source !== undefined && source !== broken ? (
        <img
          src={source}
          alt=""
          loading="lazy"
          referrerpolicy="no-referrer"
          onError={() => setBroken(source)}
        />
      ) : (
        initialsOf(name)
      )}
      {show !== undefined && <span class={`dot ${show}`} />}
    </span>
  );
}

/** Pictures come from web addresses, and from nowhere else. */
function pictureOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  try {
    const { protocol, href } = new URL(address, document.baseURI);
    return protocol === 'https:' || protocol === 'http:' ? href : undefined;
  } catch {
    return undefined;
  }
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toLocaleUpperCase();
}

function tintOf(id: string): number {
  return Array.from(id).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % TINTS;
}
