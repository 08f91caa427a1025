/** The endpoint that the dock asks for a token: `data-token-url` of its tag. */
import type { Express } from 'express';
import { chatTokenFor } from '../chat-token.ts';
import type { Site } from '../site.ts';
import { personOf } from '../web-sessions.ts';

export function addChatToken(app: Express, { database, settings }: Site): void {
  app.get('/chat/token', async (request, response) => {
    const person = await personOf(database, request);
    if (person === undefined) response.status(401).json({ error: 'nobody is signed in' });
    else response.json(await chatTokenFor(person.id, settings.token));
  });
}
