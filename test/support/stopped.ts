/** A process that hangs: its sockets are open and accept, and it says nothing. */
export async function whileStopped(
  { pid }: { readonly pid: number },
  work: () => Promise<void>,
): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
