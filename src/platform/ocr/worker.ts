import { parentPort } from 'node:worker_threads';
import { openTextReader } from './reader.ts';

const reader = openTextReader();

parentPort?.on('message', ({ id, picture }: { id: number; picture: Uint8Array }) => {
  reader
    .then(({ read }) => read(picture))
    .then(
      (text) => parentPort?.postMessage({ id, text }),
      (error: unknown) => parentPort?.postMessage({ id, error: String(error) }),
    );
});
