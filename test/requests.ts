import { z } from 'zod';
import type { Route } from '#platform/http/route.ts';
import { newId } from '#shared/ids.ts';

type Endpoint = Route['endpoint'];
interface Schema {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  minItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  minimum?: number;
  minLength?: number;
}

const someText = '无名 none';
const someDay = '2026-02-28';

/** A value that fits a JSON schema as far as shapes go: ids are random, so what it names does not exist. */
function fitting(schema: Schema, whole: boolean, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return fitting(choice[0] ?? {}, whole, depth + 1);
  if (schema.allOf?.[0]) return fitting(schema.allOf[0], whole, depth + 1);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key]) => (whole && depth < 6) || schema.required?.includes(key))
          .map(([key, item]) => [key, fitting(item, whole, depth + 1)]),
      );
    case 'array':
      return (whole && depth < 6) || schema.minItems ? [fitting(schema.items ?? {}, whole, depth + 1)] : [];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
      if (schema.format === 'uuid') return newId();
      if (schema.format === 'date') return someDay;
      if (schema.format === 'date-time') return '2026-02-28T08:00:00Z';
      if (schema.pattern === '^\\d{1,4}$') return '1';
      return someText.padEnd(schema.minLength ?? 0, 'x');
    default:
      return 'x';
  }
}

const schemaOf = (shape: z.ZodType) =>
  z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any', cycles: 'ref' }) as Schema;

/** A body the endpoint's shape accepts, with only what it needs or with everything it may have. */
export const fittingBody = (endpoint: Endpoint, whole: boolean): unknown =>
  endpoint.body ? fitting(schemaOf(endpoint.body), whole) : undefined;

const hostileText = `\u0000\ud800\u202e{{__proto__}}' or 1=1--<img src=x onerror=alert(1)>`;

/** A fitting body with every text in it one that was made to do harm, and every day the last there is. */
export const hostileBody = (endpoint: Endpoint): unknown =>
  JSON.parse(
    JSON.stringify(fittingBody(endpoint, true) ?? null)
      .replaceAll(someText, JSON.stringify(hostileText).slice(1, -1))
      .replaceAll(someDay, '9999-12-31'),
  );
/** A fitting query that asks for the end of all days. */
export const farQuery = (endpoint: Endpoint): string => fittingQuery(endpoint).replaceAll(someDay, '9999-12-31');

/** The endpoint's query with every parameter it knows. */
export function fittingQuery(endpoint: Endpoint): string {
  if (!endpoint.query) return '';
  const values = fitting(schemaOf(endpoint.query), true) as Record<string, unknown>;
  return new URLSearchParams(Object.entries(values).map(([key, value]) => [key, String(value)])).toString();
}

/** The path with a value for each parameter that its shape accepts. */
export function pathOf(endpoint: Endpoint): string {
  const shape = endpoint.params instanceof z.ZodObject ? (endpoint.params.shape as Record<string, z.ZodType>) : {};
  return endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
    const candidates = [newId(), 'name', '2026-02-28', '1', '310101'];
    const fits = candidates.find((text) => shape[name]?.safeParse(text).success);
    return encodeURIComponent(fits ?? 'name');
  });
}

/** A multipart upload of a file that is none of the kinds anybody expects. */
export function strangeUpload(): { payload: Buffer; headers: Record<string, string> } {
  const lines = [
    '--b',
    'content-disposition: form-data; name="file"; filename="../../strange\u0007.xlsx"',
    'content-type: application/x-nothing',
    '',
    'PK\u0003\u0004 not really',
    '--b--',
    '',
  ];
  return { payload: Buffer.from(lines.join('\r\n')), headers: { 'content-type': 'multipart/form-data; boundary=b' } };
}
