import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { idParams, pageOf, pageQuery } from './pages.ts';

const tag = 'operations';
/** State of a background job as its owner sees it. */
const job = z.strictObject({
  id: z.string(),
  kind: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  done: z.number(),
  total: z.number().nullable(),
  message: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type JobView = z.infer<typeof job>;
export const getJob = endpoint({
  method: 'GET',
  path: '/jobs/:id',
  tag,
  summary: 'State of a job of mine',
  access: 'signed-in',
  params: idParams,
  response: job,
});
export const listJobs = endpoint({
  method: 'GET',
  path: '/jobs',
  tag,
  summary: 'My jobs, newest first',
  access: 'signed-in',
  query: z.strictObject(pageQuery),
  response: pageOf(job),
});
export const cancelJob = endpoint({
  method: 'POST',
  path: '/jobs/:id/cancellation',
  tag,
  summary: 'Cancel a job of mine at its next clean step',
  access: 'signed-in',
  params: idParams,
  response: job,
});
