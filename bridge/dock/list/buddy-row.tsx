/** One friend in the list. Drawn again only when there is something new about this one. */
import { Component } from 'preact';
import type { Buddy } from '../../client/index.ts';
import { Badge } from '../badge.tsx';
import { Face } from '../face.tsx';
import type { Words } from '../words/words.ts';

interface Props {
  buddy: Buddy;
  unread: number;
  /** Of a thousand rows one is in the order of Tab; arrows lead to the others. */
  isReached: boolean;
  words: Words;
  onOpen: (user: string) => void;
}

export class BuddyRow extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const { buddy, unread, isReached, words } = this.props;
    return (
      next.buddy !== buddy || next.unread !== unread || next.isReached !== isReached || next.words !== words
    );
  }

  override render({ buddy, unread, isReached, words, onOpen }: Props) {
    const { id, name, avatar, show, status } = buddy;
    return (
      <li class="buddy-item">
        <button
          class={`buddy ${show}`}
          type="button"
          tabIndex={isReached ? 0 : -1}
          data-testid="im-buddy"
          data-user={id}
          data-show={show}
          onClick={() => onOpen(id)}
        >
          <Face {...{ id, name, avatar, show }} />
          <span class="who">
            <bdi class="name">{name}</bdi>
            <span class="unheard">{`, ${words.shows[show]}`}</span>
            {status !== undefined && status !== '' && <bdi class="note">{status}</bdi>}
          </span>
          <Badge count={unread} />
        </button>
      </li>
    );
  }
}
