/** Becoming friends, and parting. */
import type { Express } from 'express';
import { backFrom, field } from '../forms.ts';
import { addFriend, removeFriend } from '../people.ts';
import type { Site } from '../site.ts';
import { Sorry } from '../sorry.ts';
import { personOf } from '../web-sessions.ts';

export function addFriends(app: Express, { database }: Site): void {
  const change = (path: string, act: typeof addFriend): void => {
    app.post(path, async (request, response) => {
      const person = await personOf(database, request);
      if (person === undefined) throw new Sorry(401, 'Please sign in first.');
      await act(database, person.id, field(request.body, 'user'));
      response.redirect(303, backFrom(field(request.body, 'back')));
    });
  };
  change('/friends/add', addFriend);
  change('/friends/remove', removeFriend);
}
