import type { WebModule } from '#ui/module.ts';

export const qualityWeb: WebModule = { name: 'quality', routes: [] };
