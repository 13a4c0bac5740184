import { defineConfig } from '@playwright/test';

/** Browser journeys: each worker starts its own installation on its own embedded PostgreSQL (test/e2e/kedang.ts). */
export default defineConfig({
  testDir: 'test/e2e',
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  outputDir: 'test-results',
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // What is moving cannot be clicked, and its colours are not yet what they will be.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // The worker for opening without a network would fill its cache in every journey; offline.spec.ts lets it.
    serviceWorkers: 'block',
    // Tracing costs a quarter of the time: `KEDANG_TRACE=1` records one when a failure cannot be understood without.
    trace: process.env.KEDANG_TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: process.env.KEDANG_BROWSER ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    },
  },
  projects: [
    // A task of one width says so by its tag: what does not run there is no hole in the count.
    { name: 'desktop', grepInvert: /@phone/, use: { viewport: { width: 1440, height: 900 } } },
    {
      name: 'phone',
      grepInvert: /@desktop/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
});
