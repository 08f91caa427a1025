/** The examples of docs/embedding.md, as they stand there, in a page of another origin than the bridge's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { ROOT } from '../support/root.ts';
import { story, type Person } from '../support/story.ts';
import { waitUntil } from '../support/wait-until.ts';

const dock = useDock();

/** The code blocks of one language, first to last. */
function examples(language: 'html' | 'js'): string[] {
  const text = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** What the reader of an example puts in the place of its names. */
function filledIn(example: string, alice: Person, bob: Person): string {
  return example
    .replaceAll('https://chat.example', dock.stack.info.bridge.url)
    .replaceAll("'alice'", JSON.stringify(alice.id))
    .replaceAll("'bob'", JSON.stringify(bob.id));
}

const MY_TOKEN = "globalThis.myToken = async () => (await (await fetch('/chat/token')).json()).token;";

inBrowsers(['chromium'], dock, () => {
  for (const [nth, name] of ['by the tag', 'by a call', 'by the element'].entries()) {
    story(`the dock ${name}`, dock, { alice: 0, bob: 1 }, async ({ alice, bob }) => {
      const example = filledIn(examples('html')[nth] ?? '', alice, bob);
      const body = `<script>${MY_TOKEN}</script>${example}`;
      dock.site.page('/example', { body, withoutDock: true });
      const screen = await dock.open(alice, { path: '/example' });
      await screen.say(bob.id, 'hello');
      await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('hello'));
    });
  }

  for (const when of ['before', 'after'] as const) {
    story(
      `the element, told who is signed in ${when} the script has come`,
      dock,
      { alice: 0 },
      async ({ alice }) => {
        const script = `<script src="${dock.stack.info.bridge.url}/im.js"></script>`;
        const token = `async () => ({ user: '${alice.id}', token: await myToken() })`;
        const set = `<script>${MY_TOKEN} document.querySelector('im-dock').token = ${token};</script>`;
        const scripts = when === 'before' ? set + script : script + set;
        dock.site.page('/element', { body: `<im-dock></im-dock>${scripts}`, withoutDock: true });
        await dock.open(alice, { path: '/element' });
      },
    );
  }

  story('the headless client', dock, { alice: 1, bob: 1 }, async ({ alice, bob }) => {
    const screen = await dock.open(alice); // signs alice in
    const example = filledIn(examples('js')[0] ?? '', alice, bob);
    dock.site.page('/example', { body: `<script type="module">${example}</script>`, withoutDock: true });
    const said: string[] = [];
    screen.page.on('console', (line) => said.push(line.text()));
    await screen.page.goto(`${dock.site.origin}/example`);
    await bob.tab.sees('it', (tab) => tab.bodies(alice.id).includes('Hello'));
    await bob.tab.send(alice.id, 'Hello yourself');
    await waitUntil('the answer to be told', () => said.includes(`${bob.id} Hello yourself received`));
    await alice.tab.sees('the setting', (tab) => tab.snapshot.ui['my-setting'] === 1);
  });
});
