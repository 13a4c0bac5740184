import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { Endpoint } from '#shared/endpoint.ts';
import { invalidate, useSend } from './api.ts';
import { useJob } from './job-progress.tsx';

interface JobButtonProps {
  start: Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType<{ jobId: string }>>;
  /** Beginnings of the paths the work changes. */
  stale: string[];
  done: string;
  /** What the button says, with how far the work is where that is known. */
  label(percent: number | null): string;
}

/** Starts work for all customers and reads anew what it changed when it is done. */
export function JobButton({ start, stale, done, label }: JobButtonProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const send = useSend(start);
  const [jobId, setJobId] = useState<string | null>(null);
  const { data: job } = useJob(jobId);
  const ended = job && !['queued', 'running'].includes(job.state) ? job.state : undefined;
  useEffect(() => {
    if (!jobId || !ended) return;
    setJobId(null);
    if (ended === 'done') void message.success(done);
    else void message.error(t(`ui.jobState.${ended}`));
    void invalidate(client, stale);
  }, [client, done, ended, jobId, message, stale, t]);
  return (
    <Button
      loading={send.isPending || jobId !== null}
      onClick={() =>
        send.mutate(
          {},
          {
            onSuccess: (answer) => setJobId(answer.jobId),
            onError: (problem) => void message.error(problem.message),
          },
        )
      }
    >
      {label(jobId && job?.total ? Math.floor((100 * job.done) / job.total) : null)}
    </Button>
  );
}
