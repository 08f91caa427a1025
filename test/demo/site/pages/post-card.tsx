/** One post of a neighbour, with what others said to it. */
import type { Comment, Post } from '../content/posts.ts';
import type { Names } from '../people.ts';
import { Face } from './face.tsx';
import { PersonLink } from './person-link.tsx';
import { Scene } from './scene.tsx';

interface Props {
  readonly post: Post;
  readonly names: Names;
}

/** Ids of all who wrote something there. */
export function peopleIn(posts: readonly Post[]): string[] {
  return posts.flatMap(({ by, comments }) => [by, ...comments.map((comment) => comment.by)]);
}

/** Nothing when its author is not there any more. */
export function PostCard({ post, names }: Props) {
  const name = names.get(post.by);
  if (name === undefined) return null;
  const author = { id: post.by, name };
  return (
    <article class="card post" data-testid="post">
      <header class="byline">
        <Face person={author} />
        <span class="who">
          <PersonLink person={author} />
          <small>{`${post.when} · ${post.where}`}</small>
        </span>
      </header>
      <p class="said" dir="auto" lang={post.lang}>
        {post.text}
      </p>
      {post.scene !== undefined && <Scene name={post.scene} />}
      <p class="thanks">{`${post.thanks} neighbours said thank you`}</p>
      {post.comments.length > 0 && (
        <ul class="comments">
          {post.comments.map((comment) => (
            <CommentLine key={comment.text} {...{ comment, names }} />
          ))}
        </ul>
      )}
    </article>
  );
}

function CommentLine({ comment: { by, text }, names }: { comment: Comment; names: Names }) {
  const name = names.get(by);
  if (name === undefined) return null;
  const author = { id: by, name };
  return (
    <li>
      <Face person={author} size="small" />
      <p>
        <PersonLink person={author} /> <span dir="auto">{text}</span>
      </p>
    </li>
  );
}
