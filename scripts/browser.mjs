// Finds the browser the journeys run in, or installs Debian's where that is possible.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function installed() {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env.KEDANG_BROWSER, ...onPath, ...places].find((place) => place && existsSync(place));
}

const aptGet = (...args) =>
  spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status === 0;

/** Path of a Chromium-like browser; undefined with advice on the screen when there is none and none can be installed. */
export function findBrowser() {
  const found = installed();
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing a browser (Debian chromium) for the journeys …');
    const packages = ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'];
    if (aptGet(...packages) || (aptGet('update', '-q') && aptGet(...packages))) return installed();
  }
  console.error(
    'No browser found. Install Chrome, Chromium or Edge, or set KEDANG_BROWSER to its program, and run npm test again.',
  );
  return undefined;
}
