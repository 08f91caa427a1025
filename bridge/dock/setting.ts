/** What every part of the dock stands in: the client, and how the page wants the dock to be. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../client/index.ts';

export interface Setting {
  readonly client: Client;
  /** Where a person's picture is, if the page has told; with `{id}` for the site's id. */
  readonly avatarUrl: string | undefined;
  /** Does the dock sound unless the person has said otherwise? */
  readonly sound: boolean;
}

export const SettingContext = createContext<Setting | undefined>(undefined);

export function useSetting(): Setting {
  const setting = useContext(SettingContext);
  if (setting === undefined) throw new Error('this part of the dock stands outside of it');
  return setting;
}
