import { api as ask, password, type SetUp } from './kedang.ts';

/** Parsed JSON of any endpoint, looked into by journeys without ceremony. */
export type Answer = ReturnType<typeof JSON.parse>;

/** Calls the API as the administrator, or as whoever the given headers stand for; throws what was refused. */
export const api = (
  kedang: SetUp,
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
): Promise<Answer> => ask<Answer>(kedang, method, path, body, undefined, headers);

export interface Colleague {
  id: string;
  email: string;
  /** Headers of a session of this person, for the API. */
  headers: Record<string, string>;
}

/** Invites a person with a default role, who sets the usual password and signs in. */
export async function invite(
  kedang: SetUp,
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
