/** When something can't be done: one sentence, and a way on. */
import { Layout, type Frame } from './layout.tsx';

export function SorryPage({ message, ...frame }: Frame & { message: string }) {
  return (
    <Layout {...frame} title="Sorry">
      <h1>Sorry</h1>
      <p data-testid="problem">{message}</p>
      <p>
        <a href="/">Back to the front page</a>
      </p>
    </Layout>
  );
}
