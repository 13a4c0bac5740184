import type { WebModule } from '#ui/module.ts';

export const tradeWeb: WebModule = { name: 'trade', routes: [] };
