/** The Express side: the browser's scripts, and what is nothing at all. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { badRequest, CallError } from '../errors.ts';
import type { Log } from '../log.ts';
import { answerError, HEADERS } from './answer.ts';

/** @param scripts the folder with im.js and client.js, as built. */
export function createApp(scripts: string, log: Log): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(
    express.static(scripts, { index: false, redirect: false, dotfiles: 'ignore', setHeaders: scriptHeaders }),
  );
  app.use((_request: Request, response: Response) => {
    response.status(404).set(HEADERS).type('text/plain').send('There is nothing here.\n');
  });
  // Express hands its own faults (a malformed address) here.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const status = (error as { status?: number }).status;
    const isClients = status !== undefined && status < 500;
    if (!isClients) log.event('request-failed', { err: error });
    const refusal = isClients
      ? badRequest('this address can’t be read')
      : new CallError('internal', 'something went wrong here');
    answerError({ response, callback: undefined }, refusal);
  });
  return app;
}

/** Any page of the site may include them, from its own origin; they are checked again after five minutes. */
function scriptHeaders(response: Response): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cache-Control', 'public, max-age=300');
}
