/** The Express side: every call but `poll`, and the browser's scripts. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { badRequest, CallError } from '../errors.ts';
import { answerError, HEADERS } from './answer.ts';
import type { Arrivals } from './arrivals.ts';
import { calls, type CallContext } from './calls/index.ts';
import { handle, type HandleOptions } from './handle.ts';

/** @param scripts the folder with im.js and client.js, as built. */
export function createApp(
  context: CallContext,
  arrivals: Arrivals,
  options: HandleOptions,
  scripts: string,
): Express {
  const app = express();
  // One spelling of each address: a proxy's rules about it are for all of them.
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.disable('x-powered-by');
  app.disable('etag');
  app.all('/v1/:call', async (request: Request, response: Response) => {
    const name = String(request.params['call']);
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    await handle(call === undefined ? 'unknown' : name, request, response, options, (parameters) => {
      if (call === undefined) throw badRequest('there is no such call');
      if (name === 'connect') arrivals.take(request);
      return call(context, parameters);
    });
  });
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
    if (!isClients) options.log.error({ err: error }, 'request failed');
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
