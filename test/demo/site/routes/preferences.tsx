/** How the person of this browser wants the site and its chat. */
import type { Express } from 'express';
import { field } from '../forms.ts';
import { addMemberPage } from '../frame.ts';
import { SettingsPage } from '../pages/settings-page.tsx';
import { keepPreferences, preferencesFrom } from '../preferences.ts';
import type { Site } from '../site.ts';
import { Sorry } from '../sorry.ts';
import { personOf } from '../web-sessions.ts';

const FIELDS = ['lang', 'theme', 'sound'];

export function addPreferences(app: Express, site: Site): void {
  addMemberPage(app, site, {
    path: '/settings',
    make: (frame, { query }) => <SettingsPage {...frame} saved={field(query, 'saved') === 'yes'} />,
  });
  app.post('/settings', async (request, response) => {
    if ((await personOf(site.database, request)) === undefined) throw new Sorry(401, 'Please sign in first.');
    const chosen = FIELDS.map((name) => [name, field(request.body, name)]);
    keepPreferences(response, preferencesFrom(new URLSearchParams(chosen)));
    response.redirect(303, '/settings?saved=yes');
  });
}
