import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'materials';

export const firstContactSteps = ['materials', 'appointment', 'receiver', 'decision', 'needs'] as const;
export type FirstContactStep = (typeof firstContactSteps)[number];

export const firstContactGuide = z.strictObject({
  /** Null when the customer was contacted, buys already, or somebody said that no guide is needed. */
  steps: z
    .array(
      z.strictObject({
        key: z.enum(firstContactSteps),
        done: z.boolean(),
        /** What is known: titles, names, day, needs. */
        facts: z.array(z.string()),
      }),
    )
    .nullable(),
  can: z.strictObject({ send: z.boolean(), record: z.boolean(), update: z.boolean() }),
});
export type FirstContactGuide = z.infer<typeof firstContactGuide>;

export const getFirstContactGuide = endpoint({
  method: 'GET',
  path: '/customers/:id/first-contact',
  tag,
  summary: 'What is to be done before a customer is contacted for the first time, and what of it is done',
  access: 'customer:read',
  params: idParams,
  response: firstContactGuide,
});
export const waiveFirstContactGuide = endpoint({
  method: 'POST',
  path: '/customers/:id/first-contact/waiver',
  tag,
  summary: 'No guide is needed: the customer is known already',
  access: 'activity:record',
  params: idParams,
  response: firstContactGuide,
});
