import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';

const tag = 'people';

export const signInMethods = endpoint({
  method: 'GET',
  path: '/sign-in-methods',
  tag,
  summary: 'How one may sign in here besides with a password',
  access: {
    public:
      'the sign-in page asks before there is a session; it tells only the provider’s name and whether there is anybody',
  },
  response: z.strictObject({
    setUp: z.boolean().meta({ description: 'whether the first-run guide was gone through; nobody can sign in before' }),
    identityProvider: z.strictObject({ name: z.string() }).nullable(),
  }),
});

export const startIdentitySignIn = endpoint({
  method: 'GET',
  path: '/identity-provider/sign-in',
  tag,
  summary: 'Sends the browser to the company’s identity provider (OpenID Connect, code flow with PKCE)',
  access: { public: 'this is where a session begins' },
  rateLimit: 30,
  status: 303,
  query: z.strictObject({
    back: z.string().max(2000).default('/').meta({ description: 'page of the app to go to afterwards' }),
  }),
  response: z.undefined(),
});

export const finishIdentitySignIn = endpoint({
  method: 'GET',
  path: '/identity-provider/callback',
  tag,
  summary:
    'Where the identity provider sends the browser back; opens the session, or returns to the sign-in page with what went wrong',
  access: { public: 'this is where a session begins; the answer of the provider is bound to the browser that asked' },
  rateLimit: 30,
  status: 303,
  // Whatever a provider adds: the answer is checked as a whole by the protocol.
  query: z.record(z.string().max(60), z.string().max(4000)),
  response: z.undefined(),
});
