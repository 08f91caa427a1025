/** How a page is made and sent: what is around it, and what its browser may load. */
import type { Express, Request, Response } from 'express';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { contentSecurityPolicy, dockUrl } from './dock-tag.ts';
import type { Frame, MemberFrame } from './pages/layout.tsx';
import type { SitePerson } from './people.ts';
import { preferencesOf } from './preferences.ts';
import type { Site } from './site.ts';
import { personOf } from './web-sessions.ts';

export function frameOf(site: Site, request: Request, person: SitePerson | undefined): Frame {
  return {
    person,
    dock: dockUrl(site.settings.bridgeUrl, request.headers.host),
    path: request.path,
    preferences: preferencesOf(request),
    isOperator: person !== undefined && person.id === site.settings.operator?.user,
    hasScript: false,
  };
}

export function show(response: Response, { dock, hasScript }: Frame, page: JSX.Element): void {
  response.set('Content-Security-Policy', contentSecurityPolicy(dock, hasScript));
  response.type('html').send(`<!doctype html>${renderToString(page)}`);
}

interface MemberPage {
  readonly path: string;
  /** Whether the page has the site's own script. */
  readonly hasScript?: boolean;
  /** @throws Sorry when there is nothing to show to this person. */
  readonly make: (frame: MemberFrame, request: Request) => JSX.Element | Promise<JSX.Element>;
}

/** A page for those who are signed in: others are led to the front door. */
export function addMemberPage(app: Express, site: Site, { path, hasScript = false, make }: MemberPage): void {
  app.get(path, async (request, response) => {
    const person = await personOf(site.database, request);
    if (person === undefined) {
      response.redirect(303, '/');
      return;
    }
    const frame: MemberFrame = { ...frameOf(site, request, person), person, hasScript };
    show(response, frame, await make(frame, request));
  });
}
