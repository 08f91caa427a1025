/** The operator's corner: for the one person whom the site's settings name. */
import type { Express } from 'express';
import { addMemberPage } from '../frame.ts';
import { OperatorPage, type NamedState } from '../pages/operator-page.tsx';
import { stateOf } from '../part-state.ts';
import type { Site } from '../site.ts';
import type { OperatorSettings } from '../settings.ts';
import { Sorry } from '../sorry.ts';

export function addOperator(app: Express, site: Site): void {
  const { operator } = site.settings;
  addMemberPage(app, site, {
    path: '/admin',
    hasScript: true,
    make: async (frame) => {
      if (operator === undefined || !frame.isOperator)
        throw new Sorry(403, 'This corner is for the person who looks after Lindentree.');
      const states = await statesOf(operator);
      return <OperatorPage {...frame} operator={operator} states={states} />;
    },
  });
}

async function statesOf({ addresses }: OperatorSettings): Promise<NamedState[]> {
  const asked = addresses.map(async ({ part, url }) =>
    part === undefined ? [] : [{ part, ...(await stateOf(url)) }],
  );
  return (await Promise.all(asked)).flat();
}
