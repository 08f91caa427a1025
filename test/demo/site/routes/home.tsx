/** The front page: the feed of a member, and the front door for everybody else. */
import type { Express } from 'express';
import { POSTS } from '../content/posts.ts';
import { EVENTS } from '../content/groups.ts';
import { frameOf, show } from '../frame.ts';
import { HomePage } from '../pages/home-page.tsx';
import { SignInPage } from '../pages/sign-in-page.tsx';
import { friendsOf, namesOf } from '../people.ts';
import { peopleIn } from '../pages/post-card.tsx';
import type { Site } from '../site.ts';
import { personOf } from '../web-sessions.ts';

export function addHome(app: Express, site: Site): void {
  const { database } = site;
  app.get('/', async (request, response) => {
    const person = await personOf(database, request);
    const frame = frameOf(site, request, person);
    if (person === undefined) {
      show(response, frame, <SignInPage {...frame} />);
      return;
    }
    const friends = await friendsOf(database, person.id);
    const names = await namesOf(database, peopleIn(POSTS));
    show(
      response,
      frame,
      <HomePage {...frame} {...{ person, friends, names }} posts={POSTS} events={EVENTS} />,
    );
  });
}
