/** What the operator's tools ask, on a port of its own: metrics and health. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { registry, scrape } from '../metrics.ts';

/** Is it ready to serve, and if not, why. */
export type Readiness = () => { readonly ready: boolean; readonly reasons: readonly string[] };

export function createAdminServer(readiness: Readiness): Server {
  return createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/live') say(response, 200, { live: true });
    else if (path === '/ready') sayReady(response, readiness);
    else if (path === '/metrics') void sayMetrics(response);
    else say(response, 404, { paths: ['/live', '/ready', '/metrics'] });
  });
}

function sayReady(response: ServerResponse, readiness: Readiness): void {
  const state = readiness();
  say(response, state.ready ? 200 : 503, state);
}

async function sayMetrics(response: ServerResponse): Promise<void> {
  const text = await scrape();
  response.writeHead(200, {
    'Content-Type': registry.contentType,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}

function say(response: ServerResponse, status: number, what: object): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${JSON.stringify(what)}\n`);
}
