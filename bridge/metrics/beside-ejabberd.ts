/** Of the external-auth script and the component. */
import { counter, gauge, histogram } from './registry.ts';

export const signIn = {
  auth: counter(
    'im_auth_total',
    'External-auth requests, by operation and outcome (yes, no, limited, unavailable, refused)',
    'operation',
    'outcome',
  ),
};

export const component = {
  componentLink: gauge('im_component_connected', 'Is the component connected to ejabberd (1 or 0)'),
  component: counter(
    'im_component_questions_total',
    'Questions of ejabberd to the component, by question and outcome (ok, item-not-found; resource-constraint: too many; remote-server-timeout: the site did not answer)',
    'question',
    'outcome',
  ),
  componentSeconds: histogram(
    'im_component_answer_seconds',
    'From a question of ejabberd to its answer',
    'question',
  ),
  componentQuestions: gauge(
    'im_component_questions',
    'Questions of ejabberd that are being answered, and that wait (answering, waiting)',
    'state',
  ),
  changes: counter(
    'im_changes_total',
    'Changes of the site, by what they are about (friends, user, sign-out, unknown) and outcome (done, failed, left-out)',
    'about',
    'outcome',
  ),
  changesWaiting: gauge(
    'im_changes_waiting',
    'Rows of the outbox at the last look (seen, 500 at the most), and changes under way and to be tried again (running, failed)',
    'state',
  ),
  changesOldest: gauge(
    'im_changes_oldest_seconds',
    'Age of the oldest row of the outbox that is not done: since it was written, where the site says so (`age`), else since the component saw it first; 0 when there is none',
  ),
};
