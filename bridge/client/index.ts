/** The headless client's public face: what a site with a front end of its own imports. */
export { createClient, type Client } from './client.ts';
export type { Heard } from './heard.ts';
export type { Deeds, HistoryPage, Settings } from './deeds.ts';
export type { ClientOptions } from './options.ts';
export type { ClientState, Status } from './state.ts';
export { MOST_OUTGOING, type Outgoing, type Refusal } from './outgoing.ts';
export { tokenFrom, type Identity, type TokenSource } from './token-source.ts';
export { conversationOf, linesWith, unreadOf, type Line, type LineState } from './views.ts';
export type { Receipt } from './receipts.ts';
export type { Buddy, ChatState, Event, Message, PeerShow, Show } from '../protocol/events.ts';
export type { ConversationView, Me, Snapshot } from '../protocol/snapshot.ts';
export { byMessageId } from '../protocol/order.ts';
