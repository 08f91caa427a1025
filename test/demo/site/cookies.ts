/** Reading one cookie of a request. */
import type { Request } from 'express';

/** As it was sent, without decoding; undefined when there is none of that name. */
export function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
