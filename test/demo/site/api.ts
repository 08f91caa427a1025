/** The demo site's JSON API for the bridge, as docs/directory.md asks of a site. */
import express, { Router, type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import { Log } from '../../../bridge/log.ts';
import { Passwords } from '../../../bridge/site/passwords.ts';
import { ApiPeople } from './api-people.ts';
import type { Database } from './database.ts';
import { sorryFor } from './sorry.ts';

export interface ApiOptions {
  readonly database: Database;
  readonly log: Logger;
  readonly secret: string;
}

export function createApi({ database, log, secret }: ApiOptions): Router {
  const api = Router();
  api.use(withSecret(secret), express.json({ limit: '64kb' }));
  const people = new ApiPeople(database, new Passwords(new Log(log)));
  addUsers(api, people);
  addChanges(api, people);
  api.use(faultHandler(log));
  return api;
}

function addUsers(api: Router, people: ApiPeople): void {
  api.get('/users/:id', async ({ params }, response) => {
    sendFound(response, await people.user(params.id));
  });
  api.get('/users/:id/friends', async ({ params }, response) => {
    const user = await people.user(params.id);
    sendFound(response, user && { friends: await people.friends(params.id) });
  });
  api.get('/users/:id/friends/:other', async ({ params }, response) => {
    response.json({ friends: await people.areFriends(params.id, params.other) });
  });
  // A site that rolls the chat out would look at the person here.
  api.get('/users/:id/chat', async ({ params }, response) => {
    response.json({ chat: (await people.user(params.id)) !== undefined });
  });
  api.post('/users/:id/password', async ({ params, body }, response) => {
    const password = (body as { password?: unknown } | undefined)?.password;
    if (typeof password === 'string') response.json({ ok: await people.hasPassword(params.id, password) });
    else response.status(400).json({ error: 'password has to be text' });
  });
}

function addChanges(api: Router, people: ApiPeople): void {
  api.get('/changes', async (_request, response) => {
    response.json({ changes: await people.changes() });
  });
  api.post('/changes/done', async ({ body }, response) => {
    const ids: unknown = (body as { ids?: unknown } | undefined)?.ids;
    if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) {
      await people.changesDone(ids);
      response.json({});
    } else response.status(400).json({ error: 'ids has to be a list of texts' });
  });
}

function sendFound(response: Response, found: object | undefined): void {
  if (found === undefined) nothing(response);
  else response.json(found);
}

function nothing(response: Response): void {
  response.status(404).json({ error: 'there is no such thing' });
}

/** Hashes are of one length, and are compared in one time. */
function withSecret(secret: string): RequestHandler {
  const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = hashOf(`Bearer ${secret}`);
  return (request, response, next) => {
    if (timingSafeEqual(hashOf(request.headers.authorization ?? ''), expected)) next();
    else response.status(401).json({ error: 'the secret is missing or wrong' });
  };
}

function faultHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status } = sorryFor(error);
    if (status >= 500) log.error({ err: error, path: request.path }, 'the API could not answer');
    response.status(status).json({ error: 'that could not be answered' });
  };
}
