/** A BroadcastChannel that never throws into the page: one that can't be used says nothing and hears nothing. */

/** What one has to say may not be lost without a word: `post` tells whether it went out. */
export interface Channel {
  readonly post: (message: object) => boolean;
  readonly close: () => void;
}

export function openChannel(name: string, heard: (message: unknown) => void): Channel {
  try {
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => heard(data);
    return { post: (message) => posted(channel, message), close: () => channel.close() };
  } catch {
    return { post: () => false, close: () => undefined }; // forbidden here
  }
}

/** It throws when it is closed, or the message can't be copied. */
function posted(channel: BroadcastChannel, message: object): boolean {
  try {
    channel.postMessage(message);
    return true;
  } catch {
    return false;
  }
}
