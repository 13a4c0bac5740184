import type { WebModule } from '#ui/module.ts';

export const segmentsWeb: WebModule = { name: 'segments', routes: [] };
