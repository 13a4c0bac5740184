import { z } from 'zod';
import { condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { countShape, idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'segments';
const color = z
  .string()
  .regex(/^[a-z]{3,12}$/)
  .nullable();

export const segmentShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  description: z.string(),
  kind: z.enum(['dynamic', 'fixed']),
  condition: condition.nullable(),
  color,
  /** Members at the last snapshot, whoever may see them. */
  customers: z.number().int().nullable(),
  countedAt: z.string().nullable(),
  by: z.string(),
  can: z.strictObject({ update: z.boolean() }),
});
export type SegmentView = z.infer<typeof segmentShape>;

export const listSegments = endpoint({
  method: 'GET',
  path: '/segments',
  tag,
  summary: 'All segments by name',
  access: 'segment:read',
  query: z.strictObject(pageQuery),
  response: pageOf(segmentShape),
});
export const getSegment = endpoint({
  method: 'GET',
  path: '/segments/:id',
  tag,
  summary: 'One segment',
  access: 'segment:read',
  params: idParams,
  response: segmentShape,
});
const fields = {
  name: z.string().trim().min(1).max(80),
  description: z.string().trim().max(500).default(''),
  color: color.default(null),
};
export const createSegment = endpoint({
  method: 'POST',
  path: '/segments',
  tag,
  summary: 'Make a dynamic segment by a condition, or a fixed one to put members in',
  access: 'segment:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({ ...fields, kind: z.enum(['dynamic', 'fixed']), condition: condition.optional() }),
  response: segmentShape,
});
export const updateSegment = endpoint({
  method: 'PATCH',
  path: '/segments/:id',
  tag,
  summary: 'Change a segment',
  access: 'segment:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    name: fields.name.optional(),
    description: z.string().trim().max(500).optional(),
    color: color.optional(),
    condition: condition.optional(),
  }),
  response: segmentShape,
});
export const deleteSegment = endpoint({
  method: 'DELETE',
  path: '/segments/:id',
  tag,
  summary: 'Delete a segment nothing else asks for; its customers stay as they are',
  access: 'segment:manage',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});
export const countCondition = endpoint({
  method: 'POST',
  path: '/segments/count',
  tag,
  summary: 'How many customers a condition has, within a second: exact, or estimated from a sample',
  access: 'segment:read',
  body: z.strictObject({ condition: condition.optional() }),
  response: countShape,
});
export const changeMembers = endpoint({
  method: 'POST',
  path: '/segments/:id/members',
  tag,
  summary: 'Put customers into a fixed segment or take them out, as a job',
  access: 'segment:manage',
  params: idParams,
  status: 202,
  body: z.strictObject({
    action: z.enum(['add', 'remove']),
    query: z.strictObject({
      filter: condition.optional(),
      q: z.string().max(200).optional(),
      ids: z.array(z.uuid()).max(10_000).optional(),
    }),
  }),
  response: z.strictObject({ jobId: z.string() }),
});
export const refreshSegment = endpoint({
  method: 'POST',
  path: '/segments/:id/refreshing',
  tag,
  summary: 'Take the snapshot of a segment now',
  access: 'segment:manage',
  params: idParams,
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});
export const segmentHistory = endpoint({
  method: 'GET',
  path: '/segments/:id/history',
  tag,
  summary: 'Size, entries and exits by day',
  access: 'segment:read',
  params: idParams,
  query: z.strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() }),
  response: z.strictObject({
    days: z.array(
      z.strictObject({
        day: z.string(),
        customers: z.number().int(),
        entered: z.number().int(),
        departed: z.number().int(),
      }),
    ),
  }),
});
export const segmentChanges = endpoint({
  method: 'GET',
  path: '/segments/:id/changes',
  tag,
  summary: 'Who entered and who left, newest first',
  access: 'segment:read',
  params: idParams,
  query: z.strictObject({ ...pageQuery, kind: z.enum(['entered', 'left']).optional(), day: z.iso.date().optional() }),
  response: pageOf(
    z.strictObject({
      customerId: z.string(),
      number: z.string(),
      name: z.string(),
      day: z.string(),
      kind: z.enum(['entered', 'left']),
    }),
  ),
});
export const compareSegments = endpoint({
  method: 'GET',
  path: '/segment-comparisons',
  tag,
  summary: 'Overlap of two segments and how their members differ',
  access: 'segment:read',
  query: z.strictObject({ a: z.uuid(), b: z.uuid() }),
  response: z.strictObject({
    onlyA: z.number().int(),
    onlyB: z.number().int(),
    both: z.number().int(),
    /** Share of members by value of a few fields, and averages. */
    profile: z.array(
      z.strictObject({
        field: z.string(),
        value: z.string().nullable(),
        a: z.number().int(),
        b: z.number().int(),
      }),
    ),
    averages: z.array(z.strictObject({ field: z.string(), a: z.number().nullable(), b: z.number().nullable() })),
  }),
});
