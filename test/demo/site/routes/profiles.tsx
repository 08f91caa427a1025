/** The page of one person. */
import type { Express } from 'express';
import { postsOf } from '../content/posts.ts';
import { addMemberPage } from '../frame.ts';
import { peopleIn } from '../pages/post-card.tsx';
import { ProfilePage } from '../pages/profile-page.tsx';
import { friendsInCommon, namesOf, personWith } from '../people.ts';
import type { Site } from '../site.ts';
import { Sorry } from '../sorry.ts';

const NOBODY =
  'Nobody of that name lives here. Perhaps they have moved, or the address has a slip of the pen in it.';

export function addProfiles(app: Express, site: Site): void {
  const { database } = site;
  addMemberPage(app, site, {
    path: '/people/:id',
    hasScript: true,
    make: async (frame, request) => {
      const who = await personWith(database, frame.person.id, String(request.params['id']));
      if (who === undefined) throw new Sorry(404, NOBODY);
      const inCommon =
        who.id === frame.person.id ? [] : await friendsInCommon(database, frame.person.id, who.id);
      const posts = postsOf(who.id);
      const names = await namesOf(database, peopleIn(posts));
      return <ProfilePage {...frame} {...{ who, inCommon, posts, names }} />;
    },
  });
}
