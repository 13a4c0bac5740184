import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'approvals';
export const delegationShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  userId: z.string(),
  userName: z.string(),
  /** Null: away without a stand-in. */
  delegateId: z.string().nullable(),
  delegateName: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  reason: z.string(),
  active: z.boolean(),
  can: z.strictObject({ cancel: z.boolean() }),
});
export type DelegationView = z.infer<typeof delegationShape>;

export const listDelegations = endpoint({
  method: 'GET',
  path: '/approval-delegations',
  tag,
  summary: 'Absences with their stand-ins: mine, those that name me, those of my team',
  access: 'signed-in',
  query: z.strictObject({ ...pageQuery, past: z.stringbool().default(false) }),
  response: pageOf(delegationShape),
});

export const createDelegation = endpoint({
  method: 'POST',
  path: '/approval-delegations',
  tag,
  summary: 'Be away from a day to a day and let somebody decide meanwhile',
  access: 'signed-in',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    /** Somebody of the own team, for an absence without notice; the caller unless told. */
    userId: z.uuid().optional(),
    delegateId: z.uuid().nullable(),
    from: z.iso.date(),
    to: z.iso.date(),
    reason: z.string().trim().max(200).default(''),
  }),
  response: delegationShape,
});

export const cancelDelegation = endpoint({
  method: 'DELETE',
  path: '/approval-delegations/:id',
  tag,
  summary: 'End an absence early or take it back',
  access: 'signed-in',
  params: idParams,
  ifMatch: true,
  response: delegationShape,
});
