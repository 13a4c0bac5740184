import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ServerModule } from '../module.ts';

type Json = Record<string, unknown>;

/** OpenAPI 3.1 of every endpoint, made from the same contracts that serve the requests. */
export function openApi(modules: ServerModule[], version: string, cookie: string): Json {
  const paths: Record<string, Json> = {};
  const shared: Json = { Problem: problemSchema };
  for (const { endpoint } of modules.flatMap((module) => module.routes)) {
    const path = `/api/v1${endpoint.path.replace(/:(\w+)/g, '{$1}')}`;
    const parameters = [
      ...parametersOf(endpoint.params, 'path', shared),
      ...parametersOf(endpoint.query, 'query', shared),
    ];
    if (endpoint.ifMatch)
      parameters.push({
        name: 'If-Match',
        in: 'header',
        required: true,
        schema: { type: 'string' },
        description: 'ETag of the version that was read',
      });
    if (endpoint.idempotent)
      parameters.push({
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        schema: { type: 'string', maxLength: 200 },
        description: 'A repeat within 24 hours gets the first answer',
      });
    const access = typeof endpoint.access === 'string' ? endpoint.access : 'public';
    const operation: Json = {
      tags: [endpoint.tag],
      summary: endpoint.summary,
      operationId: `${endpoint.method.toLowerCase()}${endpoint.path.replace(/[/:-](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
      description:
        access === 'public'
          ? 'No credential needed.'
          : access === 'signed-in'
            ? 'Any signed-in caller.'
            : `Permission \`${access}\`.`,
      parameters,
      responses: responsesOf(endpoint, shared),
      security: access === 'public' ? [] : [{ token: [] }, { session: [] }],
      'x-permission': access,
    };
    if (endpoint.upload)
      operation.requestBody = {
        content: {
          'multipart/form-data': {
            schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
          },
        },
      };
    else if (endpoint.body)
      operation.requestBody = {
        required: true,
        content: { 'application/json': { schema: schemaOf(endpoint.body, 'input', shared) } },
      };
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Kedang 客档 API', version, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: cookie },
      },
      schemas: shared,
    },
  };
}

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457 problem; `code` is stable, `title` is in the language of Accept-Language.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    field: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
    data: {},
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code'],
};

/**
 * Schema of a shape. What it refers to inside itself (conditions hold conditions) becomes a component: inside the document
 * a reference to the schema's own root would point at the document.
 */
function schemaOf(shape: z.ZodType, io: 'input' | 'output', shared: Json): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, {
    io,
    unrepresentable: 'any',
    cycles: 'ref',
    reused: 'inline',
  }) as Json;
  const text = JSON.stringify(schema);
  if (!text.includes('"$ref":"#')) return schema;
  const name = `Shape${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  const moved = (part: unknown) =>
    JSON.parse(
      JSON.stringify(part).replace(
        /"\$ref":"#(?:\/\$defs\/([^"]+))?"/g,
        (_, inner?: string) => `"$ref":"#/components/schemas/${name}${inner ?? ''}"`,
      ),
    ) as Json;
  const { $defs, ...root } = schema;
  for (const [inner, part] of Object.entries(($defs ?? {}) as Json)) shared[name + inner] = moved(part);
  shared[name] = moved(root);
  return { $ref: `#/components/schemas/${name}` };
}

function parametersOf(shape: z.ZodType | undefined, where: 'path' | 'query', shared: Json): Json[] {
  if (!shape) return [];
  const schema = schemaOf(shape, 'input', shared) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || (schema.required ?? []).includes(name),
    schema: property,
  }));
}

const bodiless: Record<string, string> = { 204: 'Done', 303: 'To the address in `Location`' };

function responsesOf(endpoint: ServerModule['routes'][number]['endpoint'], shared: Json): Json {
  const status = String(endpoint.status ?? 200);
  const content = endpoint.download
    ? { [endpoint.download]: { schema: { type: 'string', format: 'binary' } } }
    : { 'application/json': { schema: schemaOf(endpoint.response, 'output', shared) } };
  return {
    [status]: bodiless[status] ? { description: bodiless[status] } : { description: 'Answer', content },
    default: {
      description: 'Problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
}
