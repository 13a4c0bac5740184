import { registerNotificationType } from '#modules/notifications/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { Links } from '#platform/links/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { materialPermissions } from './permissions.ts';
import './server/facts.ts';
import { materialMailJob } from './server/mail.ts';
import { materialRoutes } from './server/routes.ts';

registerNotificationType({ type: 'material.opened' }, { type: 'material.unsent' });

export interface MaterialDependencies {
  files: FileStore;
  links: Links;
  mailer: Mailer;
  translate: Translator;
  publicUrl: string;
}

/** Materials: the library of brochures and manuals, sending from it, and the guide to the first contact. */
export const materialsModule = (dependencies: MaterialDependencies): ServerModule => ({
  name: 'materials',
  permissions: materialPermissions,
  routes: materialRoutes(dependencies),
  jobs: [materialMailJob(dependencies)],
});
