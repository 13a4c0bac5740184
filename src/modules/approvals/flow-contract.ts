import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { flowShape, flowStep, snapshotField } from './flow-shapes.ts';

const tag = 'approvals';
const access = 'approvalFlow:manage';
const label = z.strictObject({ zh: z.string(), en: z.string() });

export const listSubjects = endpoint({
  method: 'GET',
  path: '/approval-subjects',
  tag,
  summary: 'Kinds of things that wait for a yes, with what a flow may compare',
  access,
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        kind: z.string(),
        permission: z.string(),
        fields: z.array(snapshotField),
        published: z.strictObject({ id: z.string(), number: z.number().int() }).nullable(),
        draft: z.strictObject({ id: z.string() }).nullable(),
      }),
    ),
    roles: z.array(z.strictObject({ id: z.string(), label })),
    permissions: z.array(z.strictObject({ key: z.string(), label })),
  }),
});

export const listFlows = endpoint({
  method: 'GET',
  path: '/approval-flows',
  tag,
  summary: 'Versions of the flow of one kind, newest first',
  access,
  query: z.strictObject({ ...pageQuery, kind: z.string().max(60) }),
  response: pageOf(flowShape),
});

export const getFlow = endpoint({
  method: 'GET',
  path: '/approval-flows/:id',
  tag,
  summary: 'One version of a flow',
  access,
  params: idParams,
  response: flowShape,
});

export const createFlow = endpoint({
  method: 'POST',
  path: '/approval-flows',
  tag,
  summary: 'Begin a new version as a draft',
  access,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    subjectKind: z.string().max(60),
    note: z.string().trim().max(500).default(''),
    steps: z.array(flowStep).min(1).max(20),
  }),
  response: flowShape,
});

export const updateFlow = endpoint({
  method: 'PATCH',
  path: '/approval-flows/:id',
  tag,
  summary: 'Change a draft; a published version never changes',
  access,
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    note: z.string().trim().max(500).optional(),
    steps: z.array(flowStep).min(1).max(20).optional(),
  }),
  response: flowShape,
});

export const removeFlow = endpoint({
  method: 'DELETE',
  path: '/approval-flows/:id',
  tag,
  summary: 'Throw a draft away',
  access,
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});

export const publishFlow = endpoint({
  method: 'POST',
  path: '/approval-flows/:id/publication',
  tag,
  summary: 'Let new requests take this version; running ones keep theirs',
  access,
  params: idParams,
  ifMatch: true,
  response: flowShape,
});

export const retireFlow = endpoint({
  method: 'DELETE',
  path: '/approval-flows/:id/publication',
  tag,
  summary: 'Go back to the single step by permission',
  access,
  params: idParams,
  ifMatch: true,
  response: flowShape,
});
