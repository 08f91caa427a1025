/** Coming in with the site's password, and going. */
import type { Express } from 'express';
import { Log } from '../../../../bridge/log.ts';
import { Passwords } from '../../../../bridge/site/passwords.ts';
import { accountWith } from '../accounts.ts';
import { field } from '../forms.ts';
import { frameOf, show } from '../frame.ts';
import { SignInPage } from '../pages/sign-in-page.tsx';
import type { Site } from '../site.ts';
import { endSession, forgetCookie, openSession } from '../web-sessions.ts';

const PROBLEM = 'That name and password do not belong together. Please try again.';

export function addSignIn(app: Express, site: Site): void {
  const { database, log } = site;
  const passwords = new Passwords(new Log(log));
  app.post('/sign-in', async (request, response) => {
    const user = field(request.body, 'user');
    const id = await accountWith(database, passwords, { user, password: field(request.body, 'password') });
    if (id === undefined) {
      const frame = frameOf(site, request, undefined);
      show(response.status(401), frame, <SignInPage {...frame} problem={PROBLEM} user={user} />);
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
