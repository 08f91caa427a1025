/** What people send with forms and addresses. */

/** A text field of a form or a query; empty when it is missing or something else. */
export function field(form: unknown, name: string): string {
  const value = (form as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

const PROFILE = /^\/people\/[A-Za-z0-9._-]{1,128}$/;

/** Where to go after a form: only pages of this site. */
export function backFrom(path: string): string {
  const ours = path === '/' || path === '/people' || path.startsWith('/people?q=') || PROFILE.test(path);
  return ours ? path : '/people';
}
