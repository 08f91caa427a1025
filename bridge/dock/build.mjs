/**
 * Makes what browsers load: `im.js`, the dock with its one global; `client.js`, the headless client as a module; and
 * `emoji.LANG.js`, which the dock loads when somebody looks for an emoji; and each compressed. Run by `npm run build`. An argument names
 * another folder than dist/browser, and a second one another file than the dock to make `im.js` of: one part alone.
 */
import { build, transform } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
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
  plugins: [{ name: 'style-sheets', setup: (building) => building.onLoad({ filter: /\.css$/ }, styleSheet) }],
  define: { EMOJI_LANGUAGES: JSON.stringify(emojiLanguages) },
  logLevel: 'warning',
};

/** As text for a constructed sheet, without what is there for us alone. */
async function styleSheet({ path }) {
  const { code } = await transform(readFileSync(path, 'utf8'), {
    loader: 'css',
    minify: true,
  });
  return { contents: code.trim(), loader: 'text' };
}

await build({
  ...common,
  entryPoints: { im: entry },
  format: 'iife',
  outdir,
});
await build({
  ...common,
  entryPoints: { client: `${root}/bridge/client/index.ts` },
  format: 'esm',
  outdir,
});
for (const lang of emojiLanguages) writeFileSync(`${outdir}/emoji.${lang}.js`, emojiScript(lang));
for (const name of readdirSync(outdir).filter((file) => file.endsWith('.js'))) {
  const script = readFileSync(`${outdir}/${name}`);
  writeFileSync(`${outdir}/${name}.br`, brotliCompressSync(script));
  writeFileSync(`${outdir}/${name}.gz`, gzipSync(script, { level: 9 }));
}
