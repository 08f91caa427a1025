/** A fault of the dock stays in the dock: it goes away, and the page it stands in goes on. */
import { Component, type ComponentChildren } from 'preact';

export class Safely extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? null : this.props.children;
  }
}
