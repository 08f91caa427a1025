/** Commands that mount, in mount and pid namespaces of their own. */

/**
 * Runs it by `quietly` or `openly`. However it ends, and if this process is killed: what it mounted is gone,
 * which nobody else has seen, and so are all processes that it began. unshare(1) itself is deaf to SIGTERM.
 */
export function apart(run, command, options) {
  const ties = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child=SIGKILL'];
  return run('setpriv', [...ties, ...command], { ...options, endWith: 'SIGKILL' });
}
