/** The front page of those who are not signed in. */
import { Layout, type Frame } from './layout.tsx';
import { Scene } from './scene.tsx';

interface Props extends Frame {
  /** Why signing in did not work. */
  problem?: string;
  user?: string;
}

export function SignInPage({ problem, user = '', ...frame }: Props) {
  return (
    <Layout {...frame} title="Welcome">
      <div class="welcome">
        <section class="invitation">
          <h1>Where neighbours become friends</h1>
          <p class="lead">Sign in to see who is around, and say hello in the chat at the edge of the page.</p>
          <Scene name="street" />
        </section>
        <form class="card sign-in" method="post" action="/sign-in">
          {problem !== undefined && (
            <p class="problem" role="alert" data-testid="problem">
              {problem}
            </p>
          )}
          <label>
            Name
            <input name="user" value={user} autocomplete="username" autocapitalize="none" required />
          </label>
          <label>
            Password
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          <button type="submit" data-testid="sign-in">
            Sign in
          </button>
          <p class="hint">
            Borrow a neighbour: <code>alice</code> with the password <code>pw-alice</code>, and in another
            browser <code>bob</code> with <code>pw-bob</code>.
          </p>
        </form>
      </div>
    </Layout>
  );
}
