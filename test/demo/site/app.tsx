/** The demo site: what a customer's site already is, and the order in which a request meets its parts. */
import express, { type Express } from 'express';
import { createApi } from './api.ts';
import { addChatToken } from './routes/chat-token.ts';
import { addFiles } from './routes/files.ts';
import { addFriends } from './routes/friends.ts';
import { addGroups } from './routes/groups.tsx';
import { addHome } from './routes/home.tsx';
import { addOperator } from './routes/operator.tsx';
import { addPeople } from './routes/people.tsx';
import { addProfiles } from './routes/profiles.tsx';
import { addPreferences } from './routes/preferences.tsx';
import { addSignIn } from './routes/sign-in.tsx';
import { faultHandler } from './routes/faults.tsx';
import { sameOrigin } from './same-origin.ts';
import type { Site } from './site.ts';
import { Sorry } from './sorry.ts';

export function createSite(site: Site): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
    next();
  });
  addFiles(app, site);
  const { database, log, settings } = site;
  if (settings.api !== undefined) app.use('/api', createApi({ database, log, secret: settings.api.secret }));
  app.use(sameOrigin, express.urlencoded({ extended: false, limit: '10kb' }));
  addPages(app, site);
  app.use(() => {
    throw new Sorry(404, 'There is no such page.');
  });
  app.use(faultHandler(site));
  return app;
}

function addPages(app: Express, site: Site): void {
  addHome(app, site);
  addPeople(app, site);
  addProfiles(app, site);
  addGroups(app, site);
  addPreferences(app, site);
  addOperator(app, site);
  addChatToken(app, site);
  addSignIn(app, site);
  addFriends(app, site);
}
