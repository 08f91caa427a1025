/** How the person appears to friends, and how the dock makes itself heard. */
import { useState } from 'preact/hooks';
import type { ClientState, Me, Show } from '../../client/index.ts';
import { Face } from '../face.tsx';
import { notifyState, switchNotify } from '../page/notifications.ts';
import { Popover } from '../popover.tsx';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';
import { isSoundOn, SOUND } from './own-settings.ts';

const SHOWS: readonly Show[] = ['online', 'away', 'dnd', 'invisible'];

export function OwnStatus({ state }: { state: ClientState }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const me = state.snapshot?.me;
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
        <Popover class="me-menu" label={words.me.menu} testId="im-me-menu" close={() => setOpen(false)}>
          <Shows me={me} />
          <StatusText me={me} />
          <Sounding state={state} />
        </Popover>
      )}
    </div>
  );
}

function Shows({ me }: { me: Me }) {
  const words = useWords();
  const { client } = useSetting();
  const appear = (show: Show): void => void client.deeds.setPresence(show, me.status).catch(() => undefined);
  return (
    <fieldset class="shows">
      <legend class="unheard">{words.me.menu}</legend>
      {SHOWS.map((show) => (
        <label key={show} data-testid="im-show" data-show={show}>
          <input type="radio" name="show" checked={me.show === show} onChange={() => appear(show)} />
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

function StatusText({ me }: { me: Me }) {
  const words = useWords();
  const { client } = useSetting();
  const save = (event: Event): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('status') as HTMLInputElement;
    void client.deeds.setPresence(me.show, field.value.trim()).catch(() => undefined);
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

function Sounding({ state }: { state: ClientState }) {
  const words = useWords();
  const { client, sound } = useSetting();
  const [notify, setNotify] = useState(notifyState);
  const setSound = (on: boolean): void => void client.setUi({ [SOUND]: on }).catch(() => undefined);
  return (
    <div class="sounding">
      <Switch
        label={words.me.sound}
        testId="im-sound"
        checked={isSoundOn(state.ui, sound)}
        onChange={setSound}
      />
      {notify !== 'missing' && (
        <Switch
          label={words.me.notifications}
          testId="im-notify"
          checked={notify === 'on'}
          disabled={notify === 'blocked'}
          onChange={(on) => void switchNotify(on).then(setNotify)}
        />
      )}
      {notify === 'blocked' && <small>{words.me.notificationsBlocked}</small>}
    </div>
  );
}

interface SwitchProps {
  label: string;
  testId: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

function Switch({ label, testId, checked, disabled = false, onChange }: SwitchProps) {
  return (
    <label>
      <input
        type="checkbox"
        role="switch"
        data-testid={testId}
        {...{ checked, disabled }}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
  );
}
