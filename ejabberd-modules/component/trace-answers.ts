/** What `ejabberdctl im_trace_add`, `im_trace_list` and `im_trace_remove` ask, and what they are answered: lines for a person. */
import { xml } from '@xmpp/component';
import type { Element } from '@xmpp/xml';
import { addTrace, listTraces, removeTrace, secondsOf, TraceRefused } from '../../bridge/trace/asking.ts';
import { logFileOf, type TraceFolder } from '../../bridge/trace/orders.ts';
import { added, listed, removed } from '../../bridge/trace/sentences.ts';
import { userIdOf } from '../../bridge/xmpp/jid.ts';
import { NS } from '../../bridge/xmpp/namespaces.ts';

/** Undefined for an IQ that asks something else. Never throws. */
export function answerTo(stanza: Element, folder: TraceFolder): Element | undefined {
  const question = stanza.attrs['type'] === 'set' ? stanza.getChild('trace', NS.site) : undefined;
  if (question === undefined) return undefined;
  const { from, to, id } = stanza.attrs as Record<string, string>;
  const back = { to: from, from: to, id, type: 'result' };
  const { done, lines } = linesFor(question.attrs, folder);
  const said = lines.map((line) => xml('line', {}, line));
  return xml('iq', back, xml('trace', { xmlns: NS.site, done: String(done) }, ...said));
}

type Asked = Readonly<Record<string, string | undefined>>;

interface Said {
  readonly done: boolean;
  readonly lines: readonly string[];
}

function linesFor(asked: Asked, folder: TraceFolder): Said {
  try {
    return { done: true, lines: linesOf(asked, folder) };
  } catch (error) {
    if (error instanceof TraceRefused) return { done: false, lines: [error.message] };
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return { done: false, lines: [`the component can't use ${folder.dir} (${code})`] };
  }
}

/** Texts are told to nobody who asks so: whoever may call ejabberd's API is not yet one who may read them. */
function linesOf({ verb, user: localPart = '', for: time = '' }: Asked, folder: TraceFolder): string[] {
  if (verb === 'list') return listed(listTraces(folder));
  const user = userIdOf(localPart);
  if (user === undefined) throw new TraceRefused('that is no user name');
  if (verb === 'add') return [added(addTrace(folder, { user, seconds: secondsOf(time), bodies: false }))];
  const was = removeTrace(folder, user);
  const sentence = removed(user, was, logFileOf(folder.dir, user));
  if (!was) throw new TraceRefused(sentence);
  return [sentence];
}
