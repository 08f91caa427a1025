/** The operator's corner: for the one person whom the site's settings name. */
import type { Express } from 'express';
import { addMemberPage } from '../frame.ts';
import { OperatorPage } from '../pages/operator-page.tsx';
import { stateOf } from '../part-state.ts';
import type { Site } from '../site.ts';
import { Sorry } from '../sorry.ts';

export function addOperator(app: Express, site: Site): void {
  const { operator } = site.settings;
  addMemberPage(app, site, {
    path: '/admin',
    hasScript: true,
    make: async (frame) => {
      if (operator === undefined || !frame.isOperator)
        throw new Sorry(403, 'This corner is for the person who looks after Lindentree.');
      const parts = operator.addresses.filter(({ ready }) => ready);
      const states = await Promise.all(
        parts.map(async ({ name, url }) => ({ name, ...(await stateOf(url)) })),
      );
      return <OperatorPage {...frame} operator={operator} states={states} />;
    },
  });
}
