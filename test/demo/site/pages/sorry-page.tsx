/** When something can't be done: one sentence, and a way on. */
import { Layout, type Frame } from './layout.tsx';
import { Scene } from './scene.tsx';

interface Props extends Frame {
  readonly status: number;
  readonly message: string;
}

export function SorryPage({ status, message, ...frame }: Props) {
  return (
    <Layout {...frame} title="Sorry">
      <section class="card sorry">
        {status === 404 && <Scene name="cat" />}
        <h1>{status === 404 ? 'Nobody is at home here' : 'Sorry'}</h1>
        <p data-testid="problem">{message}</p>
        <p>
          <a href="/">Back to the front page</a>
        </p>
      </section>
    </Layout>
  );
}
