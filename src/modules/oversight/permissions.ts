import type { PermissionSpec } from '#shared/access.ts';

export const oversightPermissions: PermissionSpec[] = [];
