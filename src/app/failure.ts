/** Why something failed, in a sentence for who runs Kedang: where in the program it happened is of no use to them. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      if (path)
        return `${path} cannot be written: give this account the right to, or set KEDANG_DATA to another folder`;
      break;
    // What making a folder on a read-only disk ends in.
    case 'ENOENT':
      if (path && syscall === 'mkdir') return `${path} cannot be made: set KEDANG_DATA to a folder that can be written`;
      break;
    case 'ENOTDIR':
    case 'EEXIST':
      if (path) return `${path} is in the way: it is a file where a folder should be`;
      break;
    case 'ENOSPC':
    case '53100':
      return 'the disk is full: make room and start again';
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
    case '28P01':
    case '3D000':
      if (syscall !== 'listen' && process.env.DATABASE_URL)
        return `the PostgreSQL that DATABASE_URL names cannot be used: ${error.message}`;
  }
  return error.message;
}
