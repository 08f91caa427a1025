/**
 * Bundles what browsers load: `im.js`, the dock with its one global, and `client.js`, the headless client as a
 * module. Run by `npm run build`; an argument names another folder than dist/browser.
 */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outdir = process.argv[2] ?? `${root}/dist/browser`;

const common = {
  bundle: true,
  minify: true,
  sourcemap: true,
  target: 'es2020',
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.css': 'text' },
  logLevel: 'warning',
};

await build({
  ...common,
  entryPoints: { im: `${root}/bridge/dock/im.ts` },
  format: 'iife',
  globalName: 'IMDock',
  outdir,
});
await build({
  ...common,
  entryPoints: { client: `${root}/bridge/client/index.ts` },
  format: 'esm',
  outdir,
});
