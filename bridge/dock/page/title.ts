/** The number of unread messages before the page's title, whatever the page makes of its title meanwhile. */

export class TitleCount {
  #count = 0;
  #own = '';
  readonly #observer = new MutationObserver(() => this.#show());

  constructor() {
    // The page may replace the element as a whole, so its head is looked at.
    this.#observer.observe(document.head, { childList: true, characterData: true, subtree: true });
  }

  set(count: number): void {
    this.#count = count;
    this.#show();
  }

  /** The title as the page has it again. */
  end(): void {
    this.set(0);
    this.#observer.disconnect();
  }

  #show(): void {
    const { title } = document;
    const plain = this.#plain(title);
    this.#own = this.#count > 0 ? `(${this.#count}) ` : '';
    const wanted = this.#own + plain;
    if (title !== wanted.trim()) document.title = wanted;
  }

  /** Browsers give a title without the blanks at its ends: before none, the count stands without its own. */
  #plain(title: string): string {
    if (this.#own === '') return title;
    if (title === this.#own.trim()) return '';
    return title.startsWith(this.#own) ? title.slice(this.#own.length) : title;
  }
}
