/** Words to the person at the terminal, with the seconds since the command began. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printFault(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function say(text: string): void {
  print(`${secondsSoFar().padStart(6)} s  ${text}`);
}

export function secondsSoFar(): string {
  return (performance.now() / 1000).toFixed(1);
}
