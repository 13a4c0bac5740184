import type { WebModule } from '#ui/module.ts';

export const oversightWeb: WebModule = { name: 'oversight', routes: [] };
