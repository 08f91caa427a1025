/** The worked example of docs/protocol.md is what the bridge does: asked and compared line by line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { chatTokenFor } from '../demo/site/chat-token.ts';
import { ROOT } from '../support/root.ts';
import { useStack } from '../support/story.ts';

import { stepsOf } from '../support/worked-example/parse.ts';
import { Placeholders } from '../support/worked-example/placeholders.ts';
import { WorkedExample } from '../support/worked-example/run.ts';

/** Nobody wants to wait a minute for a session that has lost its last tab to end. */
const used = useStack({ change: { limits: { grace: 0 } } });

test('every answer in docs/protocol.md is the one that the bridge gives', async () => {
  const { info } = used.stack;
  const steps = stepsOf(readFileSync(join(ROOT, 'docs/protocol.md'), 'utf8'));
  const names = new Placeholders({
    site: info.site.url,
    'token of alice': (await chatTokenFor('alice', info.token)).token,
    'token of bob': (await chatTokenFor('bob', info.token)).token,
  });
  const example = new WorkedExample(info.bridge.url, names);
  try {
    for (const step of steps) {
      const { printed, actual } = await example.run(step);
      expect({ [step.title]: actual }).toEqual({ [step.title]: printed });
    }
  } finally {
    await example.end();
  }
  expect(steps.length).toBeGreaterThan(20);
}, 120_000);
