/** A button that is a sign alone: its name is for who does not see it. */
import type { TargetedEvent } from 'preact';
import { Icon, type IconName } from './icons.tsx';

interface Props {
  icon: IconName;
  label: string;
  onClick: (event: TargetedEvent<HTMLButtonElement>) => void;
  testId?: string | undefined;
}

export function IconButton({ icon, label, onClick, testId }: Props) {
  return (
    <button class="icon" type="button" data-testid={testId} aria-label={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
