/**
 * Makes what browsers load: `im.js`, the dock with its one global; `client.js`, the headless client as a module; and
 * `emoji.LANG.js`, which the dock loads when somebody looks for an emoji. Run by `npm run build`. An argument names
 * another folder than dist/browser, and a second one another file than the dock to make `im.js` of: one part alone.
 */
import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { emojiLanguages, emojiScript } from './emoji/data.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [outdir = `${root}/dist/browser`, entry = `${root}/bridge/dock/im.ts`] = process.argv.slice(2);

const common = {
  bundle: true,
  minify: true,
  sourcemap: true,
  target: 'es2022',
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.css': 'text' },
  define: { EMOJI_LANGUAGES: JSON.stringify(emojiLanguages) },
  logLevel: 'warning',
};

await build({
  ...common,
  entryPoints: { im: entry },
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
for (const lang of emojiLanguages) writeFileSync(`${outdir}/emoji.${lang}.js`, emojiScript(lang));
