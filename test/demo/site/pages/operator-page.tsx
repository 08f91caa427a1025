/** The operator's corner: how the chat's parts are, and where to look closer. */
import type { PartState } from '../part-state.ts';
import type { OperatorSettings } from '../settings.ts';
import { Layout, type MemberFrame } from './layout.tsx';

export interface NamedState extends PartState {
  readonly part: string;
}

interface Props extends MemberFrame {
  readonly operator: OperatorSettings;
  readonly states: readonly NamedState[];
}

export function OperatorPage({ operator, states, ...frame }: Props) {
  return (
    <Layout {...frame} title="Operator">
      <h1>Operator’s corner</h1>
      <p class="lead">
        Of all members only <b>{`@${operator.user}`}</b>, who looks after Lindentree, sees this page. It is
        the demo’s: on a real site these addresses and commands stay on the operator’s own network and
        machine.
      </p>
      {states.length > 0 && <States states={states} />}
      {operator.addresses.length > 0 && <Addresses addresses={operator.addresses} />}
      <Commands commands={operator.commands} />
    </Layout>
  );
}

function States({ states }: Pick<Props, 'states'>) {
  return (
    <section class="card" aria-labelledby="states">
      <h2 id="states">Right now</h2>
      <ul class="states">
        {states.map(({ part, ready, reason }) => (
          <li key={part} data-testid="part-state" data-ready={String(ready)}>
            <span class="lamp" aria-hidden="true" />
            <strong>{part}</strong> {reason}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Addresses({ addresses }: Pick<OperatorSettings, 'addresses'>) {
  return (
    <section class="card" aria-labelledby="addresses">
      <h2 id="addresses">What the chat says of itself</h2>
      <ul class="addresses">
        {addresses.map(({ name, url }) => (
          <li key={url}>
            <a href={url}>{name}</a> <small>{url}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Commands({ commands }: Pick<OperatorSettings, 'commands'>) {
  return (
    <section class="card" aria-labelledby="commands">
      <h2 id="commands">At the terminal</h2>
      <p id="said" role="status" />
      {commands.map(({ name, command }, index) => (
        <div key={command} class="command">
          <h3>{name}</h3>
          <pre tabIndex={0} role="region" aria-label={name}>
            <code id={`command-${index}`}>{command}</code>
          </pre>
          <button
            class="quiet"
            type="button"
            data-copy={`command-${index}`}
            aria-label={`Copy: ${name}`}
            hidden
          >
            Copy
          </button>
        </div>
      ))}
    </section>
  );
}
