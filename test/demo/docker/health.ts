/** For a health check, as the images have no curl: `node health.js URL` ends with 0 when it is answered well. */
const [, , url = ''] = process.argv;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4000) });
  process.stdout.write(`${answer.status} ${(await answer.text()).slice(0, 200)}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${url} does not answer: ${String(error)}\n`);
  process.exitCode = 1;
}
