import { type Installation, password } from './kedang.ts';

type Running = Installation & { token: string };
/** Parsed JSON of any endpoint, looked into by journeys without ceremony. */
export type Answer = ReturnType<typeof JSON.parse>;

/** Calls the API as the administrator, or as whoever the given headers stand for; throws what was refused. */
export async function api(
  kedang: Running,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${kedang.token}` },
): Promise<Answer> {
  const response = await fetch(`${kedang.url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

export interface Colleague {
  id: string;
  email: string;
  /** Headers of a session of this person, for the API. */
  headers: Record<string, string>;
}

/** Invites a person with a default role, who sets the usual password and signs in. */
export async function invite(
  kedang: Running,
  name: string,
  roleKey: string,
  teamId: string | null = null,
): Promise<Colleague> {
  const roles = await api(kedang, 'GET', '/roles');
  const role = roles.items.find((item: Answer) => item.key === roleKey);
  const email = `${roleKey}-${crypto.randomUUID()}@example.com`;
  const made = await api(kedang, 'POST', '/users', { name, email, roleIds: [role.id], teamId });
  const token = new URL(made.inviteLink).searchParams.get('token');
  await api(kedang, 'POST', '/password-resets/redemption', { token, password }, {});
  const session = await fetch(`${kedang.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { id: made.id, email, headers: { cookie, 'sec-fetch-site': 'same-origin' } };
}
