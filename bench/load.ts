import autocannon from 'autocannon';

export interface Sample {
  p50: number;
  p95: number;
  p99: number;
  perSecond: number;
  errors: number;
  /** Milliseconds of each answer, in order of length. */
  times: number[];
  seconds: number;
}

export interface Call {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Told the answer, before the connection sends its next call. */
  answered?: (status: number, headers: Record<string, string | undefined>) => void;
}

function sample(times: number[], seconds: number, errors: number): Sample {
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), perSecond: times.length / seconds, errors, times, seconds };
}

/** Several short samples of one thing as one. */
export function together(parts: Sample[]): Sample {
  const sum = (of: (part: Sample) => number) => parts.reduce((total, part) => total + of(part), 0);
  return sample(
    parts.flatMap((part) => part.times),
    sum((part) => part.seconds),
    sum((part) => part.errors),
  );
}

/** Sends the calls of `next` over `connections` connections for some seconds. */
export async function load(
  url: string,
  token: string,
  connections: number,
  seconds: number,
  next: (n: number) => Call,
): Promise<Sample> {
  let n = 0;
  const times: number[] = [];
  const options: autocannon.Options = {
    url,
    connections,
    duration: seconds,
    requests: [
      {
        setupRequest(request, context) {
          const call = next(n++);
          Object.assign(context, { call });
          return {
            ...request,
            method: call.method,
            path: call.path,
            headers: {
              authorization: `Bearer ${token}`,
              ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
              ...call.headers,
            },
            body: call.body === undefined ? undefined : JSON.stringify(call.body),
          };
        },
        onResponse(status, _body, context, headers) {
          (context as { call?: Call }).call?.answered?.(status, headers as Record<string, string | undefined>);
        },
      },
    ],
  };
  // Its own summary has no p95: every answer is kept.
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    run.on('response', (_client, _status, _bytes, milliseconds) => void times.push(milliseconds));
  });
  return sample(times, seconds, result.non2xx + result.errors);
}

/** Runs `work` over `connections` at once for some seconds: the same measure for raw SQL. */
export async function loop(
  connections: number,
  seconds: number,
  work: (n: number) => Promise<unknown>,
): Promise<Sample> {
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  let n = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        const started = performance.now();
        await work(n++);
        times.push(performance.now() - started);
      }
    }),
  );
  return sample(times, seconds, 0);
}
