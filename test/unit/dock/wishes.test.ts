import { expect, test } from '@jest/globals';
import { Wishes } from '../../../bridge/dock/wishes.ts';

test('a wish from before anybody hears waits, the last one; later ones are heard at once', () => {
  const wishes = new Wishes();
  const heard: string[] = [];
  for (const user of ['bob', 'carol']) wishes.tell(user);
  const end = wishes.hear((user) => heard.push(user));
  wishes.tell('dave');
  end();
  wishes.tell('erin');
  expect(heard).toEqual(['carol', 'dave']);
  wishes.hear((user) => heard.push(user));
  expect(heard).toEqual(['carol', 'dave', 'erin']);
});
