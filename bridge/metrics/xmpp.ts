/** Of the bridge: its streams to ejabberd, and what is asked on them. The component asks IQs too. */
import { counter, gauge, histogram } from './registry.ts';

export const xmpp = {
  links: gauge('im_xmpp_links', 'XMPP streams of open sessions, by state (up, down)', 'state'),
  linkFaults: counter('im_xmpp_faults_total', 'XMPP streams cut, or not opened, by reason', 'reason'),
  refusedInput: counter(
    'im_stanzas_ignored_total',
    'Stanzas from ejabberd that were not what they claim to be',
    'reason',
  ),
  notSent: counter(
    'im_xmpp_queue_full_total',
    'Messages refused, and notices left out, since ejabberd had not acknowledged enough, by what (message, notice)',
    'what',
  ),
  loginsUnderWay: gauge(
    'im_xmpp_logins_under_way',
    'XMPP logins under way, with the set-up of their sessions',
  ),
  logins: gauge('im_xmpp_logins_waiting', 'XMPP logins that wait for their turn'),
  loginSeconds: histogram(
    'im_xmpp_login_seconds',
    'Of a login that had its turn: the stream opened, and its session set up',
  ),
  iqSeconds: histogram(
    'im_iq_seconds',
    'From a question to ejabberd (IQ) to its answer, by what it is about (barrier: what tells that a message is through)',
    'about',
  ),
  iqsUnanswered: counter(
    'im_iqs_unanswered_total',
    'Questions to ejabberd (IQs) without an answer, by reason (timeout; cut: the stream went first)',
    'about',
    'reason',
  ),
};
