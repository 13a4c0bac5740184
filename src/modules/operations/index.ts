import { join } from 'node:path';
import { undoBatch } from '#modules/customers/index.ts';
import { registerNotificationType } from '#modules/notifications/index.ts';
import { exportCheckpoint, sealLogs, verifyLogs } from '#platform/audit/seal.ts';
import type { Vault } from '#platform/crypto/index.ts';
import type { Database } from '#platform/db/database.ts';
import { logAccess } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { sweepForgottenFiles, sweepUnknownFiles } from '#platform/files/sweep.ts';
import { serve, servePublic, serveStream } from '#platform/http/route.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob } from '#platform/jobs/kinds.ts';
import { enqueue, orgIds } from '#platform/jobs/queue.ts';
import type { ServerModule } from '#platform/module.ts';
import { conflict } from '#shared/errors.ts';
import * as jobs from '#shared/jobs.ts';
import * as contract from './contract.ts';
import { operationsPermissions } from './permissions.ts';
import { listAudit } from './server/audit-log.ts';
import { cancelJob, getJob, listJobs } from './server/jobs.ts';
import { forgetSample, loadSample, sampleBatch, sampleLoaded } from './server/sample.ts';
import { requireSetupToken, setUp, setupTokenHolds } from './server/setup.ts';
import { findUnusual } from './server/unusual/find.ts';
import { explainUnusual, listUnusual } from './server/unusual/findings.ts';
import { saveUnusualSettings, unusualSettings } from './server/unusual/settings.ts';
import * as unusual from './unusual-contract.ts';

export { setUp, setupToken, systemContext, upgradeOrgs } from './server/setup.ts';

registerNotificationType({ type: 'unusual.found', channels: ['app', 'mail'] });

export interface OperationsDependencies {
  db: Database;
  vault: Vault;
  files: FileStore;
  dataDir: string;
  translate: Translator;
}

export const checkpointFolder = (dataDir: string): string => join(dataDir, 'audit-checkpoints');

/** Running the installation: first-run guide, jobs, audit log. */
export function operationsModule({ db, vault, files, dataDir, translate }: OperationsDependencies): ServerModule {
  return {
    name: 'operations',
    permissions: operationsPermissions,
    routes: [
      servePublic(contract.setupState, async (_context, { query }) => {
        const needed = (await orgIds(db)).length === 0;
        return { needed, tokenHolds: needed && setupTokenHolds(dataDir, query.token ?? '') };
      }),
      servePublic(contract.runSetup, async (_context, { body }) => {
        const { token, ...input } = body;
        if ((await orgIds(db)).length > 0) throw conflict('setup.done');
        requireSetupToken(dataDir, token);
        return setUp(db, dataDir, input);
      }),
      serve(contract.sampleState, async (context) => ({ loaded: await sampleLoaded(context) })),
      serve(contract.loadSample, async (context) => ({
        jobId: await enqueue(context, { kind: 'operations.loadSample', uniqueKey: 'sample' }),
      })),
      serve(contract.removeSample, async (context) => {
        if (!(await sampleBatch(context))) throw conflict('sample.none');
        return { jobId: await enqueue(context, { kind: 'operations.removeSample', uniqueKey: 'sample' }) };
      }),
      serve(jobs.getJob, (context, { params }) => getJob(context, params.id, translate)),
      serve(jobs.listJobs, (context, { query }) => listJobs(context, query, translate)),
      serve(jobs.cancelJob, (context, { params }) => cancelJob(context, params.id, translate)),
      serve(contract.listAudit, async (context, { query }) => {
        await logAccess(context, { action: 'view', subjectKind: 'audit', detail: { ...query } });
        return listAudit(context, query);
      }),
      serve(unusual.listUnusual, async (context, { query }) => {
        await logAccess(context, { action: 'view', subjectKind: 'audit', detail: { part: 'unusual', ...query } });
        return listUnusual(context, query);
      }),
      serve(unusual.explainUnusual, (context, { params, body }) => explainUnusual(context, params.id, body)),
      serve(unusual.getUnusualSettings, (context) => unusualSettings(context)),
      serve(unusual.saveUnusualSettings, (context, { body }) => saveUnusualSettings(context, body)),
      // Verification reads the whole chain in its own short transactions: no request transaction stays open meanwhile.
      serveStream(contract.auditVerification, async ({ actor }) => {
        await sealLogs(db, actor.orgId);
        return verifyLogs(db, actor.orgId, vault, checkpointFolder(dataDir));
      }),
    ],
    jobs: [
      defineJob({ kind: 'operations.loadSample', heavy: true, run: loadSample }),
      defineJob({
        kind: 'operations.removeSample',
        heavy: true,
        async run(job) {
          const batchId = await job.inTransaction(sampleBatch);
          if (!batchId) return {};
          const result = await undoBatch(job, batchId);
          await job.inTransaction(async (context) => {
            await forgetSample(context);
            // The figures of the night still count what is gone.
            await enqueue(context, { kind: 'quality.completeness', uniqueKey: 'all' });
          });
          return result;
        },
      }),
      defineJob({
        kind: 'operations.seal',
        heavy: false,
        async run(job) {
          const sealed = await sealLogs(db, job.orgId);
          if (sealed > 0) await exportCheckpoint(db, job.orgId, vault, checkpointFolder(dataDir), 'head');
          return { sealed };
        },
      }),
      defineJob({ kind: 'operations.unusual', heavy: false, alone: true, run: findUnusual }),
      defineJob({
        kind: 'operations.purgeFiles',
        heavy: false,
        async run(job) {
          let done = (await sweepUnknownFiles(dataDir)) + (await sweepForgottenFiles(dataDir, db));
          for (let batch = -1; batch !== 0; done += batch) {
            batch = await job.inTransaction((context) => files.purgeExpired(context));
            await job.progress(done, null);
          }
          return { files: done };
        },
      }),
      defineJob({
        kind: 'operations.checkpoint',
        heavy: false,
        async run(job) {
          await sealLogs(db, job.orgId);
          await exportCheckpoint(db, job.orgId, vault, checkpointFolder(dataDir));
          await job.inTransaction((context) =>
            context.tx
              .deleteFrom('idempotency_key')
              .where('org_id', '=', context.orgId)
              .where('created_at', '<', new Date(context.now().getTime() - 86_400_000))
              .execute(),
          );
          return {};
        },
      }),
    ],
    schedules: [
      { key: 'seal', cron: '* * * * *', kind: 'operations.seal' },
      { key: 'unusual', cron: '20 4 * * *', kind: 'operations.unusual' },
      { key: 'purgeFiles', cron: '40 3 * * *', kind: 'operations.purgeFiles' },
      { key: 'checkpoint', cron: '10 2 * * *', kind: 'operations.checkpoint' },
    ],
  };
}
