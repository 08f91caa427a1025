/** Where JSONP answers arrive: `IMDock.cb.NAME`, so that the dock has one global and not two. */
import type { CallbackHome } from '../client/jsonp.ts';

/** A page may load the script twice: answers to the dock that stands already must find it. */
const page = globalThis as { IMDock?: { cb?: CallbackHome['callbacks'] } };

export const cb: CallbackHome['callbacks'] = page.IMDock?.cb ?? {};

export const callbackHome: CallbackHome = { path: 'IMDock.cb', callbacks: cb };
