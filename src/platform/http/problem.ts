import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type FieldError, invalid, Problem } from '#shared/errors.ts';
import type { Lang } from '#shared/languages.ts';
import { languageOf, type Translator } from '../i18n/index.ts';
import type { ServerModule } from '../module.ts';

type Params = Record<string, string | number>;

/** Says messages of problems with permissions named as on the page of roles, not by their keys. */
export function problemSpeaker(translate: Translator, modules: ServerModule[]) {
  const labels = new Map<unknown, { zh: string; en: string }>(
    modules.flatMap(({ permissions }) => permissions.map(({ key, label }) => [key, label])),
  );
  return (lang: Lang, code: string, params: Params = {}): string => {
    const label = labels.get(params.permission);
    const named = label ? { ...params, permission: lang === 'en-US' ? label.en : label.zh } : params;
    return translate(lang, `errors.${code}`, named);
  };
}

/** Answers any error as problem+json (RFC 9457): stable code, the field, and a message in the caller's language. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  say: ReturnType<typeof problemSpeaker>,
  lang: Lang,
): FastifyReply {
  const problem = asProblem(error);
  if (problem.status >= 500) request.log.error({ err: error, id: request.id }, 'request failed');
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(bodyOf(problem, say, lang, request.id));
}

function bodyOf(problem: Problem, say: ReturnType<typeof problemSpeaker>, lang: Lang, requestId?: string): string {
  return JSON.stringify({
    type: `/problems/${problem.code}`,
    title: say(lang, problem.code, problem.params),
    status: problem.status,
    code: problem.code,
    field: problem.field,
    params: problem.params,
    errors: problem.errors.map((item) => ({ ...item, message: say(lang, item.code, item.params) })),
    data: problem.data,
    requestId,
  });
}

/** The same for what cannot be read as a request, so that there is none to reply to. */
export function refuseUnread(error: { code?: string }, socket: Socket, say: ReturnType<typeof problemSpeaker>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new Problem(431, 'request.tooLarge')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new Problem(408, 'request.tooSlow')
        : new Problem(400, 'request.malformed');
  const body = bodyOf(problem, say, languageOf(undefined));
  const head = [
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end([`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, ...head, '', body].join('\r\n'));
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (typeof error !== 'object' || error === null) return new Problem(500, 'server.unexpected');
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  // PostgreSQL's class 22: a value out of range, a text with a NUL, a day that does not exist … is the caller's input.
  if (typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code) && code !== '22012')
    return new Problem(400, 'input.unstorable');
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return new Problem(413, 'request.tooLarge');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return new Problem(415, 'request.mediaType');
    // Two at once: what this request looked at was taken or removed by another before it could write.
    case '23503':
    case '23505':
    case '40001':
    case '40P01':
      return new Problem(409, 'request.retry');
    case '57014':
      return new Problem(503, 'server.tooSlow');
    case '53100':
    case 'ENOSPC':
      return new Problem(507, 'server.diskFull');
    case '57P01':
    case '57P02':
    case '57P03':
    case '53300':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return new Problem(503, 'server.databaseAway');
  }
  // The database died while it worked on the request, or between two of its statements.
  if (error instanceof Error && /^Connection terminated|^Client (has encountered|was closed)/.test(error.message))
    return new Problem(503, 'server.databaseAway');
  // The multipart reader gives its complaints no code.
  if (error instanceof Error && /^(Unexpected end of|Part terminated early|Malformed |Multipart: )/.test(error.message))
    return new Problem(400, 'request.malformed');
  if (statusCode && statusCode >= 400 && statusCode < 500) return new Problem(statusCode, 'request.malformed');
  return new Problem(500, 'server.unexpected');
}

/** Turns zod's findings into one problem; unknown keys are 400 and named, wrong values 422. */
export function fromZod(error: z.ZodError, where: 'params' | 'query' | 'body'): Problem {
  const errors: FieldError[] = [];
  for (const issue of error.issues) {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        errors.push({ field: path ? `${path}.${key}` : key, code: 'input.unknown', params: { field: key } });
    } else {
      errors.push({ field: path || where, ...issueCode(issue) });
    }
  }
  const first = errors[0];
  if (first?.code === 'input.unknown' || where === 'query')
    return new Problem(400, first?.code ?? 'input.invalid', { field: first?.field, params: first?.params, errors });
  if (where === 'params') return new Problem(404, 'record.notFound', { params: { what: 'record' } });
  return invalid(errors);
}

const ownCode = /^[a-zA-Z]+\.[a-zA-Z.]+$/;
/** What is asked for, where a text is not of its format. */
const codesOfFormats: Record<string, string> = {
  date: 'date.format',
  datetime: 'datetime.format',
  email: 'email.format',
  url: 'website.format',
  uuid: 'link.unknown',
};

function issueCode(issue: z.core.$ZodIssue): { code: string; params?: Params } {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int' && typeof issue.input === 'number') return { code: 'input.whole' };
      // Forms send null for what was left empty.
      return issue.input === undefined || issue.input === null ? { code: 'input.required' } : { code: 'input.type' };
    case 'too_small':
      if (issue.origin === 'string' && (issue.input === '' || issue.minimum === 1)) return { code: 'input.required' };
      return {
        code: issue.origin === 'string' ? 'input.tooShort' : 'input.tooSmall',
        params: { minimum: Number(issue.minimum) },
      };
    case 'too_big':
      return {
        code: issue.origin === 'string' ? 'input.tooLong' : 'input.tooBig',
        params: { maximum: Number(issue.maximum) },
      };
    case 'invalid_value':
      return { code: 'input.choice', params: { values: issue.values.map(String).slice(0, 20).join(', ') } };
    case 'invalid_format':
      // Forms send nothing for what was left empty; a shape may name its own code.
      if (issue.input === '') return { code: 'input.required' };
      return {
        code: ownCode.test(issue.message) ? issue.message : (codesOfFormats[issue.format] ?? 'input.invalidValue'),
      };
    case 'custom':
      return { code: ownCode.test(issue.message) ? issue.message : 'input.invalidValue', params: issue.params };
    default:
      return { code: 'input.invalidValue' };
  }
}
