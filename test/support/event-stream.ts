/** text/event-stream as a browser's EventSource reads it (HTML Living Standard, section 9.2.6). */

export interface Block {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** The blocks of a stream; those of comments alone are left out. */
export async function* blocksOf(response: Response): AsyncGenerator<Block> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) if (/^(data|event):/m.test(block)) yield read(block);
  }
}

function read(block: string): Block {
  const fields = block.split('\n').map((line) => {
    const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    return [name, value] as const;
  });
  const last = (name: string): string | undefined => fields.findLast(([other]) => other === name)?.[1];
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
  return { id: last('id'), event: last('event'), data: data.join('\n') };
}
