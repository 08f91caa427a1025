/** Whether the person is at any of the pages, as the bridge has been told: told again when it changes, and when it was not heard. */
export class ToldActivity {
  readonly #tell: (active: boolean) => Promise<void>;
  /** What the bridge has been told, or is being told; undefined when that is not known. */
  #told: boolean | undefined;

  /** `tell` rejects when the bridge could not be told. */
  constructor(tell: (active: boolean) => Promise<void>) {
    this.#tell = tell;
  }

  async tell(active: boolean): Promise<void> {
    if (this.#told === active) return;
    this.#told = active;
    try {
      await this.#tell(active);
    } catch (fault) {
      if (this.#told === active) this.#told = undefined;
      throw fault;
    }
  }

  /** A tab counts as active until it says otherwise. */
  isNew(): void {
    this.#told = true;
  }

  /** Another page tells it from here on. */
  forget(): void {
    this.#told = undefined;
  }
}
