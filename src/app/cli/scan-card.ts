import { readFile, stat } from 'node:fs/promises';
import { Problem } from '#shared/errors.ts';
import { type Command, oneFile, readable, UsageError } from './command.ts';

const limit = 50_000_000;
const side = 2000;

/** `kedang scan-card`: what is read on a photo of a business card, without an installation; nothing is written. */
export const scanCardCommand: Command = {
  name: 'scan-card',
  usage: 'scan-card IMAGE [--text]',
  summary: `What is read on a photo of a business card (JPEG, PNG, WebP), as JSON; each value with its confidence
      --text: also every line of text as it was recognised`,
  takesFile: true,
  options: { text: { type: 'boolean' } },
  async run(options, positionals) {
    const path = readable(oneFile(positionals, 'the image'));
    const { size } = await stat(path);
    if (size > limit) throw new UsageError(`${path} is larger than ${limit / 1_000_000} MB`);
    // Loaded here: the other commands start without the models.
    const [{ readCard }, { preparePicture }] = await Promise.all([
      import('#modules/collection/index.ts'),
      import('#platform/pictures/index.ts'),
    ]);
    const picture = await preparePicture(await readFile(path), side).catch(async (error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      const { loadMessages } = await import('../messages.ts');
      throw new Error(`${path}: ${loadMessages()('en-US', `errors.${error.code}`, error.params)}`);
    });
    const { card, text } = await readCard(picture.bytes);
    console.log(JSON.stringify(options.text ? { ...card, text } : card, null, 2));
    return 0;
  },
};
