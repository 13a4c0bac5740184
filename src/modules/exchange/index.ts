import type { Vault } from '#platform/crypto/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { serve, serveStream } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import { exchangePermissions } from './permissions.ts';
import { exportJobs, getExport, listExports, openExport, startExport } from './server/export.ts';

/** Exchange: data leaving the product. */
export function exchangeModule({ files, vault }: { files: FileStore; vault: Vault }): ServerModule {
  return {
    name: 'exchange',
    permissions: exchangePermissions,
    jobs: exportJobs(files, vault),
    routes: [
      serve(contract.startExport, (context, { body }) => startExport(context, vault, body)),
      serve(contract.listExports, (context, { query }) => listExports(context, query)),
      serve(contract.getExport, (context, { params }) => getExport(context, params.id)),
      serveStream(contract.downloadExport, async ({ inTransaction }, { params, reply }) => {
        const { file, stream } = await inTransaction((context) => openExport(context, params.id, files));
        reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
        reply.header('content-length', file.size);
        reply.type(file.mime);
        return reply.send(stream);
      }),
    ],
  };
}
