/** How the dock makes itself heard. */
import type { TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { ClientState } from '../../client/index.ts';
import { notifyState, switchNotify } from '../page/notifications.ts';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';
import { isSoundOn, SOUND } from './own-settings.ts';

export function Sounding({ state }: { state: ClientState }) {
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

/** On when it is so, and not when somebody has clicked: the browser may not let it be. */
function Switch({ label, testId, checked, disabled = false, onChange }: SwitchProps) {
  const onSwitch = ({ currentTarget }: TargetedEvent<HTMLInputElement>): void => {
    const { checked: wanted } = currentTarget;
    currentTarget.checked = checked;
    onChange(wanted);
  };
  return (
    <label>
      <input
        type="checkbox"
        role="switch"
        data-testid={testId}
        {...{ checked, disabled }}
        onChange={onSwitch}
      />
      {label}
    </label>
  );
}
