/** The neighbourhood's groups and events. */
import type { Express } from 'express';
import { EVENTS, GROUPS } from '../content/groups.ts';
import { addMemberPage } from '../frame.ts';
import { GroupsPage } from '../pages/groups-page.tsx';
import { namesOf } from '../people.ts';
import type { Site } from '../site.ts';

const IN_THEM = [...GROUPS.flatMap(({ members }) => members), ...EVENTS.map(({ host }) => host)];

export function addGroups(app: Express, site: Site): void {
  addMemberPage(app, site, {
    path: '/groups',
    make: async (frame) => {
      const names = await namesOf(site.database, IN_THEM);
      return <GroupsPage {...frame} groups={GROUPS} events={EVENTS} names={names} />;
    },
  });
}
