/** When a page can't be made: one sentence, within the site's frame. */
import type { ErrorRequestHandler, Request } from 'express';
import { frameOf, show } from '../frame.ts';
import { SorryPage } from '../pages/sorry-page.tsx';
import type { SitePerson } from '../people.ts';
import type { Site } from '../site.ts';
import { sorryFor } from '../sorry.ts';
import { personOf } from '../web-sessions.ts';

export function faultHandler(site: Site): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, message } = sorryFor(error);
    if (status >= 500) site.log.error({ err: error, path: request.path }, 'a page could not be made');
    const frame = frameOf(site, request, status >= 500 ? undefined : await personIfKnown(site, request));
    show(response.status(status), frame, <SorryPage {...frame} status={status} message={message} />);
  };
}

/** The database may be what failed: the page is shown without a name then. */
async function personIfKnown({ database }: Site, request: Request): Promise<SitePerson | undefined> {
  try {
    return await personOf(database, request);
  } catch {
    return undefined;
  }
}
