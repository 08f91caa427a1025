/** What is the same for everybody: the style sheet, the site's own script, and the health check. */
import type { Express } from 'express';
import { readFileSync } from 'node:fs';
import type { Site } from '../site.ts';

export function addFiles(app: Express, { database }: Site): void {
  addFile(app, { path: '/site.css', source: '../style.css', type: 'css' });
  addFile(app, { path: '/site.js', source: '../page-script.mjs', type: 'js' });
  app.get('/health', async (_request, response) => {
    await database.rows('SELECT 1');
    response.type('text').send('ok\n');
  });
}

function addFile(
  app: Express,
  { path, source, type }: Readonly<Record<'path' | 'source' | 'type', string>>,
): void {
  const content = readFileSync(inSources(source), 'utf8');
  app.get(path, (_request, response) => {
    response.type(type).send(content);
  });
}

/** A build of TypeScript copies no .css and no .mjs. */
function inSources(path: string): URL {
  const beside = new URL(path, import.meta.url);
  return new URL(beside.href.replace('/dist/test/', '/test/'));
}
