import type { PermissionSpec } from '#shared/access.ts';

export const workPermissions: PermissionSpec[] = [];
