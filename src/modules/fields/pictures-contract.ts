import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'fields';

export const uploadPicture = endpoint({
  method: 'POST',
  path: '/pictures',
  tag,
  summary: 'Upload a picture (JPEG, PNG, WebP, up to 15 MB) to be the value of a picture field. Form field: file',
  access: 'customer:update',
  status: 201,
  upload: true,
  rateLimit: 60,
  response: z.strictObject({ id: z.string() }),
});
export const getPicture = endpoint({
  method: 'GET',
  path: '/pictures/:id',
  tag,
  summary: 'A picture that is the value of a field the caller may read',
  access: 'customer:read',
  params: idParams,
  download: 'image/jpeg',
  response: z.unknown(),
});
