import { approvalsModule } from '#modules/approvals/index.ts';
import { collectionModule } from '#modules/collection/index.ts';
import { contactsModule } from '#modules/contacts/index.ts';
import { customersModule } from '#modules/customers/index.ts';
import { exchangeModule } from '#modules/exchange/index.ts';
import { fieldsModule } from '#modules/fields/index.ts';
import { materialsModule } from '#modules/materials/index.ts';
import { notificationsModule } from '#modules/notifications/index.ts';
import { operationsModule } from '#modules/operations/index.ts';
import { oversightModule } from '#modules/oversight/index.ts';
import { peopleModule, registerPermissions } from '#modules/people/index.ts';
import { qualityModule } from '#modules/quality/index.ts';
import { segmentsModule } from '#modules/segments/index.ts';
import { tradeModule } from '#modules/trade/index.ts';
import { workModule } from '#modules/work/index.ts';
import type { Config } from '#platform/config.ts';
import { openVault } from '#platform/crypto/index.ts';
import type { Database } from '#platform/db/database.ts';
import { createFileStore } from '#platform/files/store.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { createLinks } from '#platform/links/index.ts';
import { createMailer } from '#platform/mail/index.ts';
import type { ServerModule } from '#platform/module.ts';

/** Every module of the product, in the order of knowledge. */
export function serverModules(config: Config, db: Database, translate: Translator): ServerModule[] {
  const vault = openVault(config.dataDir);
  const files = createFileStore(config.dataDir, vault);
  const links = createLinks(vault);
  const mailer = createMailer(config);
  const modules: ServerModule[] = [
    peopleModule({ config, vault, mailer }),
    notificationsModule({ mailer, vault, translate, publicUrl: config.publicUrl, webhookHosts: config.webhookHosts }),
    fieldsModule({ files }),
    approvalsModule,
    customersModule({ files }),
    tradeModule,
    contactsModule,
    workModule({ files, links, vault, translate, mailer, publicUrl: config.publicUrl }),
    materialsModule({ files, links, mailer, translate, publicUrl: config.publicUrl }),
    qualityModule,
    collectionModule({ files, vault, translate, links, mailer, publicUrl: config.publicUrl }),
    segmentsModule,
    oversightModule,
    exchangeModule({ files, vault, translate }),
    operationsModule({ db, vault, files, dataDir: config.dataDir, translate }),
  ];
  registerPermissions(modules.flatMap((module) => module.permissions));
  return modules;
}
