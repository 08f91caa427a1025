/** The streams to ejabberd. */
import { OF, panel, quantiles, rate, sum, type Row } from '../panel.ts';

export const xmpp: Row = {
  title: 'XMPP',
  panels: [
    panel('Links', 'Streams of sessions, by state.', 'short', [
      `sum by (state) (im_xmpp_links{${OF}})`,
      '{{state}}',
    ]),
    panel('Link faults', 'Cut, or not opened, by reason.', 'ops', rate('im_xmpp_faults_total', 'reason')),
    panel(
      'Logins',
      'Under way, and waiting for their turn.',
      'short',
      sum('im_xmpp_logins_under_way', 'under way'),
      sum('im_xmpp_logins_waiting', 'waiting'),
    ),
    panel(
      'How long logins wait',
      'For their turn; and then take, with the set-up.',
      's',
      ...quantiles('im_capacity_wait_seconds', 'of', `${OF}, of="login-queue"`),
      ...quantiles('im_xmpp_login_seconds'),
    ),
    panel(
      'Answers of ejabberd',
      'To IQs, by what they are about; 99 of 100 are quicker.',
      's',
      ...quantiles('im_iq_seconds', 'about').slice(1),
    ),
    panel(
      'No answer of ejabberd',
      'IQs without one, and messages and notices not sent, as too much was not acknowledged.',
      'ops',
      rate('im_iqs_unanswered_total', 'about, reason'),
      rate('im_xmpp_queue_full_total', 'what'),
    ),
    panel(
      'Most of one user',
      'Stanzas that ejabberd has not acknowledged, and messages on their way.',
      'short',
      [`max by (of) (im_capacity_used{${OF}, of=~"stanzas-of-user|messages-of-user"})`, '{{of}}'],
    ),
    panel(
      'Stanzas left out',
      'That were not what they claim to be.',
      'ops',
      rate('im_stanzas_ignored_total', 'reason'),
    ),
    panel(
      'Lookups that wait',
      'History and search: how long for their turn.',
      's',
      ...quantiles('im_capacity_wait_seconds', 'of', `${OF}, of="lookup-queue"`),
    ),
  ],
};
