import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '#shared/errors.ts';
import type { CustomerKind, ValueSource } from '#shared/fields.ts';
import { call, invalidate } from '#ui/api.ts';
import { oneIntention, refused } from '#ui/intention.ts';
import { createIntake, type IntakeView, updateIntake } from '../../intake-contract.ts';

export interface DraftContent {
  kind: CustomerKind;
  values: Record<string, unknown>;
  contacts: { values: Record<string, unknown> }[];
  source: ValueSource;
  note: string;
  collectedOn?: string;
}

export type SaveState = 'untouched' | 'waiting' | 'saving' | 'saved' | 'failed';
const pause = 800;

const newerVersion = (problem: Problem): number | undefined =>
  problem.status === 412
    ? (problem.data as { current?: { version?: number } } | undefined)?.current?.version
    : undefined;

/** Keeps what is typed on the server, one save after another, so that a closed page loses nothing. */
export function useDraft(intake: IntakeView | undefined, initial: DraftContent) {
  const [content, setContent] = useState(initial);
  const [state, setState] = useState<SaveState>('untouched');
  const [problem, setProblem] = useState<Problem | null>(null);
  const saved = useRef<{ id: string; version: number } | undefined>(intake);
  /** What the draft was first sent as: until that is answered it is sent again as it was, so that one draft comes of it. */
  const first = useRef<DraftContent>(undefined);
  const [intended] = useState(oneIntention);
  const latest = useRef(initial);
  const kept = useRef(initial);
  const running = useRef<Promise<void>>(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  async function save(always: boolean): Promise<void> {
    if (kept.current === latest.current && (saved.current || !always)) return;
    const body = saved.current ? latest.current : (first.current ?? latest.current);
    const creating = !saved.current;
    if (creating) first.current = body;
    setState('saving');
    try {
      const answer = saved.current
        ? await call(updateIntake, { params: { id: saved.current.id }, ifMatch: saved.current.version, body })
        : await intended(body, (idempotencyKey) => call(createIntake, { body, idempotencyKey }));
      saved.current = { id: answer.id, version: answer.version };
      kept.current = body;
      setProblem(null);
      if (creating && body !== latest.current) return save(always);
      setState(latest.current === body ? 'saved' : 'waiting');
    } catch (error) {
      // Only the collector changes a draft: after another window saved, what is typed here last is what is meant.
      const version = newerVersion(error as Problem);
      if (saved.current && version !== undefined && version !== saved.current.version) {
        saved.current = { ...saved.current, version };
        return save(always);
      }
      // What was refused was not kept: the next try sends what is typed by then.
      if (refused(error as Problem)) first.current = undefined;
      setProblem(error as Problem);
      setState('failed');
      throw error;
    }
  }
  /** Saves what is not saved yet; rejects when it cannot be kept. `always`: a form nobody touched becomes a draft too. */
  function flush(always = false): Promise<void> {
    clearTimeout(timer.current);
    running.current = running.current.catch(() => undefined).then(() => save(always));
    return running.current;
  }
  function change(part: Partial<DraftContent>): void {
    const next = { ...latest.current, ...part };
    latest.current = next;
    setContent(next);
    setState('waiting');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void flush().catch(() => undefined), pause);
  }
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (saved.current ? kept.current !== latest.current : latest.current !== initial) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [initial]);
  // Leaving the page within the pause: what was typed is still sent, and lists show it.
  const client = useQueryClient();
  const leave = useRef(flush);
  leave.current = flush;
  useEffect(
    () => () => {
      void leave
        .current()
        .catch(() => undefined)
        .then(() => invalidate(client, ['/intakes']));
    },
    [client],
  );
  return { content, change, state, problem, flush, saved: () => saved.current };
}
