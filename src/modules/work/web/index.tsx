import type { WebModule } from '#ui/module.ts';

export const workWeb: WebModule = { name: 'work', routes: [] };
