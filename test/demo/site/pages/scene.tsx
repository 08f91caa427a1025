/** The site's pictures: drawn here, as no picture comes from outside. */
import type { JSX } from 'preact';
import { Books } from './scenes/books.tsx';
import { Cat } from './scenes/cat.tsx';
import { Hills } from './scenes/hills.tsx';
import { Party } from './scenes/party.tsx';
import { Street } from './scenes/street.tsx';
import { Tomatoes } from './scenes/tomatoes.tsx';

/** `text`: what is to be seen, for those who don't; empty where the picture only decorates. */
const SCENES = {
  books: { text: 'A lending shelf full of books under a linden tree', Picture: Books },
  cat: { text: 'A grey cat with one white sock in front of a blue door', Picture: Cat },
  hills: { text: '', Picture: Hills },
  party: { text: 'Lanterns and bunting above a long table at dusk', Picture: Party },
  street: { text: '', Picture: Street },
  tomatoes: { text: 'A wooden crate full of red and striped tomatoes', Picture: Tomatoes },
} satisfies Record<string, { text: string; Picture: () => JSX.Element }>;

export type SceneName = keyof typeof SCENES;

export function Scene({ name }: { name: SceneName }) {
  const { text, Picture } = SCENES[name];
  const words = text === '' ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': text };
  return (
    <svg class={`scene ${name}`} viewBox="0 0 600 240" preserveAspectRatio="xMidYMid slice" {...words}>
      <Picture />
    </svg>
  );
}
