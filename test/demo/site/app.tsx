/** The demo site: what a customer's site already is, in a few routes. */
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { readFileSync } from 'node:fs';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Logger } from 'pino';
import { Log } from '../../../bridge/log.ts';
import { Passwords } from '../../../bridge/site/passwords.ts';
import { accountWith } from './accounts.ts';
import { createApi } from './api.ts';
import { chatTokenFor } from './chat-token.ts';
import type { Database } from './database.ts';
import { contentSecurityPolicy, dockUrl } from './dock-tag.ts';
import { HomePage } from './pages/home-page.tsx';
import type { Frame } from './pages/layout.tsx';
import { PeoplePage } from './pages/people-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { SorryPage } from './pages/sorry-page.tsx';
import { addFriend, friendsOf, peopleFor, removeFriend, type SitePerson } from './people.ts';
import { sameOrigin } from './same-origin.ts';
import type { SiteSettings } from './settings.ts';
import { Sorry, sorryFor } from './sorry.ts';
import { endSession, forgetCookie, openSession, personOf } from './web-sessions.ts';

export interface Site {
  readonly settings: Pick<SiteSettings, 'bridgeUrl' | 'token' | 'api'>;
  readonly database: Database;
  readonly log: Logger;
}

export function createSite(site: Site): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
    next();
  });
  addFixedRoutes(app, site);
  const { database, log, settings } = site;
  if (settings.api !== undefined) app.use('/api', createApi({ database, log, secret: settings.api.secret }));
  app.use(sameOrigin, express.urlencoded({ extended: false, limit: '10kb' }));
  addPages(app, site);
  addSignIn(app, site);
  addFriends(app, site);
  app.use(() => {
    throw new Sorry(404, 'There is no such page.');
  });
  app.use(faultHandler(site));
  return app;
}

function addFixedRoutes(app: Express, { database }: Site): void {
  const css = readFileSync(besideSource('./style.css'), 'utf8');
  app.get('/site.css', (_request, response) => {
    response.type('css').send(css);
  });
  app.get('/health', async (_request, response) => {
    await database.rows('SELECT 1');
    response.type('text').send('ok\n');
  });
}

function addPages(app: Express, site: Site): void {
  app.get('/', async (request, response) => {
    const person = await personOf(site.database, request);
    const frame = frameOf(site, request, person);
    if (person === undefined) {
      show(response, frame, <SignInPage {...frame} />);
      return;
    }
    const friends = await friendsOf(site.database, person.id);
    show(response, frame, <HomePage {...frame} person={person} friends={friends} />);
  });
  app.get('/people', async (request, response) => {
    const person = await personOf(site.database, request);
    if (person === undefined) {
      response.redirect(303, '/');
      return;
    }
    const search = field(request.query, 'q').slice(0, 100);
    const people = await peopleFor(site.database, person.id, search);
    const frame = frameOf(site, request, person);
    show(response, frame, <PeoplePage {...frame} people={people} search={search} />);
  });
  app.get('/chat/token', async (request, response) => {
    const person = await personOf(site.database, request);
    if (person === undefined) response.status(401).json({ error: 'nobody is signed in' });
    else response.json(await chatTokenFor(person.id, site.settings.token));
  });
}

function addSignIn(app: Express, site: Site): void {
  const { database, log } = site;
  const passwords = new Passwords(new Log(log));
  app.post('/sign-in', async (request, response) => {
    const user = field(request.body, 'user');
    const id = await accountWith(database, passwords, { user, password: field(request.body, 'password') });
    if (id === undefined) {
      const frame = frameOf(site, request, undefined);
      const problem = 'That name and password do not belong together. Please try again.';
      show(response.status(401), frame, <SignInPage {...frame} problem={problem} user={user} />);
      return;
    }
    await openSession(database, id, response);
    await endSession(database, request); // after that: who signs in once more has not signed out
    log.info({ user: id }, 'signed in');
    response.redirect(303, '/');
  });
  app.post('/sign-out', async (request, response) => {
    await endSession(database, request);
    forgetCookie(response);
    response.redirect(303, '/');
  });
}

function addFriends(app: Express, site: Site): void {
  const change = (path: string, act: typeof addFriend): void => {
    app.post(path, async (request, response) => {
      const person = await personOf(site.database, request);
      if (person === undefined) throw new Sorry(401, 'Please sign in first.');
      await act(site.database, person.id, field(request.body, 'user'));
      response.redirect(303, backFrom(field(request.body, 'back')));
    });
  };
  change('/friends/add', addFriend);
  change('/friends/remove', removeFriend);
}

function frameOf(site: Site, request: Request, person: SitePerson | undefined): Frame {
  return { person, dock: dockUrl(site.settings.bridgeUrl, request.headers.host), path: request.path };
}

function show(response: Response, { dock }: Frame, page: JSX.Element): void {
  response.set('Content-Security-Policy', contentSecurityPolicy(dock));
  response.type('html').send(`<!doctype html>${renderToString(page)}`);
}

function faultHandler(site: Site): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, message } = sorryFor(error);
    if (status >= 500) site.log.error({ err: error, path: request.path }, 'a page could not be made');
    const frame = frameOf(site, request, undefined);
    show(response.status(status), frame, <SorryPage {...frame} message={message} />);
  };
}

/** A text field of a form or a query; empty when it is missing or something else. */
function field(form: unknown, name: string): string {
  const value = (form as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** Only pages of this site. */
function backFrom(path: string): string {
  return path === '/' || path === '/people' || path.startsWith('/people?q=') ? path : '/people';
}

/** A build of TypeScript copies no .css. */
function besideSource(path: string): URL {
  const beside = new URL(path, import.meta.url);
  return new URL(beside.href.replace('/dist/test/', '/test/'));
}
