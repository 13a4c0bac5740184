import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';
import { customerCard } from './contract.ts';

export const getBrief = endpoint({
  method: 'GET',
  path: '/customers/:id/brief',
  tag: 'customers',
  summary: 'What to know before a visit, in one answer: the card and what each part of the system adds to it',
  access: 'customer:read',
  params: idParams,
  response: z.strictObject({
    card: customerCard,
    /**
     * By part, each in the shape of its own list: `people`, `promises`, `activities`, `purchases`, `intelligence`, `dates`,
     * `questions`. What the caller may not see is absent.
     */
    parts: z.record(z.string(), z.unknown()),
  }),
});
