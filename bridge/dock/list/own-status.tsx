/** How the person appears to friends; and in the same menu, how the dock makes itself heard. */
import { useEffect, useState } from 'preact/hooks';
import type { ClientState, Me, Show } from '../../client/index.ts';
import { Face } from '../face.tsx';
import { Popover } from '../popover.tsx';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';
import { Sounding } from './sounding.tsx';

const SHOWS: readonly Show[] = ['online', 'away', 'dnd', 'invisible'];

export function OwnStatus({ state }: { state: ClientState }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [me, appear] = useAppearance(state.snapshot?.me);
  const close = (): void => setOpen(false);
  if (me === undefined) return null;
  return (
    <div class="own-status">
      <button
        class="icon"
        type="button"
        data-testid="im-me"
        data-show={me.show}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`${words.me.menu}: ${words.me.shows[me.show]}`}
        title={words.me.menu}
        onClick={() => setOpen(!open)}
      >
        <Face {...me} />
      </button>
      {open && (
        <Popover class="me-menu" label={words.me.menu} testId="im-me-menu" close={close}>
          <Shows me={me} appear={appear} />
          <StatusText me={me} appear={appear} close={close} />
          <Sounding state={state} />
        </Popover>
      )}
    </div>
  );
}

type Appearance = Pick<Me, 'show' | 'status'>;

interface AppearanceProps {
  me: Me;
  appear: (change: Partial<Appearance>) => void;
}

/**
 * The person as they have chosen to appear, from the click on: a choice may wait for a bridge that is away, and the
 * next one must not be made of what was before it.
 */
function useAppearance(me: Me | undefined): [Me | undefined, AppearanceProps['appear']] {
  const { client } = useSetting();
  const [wish, setWish] = useState<Appearance | undefined>(undefined);
  const chosen = me && { ...me, ...wish };
  useEffect(() => setWish(undefined), [me?.show, me?.status]);
  const appear = (change: Partial<Appearance>): void => {
    if (chosen === undefined) return;
    const { show, status } = { ...chosen, ...change };
    const next: Appearance = { show, ...(status !== undefined && { status }) };
    setWish(next);
    const refused = (): void => setWish((now) => (now === next ? undefined : now));
    client.deeds.setPresence(show, status).catch(refused);
  };
  return [chosen, appear];
}

function Shows({ me, appear }: AppearanceProps) {
  const words = useWords();
  return (
    <fieldset class="shows">
      <legend class="unheard">{words.me.menu}</legend>
      {SHOWS.map((show) => (
        <label key={show} data-testid="im-show" data-show={show}>
          <input type="radio" name="show" checked={me.show === show} onChange={() => appear({ show })} />
          <span class={`dot ${show}`} aria-hidden="true" />
          <span>
            {words.me.shows[show]}
            {show === 'invisible' && <small>{words.me.invisibleHint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** As long as the bridge takes. */
const LONGEST_STATUS = 200;

function StatusText({ me, appear, close }: AppearanceProps & { close: () => void }) {
  const words = useWords();
  const save = (event: Event): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('status') as HTMLInputElement;
    appear({ status: field.value.trim() });
    close();
  };
  return (
    <form class="status-text" onSubmit={save}>
      <input
        name="status"
        data-testid="im-status-text"
        aria-label={words.me.statusText}
        placeholder={words.me.statusPlaceholder}
        defaultValue={me.status ?? ''}
        maxLength={LONGEST_STATUS}
        dir="auto"
        autocomplete="off"
      />
      <button type="submit">{words.me.save}</button>
    </form>
  );
}
