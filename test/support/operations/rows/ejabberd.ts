/** What ejabberd asks, and is told: the filter, rosters, changes, sign-in. */
import { panel, quantiles, rate, type Row } from '../panel.ts';

const EJABBERD = 'job="im-ejabberd"';
const COMPONENT = 'job="im-component"';
export const ejabberd: Row = {
  title: 'ejabberd asks: filter, rosters, changes, sign-in',
  panels: [
    panel(
      'Filter: passed',
      'Stanzas of all clients.',
      'ops',
      rate('im_filter_stanzas_total', 'instance', `${EJABBERD}, verdict="passed"`),
    ),
    panel(
      'Filter: refused',
      'By verdict. `no_answer`: nobody could say who are friends.',
      'ops',
      rate('im_filter_stanzas_total', 'verdict', `${EJABBERD}, verdict!="passed"`),
    ),
    panel('Friends of users online', 'Held, failed, and being loaded.', 'short', [
      `sum by (state) (im_friend_sets{${EJABBERD}})`,
      '{{state}}',
    ]),
    panel(
      'The component',
      'Linked to ejabberd, as it says itself, and as ejabberd says.',
      'short',
      [`sum(im_component_connected{${COMPONENT}})`, 'linked'],
      [`sum(im_component_links{${EJABBERD}})`, 'links at ejabberd'],
    ),
    panel(
      'Questions to the component',
      'By outcome.',
      'ops',
      rate('im_component_questions_total', 'question, outcome', COMPONENT),
    ),
    panel(
      'Answers of the component',
      'How long they take; and how many questions wait.',
      's',
      ...quantiles('im_component_answer_seconds', 'question', COMPONENT),
    ),
    panel('Questions that wait', 'At the component.', 'short', [
      `sum by (state) (im_component_questions{${COMPONENT}})`,
      '{{state}}',
    ]),
    panel('Lag of the outbox', 'Age of the oldest change that is not done.', 's', [
      `max(im_changes_oldest_seconds{${COMPONENT}})`,
      'oldest',
    ]),
    panel('Changes', 'Rows seen, under way, failed.', 'short', [
      `sum by (state) (im_changes_waiting{${COMPONENT}})`,
      '{{state}}',
    ]),
    panel(
      'Changes done',
      'By what they are about, and outcome.',
      'ops',
      rate('im_changes_total', 'about, outcome', COMPONENT),
    ),
    panel(
      'Sign-in',
      'External auth, by operation and outcome.',
      'ops',
      rate('im_auth_total', 'operation, outcome', 'job="im-auth"'),
    ),
    panel('Sessions of ejabberd', 'Native clients among them.', 'short', [
      `sum by (instance) (im_ejabberd_sessions{${EJABBERD}})`,
      '{{instance}}',
    ]),
    panel('What waits inside ejabberd', 'By what for.', 'short', [
      `sum by (for) (im_ejabberd_waiting{${EJABBERD}})`,
      '{{for}}',
    ]),
    panel(
      'Sends remembered',
      'So that one that is sent again is not heard twice; 500,000 at the most.',
      'short',
      [`sum by (instance) (im_sends_remembered{${EJABBERD}})`, '{{instance}}'],
      [`sum(increase(im_filter_unremembered_total{${EJABBERD}}[$__rate_interval]))`, 'without room'],
    ),
  ],
};
