import { useEffect, useRef, useState } from 'react';
import type { Problem } from '#shared/errors.ts';
import type { CustomerKind, ValueSource } from '#shared/fields.ts';
import { call } from '#ui/api.ts';
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

/** Keeps what is typed on the server, one save after another, so that a closed page loses nothing. */
export function useDraft(intake: IntakeView | undefined, initial: DraftContent) {
  const [content, setContent] = useState(initial);
  const [state, setState] = useState<SaveState>('untouched');
  const [problem, setProblem] = useState<Problem | null>(null);
  const saved = useRef<{ id: string; version: number } | undefined>(intake);
  const key = useRef(crypto.randomUUID());
  const latest = useRef(initial);
  const kept = useRef(initial);
  const running = useRef<Promise<void>>(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  async function save(): Promise<void> {
    const body = latest.current;
    if (saved.current && kept.current === body) return;
    setState('saving');
    try {
      const answer = saved.current
        ? await call(updateIntake, { params: { id: saved.current.id }, ifMatch: saved.current.version, body })
        : await call(createIntake, { body, idempotencyKey: key.current });
      saved.current = { id: answer.id, version: answer.version };
      kept.current = body;
      setProblem(null);
      setState(latest.current === body ? 'saved' : 'waiting');
    } catch (error) {
      // A refused draft may be sent again with other content: it needs a key of its own.
      if ((error as Problem).status !== 0) key.current = crypto.randomUUID();
      setProblem(error as Problem);
      setState('failed');
      throw error;
    }
  }
  /** Saves what is not saved yet; rejects when it cannot be kept. */
  function flush(): Promise<void> {
    clearTimeout(timer.current);
    running.current = running.current.catch(() => undefined).then(save);
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
  // Leaving the page within the pause: what was typed is still sent.
  const leave = useRef(flush);
  leave.current = flush;
  useEffect(
    () => () => {
      if (latest.current !== kept.current) void leave.current().catch(() => undefined);
    },
    [],
  );
  return { content, change, state, problem, flush, saved: () => saved.current };
}
