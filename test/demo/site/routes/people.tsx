/** Everybody on the site, or those whose name begins as asked for. */
import type { Express } from 'express';
import { field } from '../forms.ts';
import { addMemberPage } from '../frame.ts';
import { PeoplePage } from '../pages/people-page.tsx';
import { peopleFor } from '../people.ts';
import type { Site } from '../site.ts';

/** Characters: no name is longer. */
const LONGEST_SEARCH = 100;

export function addPeople(app: Express, site: Site): void {
  addMemberPage(app, site, {
    path: '/people',
    make: async (frame, request) => {
      const search = field(request.query, 'q').slice(0, LONGEST_SEARCH);
      const people = await peopleFor(site.database, frame.person.id, search);
      return <PeoplePage {...frame} people={people} search={search} />;
    },
  });
}
