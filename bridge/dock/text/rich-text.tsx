/** A message's body with links that can be followed. It goes into an element with `dir="auto"`, which isolates it. */
import { useMemo } from 'preact/hooks';
import { partsOf, type Part } from './parts.ts';

export function RichText({ body }: { body: string }) {
  const parts = useMemo(() => partsOf(body), [body]);
  return <>{parts.map((part) => (part.type === 'text' ? part.text : <Link {...part} />))}</>;
}

/** `dir` isolates: no control character before a link turns it round. What IDNA makes of its name is in the tooltip. */
function Link({ text, href }: Part & { type: 'link' }) {
  return (
    <a
      class="link"
      dir="ltr"
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      title={href.includes('xn--') ? href : undefined}
    >
      {text}
    </a>
  );
}
