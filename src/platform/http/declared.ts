import type { ServerModule } from '../module.ts';

/** Throws unless every endpoint names a permission some module declares, or says why it needs none; paths are unique. */
export function checkAccess(modules: ServerModule[]): void {
  const declared = new Set(modules.flatMap((module) => module.permissions.map((permission) => permission.key)));
  const seen = new Set<string>();
  for (const { endpoint } of modules.flatMap((module) => module.routes)) {
    const name = `${endpoint.method} ${endpoint.path}`;
    if (seen.has(name)) throw new Error(`${name} is declared twice`);
    seen.add(name);
    const { access } = endpoint;
    if (access === 'signed-in') continue;
    if (typeof access === 'object' && access !== null && typeof access.public === 'string' && access.public !== '')
      continue;
    if (typeof access === 'string' && declared.has(access as never)) continue;
    throw new Error(`${name} names no declared permission: ${JSON.stringify(access)}`);
  }
}
