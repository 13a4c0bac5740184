/**
 * The problem a request may end in. `code` is stable and is the key of its message (`errors.<code>` in the locale files);
 * `field` names the input at fault, `params` fill the message. Thrown on the server, re-created in the browser from problem+json.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly params: Record<string, string | number>;
  readonly errors: FieldError[];
  readonly data?: unknown;

  constructor(status: number, code: string, detail: ProblemDetail = {}) {
    super(detail.message ?? code, { cause: detail.cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.field = detail.field;
    this.params = detail.params ?? {};
    this.errors = detail.errors ?? [];
    this.data = detail.data;
  }
}

export interface ProblemDetail {
  field?: string;
  params?: Record<string, string | number>;
  errors?: FieldError[];
  /** What the client needs to go on, e.g. the current record of a version conflict. */
  data?: unknown;
  message?: string;
  /** What the operator needs to mend it: for the log, never in the answer. */
  cause?: unknown;
}

/** One wrong input. `field` is a path (`values.phones.0.value`, `filter.all.2.field`). */
export interface FieldError {
  field: string;
  code: string;
  params?: Record<string, string | number>;
  message?: string;
}

export const badRequest = (code: string, detail?: ProblemDetail) => new Problem(400, code, detail);
export const invalid = (errors: FieldError[]) => new Problem(422, 'input.invalid', { errors, field: errors[0]?.field });
/** Out of scope looks the same as absent: the existence of a record is itself information. */
export const notFound = (what = 'record') => new Problem(404, 'record.notFound', { params: { what } });
export const forbidden = (permission: string) => new Problem(403, 'permission.denied', { params: { permission } });
export const conflict = (code: string, detail?: ProblemDetail) => new Problem(409, code, detail);
