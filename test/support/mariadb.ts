/** A private MariaDB: own data directory, socket and loopback port, run by whoever starts it. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import mysql from 'mysql2/promise';
import { isListening } from './ports.ts';
import { Process } from './process.ts';
import { waitUntil } from './wait-until.ts';

/** Linux: sun_path has 108 bytes with the closing NUL. */
const SOCKET_PATH_LIMIT = 107;
const USER = 'im';

export interface MariadbOptions {
  /** Data, password, socket and log go there; kept from one start to the next. */
  readonly dir: string;
  readonly port: number;
}

export interface Mariadb {
  readonly socket: string;
  readonly host: string;
  readonly port: number;
  /** May do everything on every database. */
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  readonly running: boolean;
  readonly exited: Process['exited'];
  readonly logFile: string;
  stop(): Promise<void>;
  /** As a crash. The data survives it. */
  kill(): Promise<void>;
}

interface Files {
  readonly data: string;
  readonly log: string;
  readonly init: string;
  readonly socket: string;
  readonly pid: string;
  /** Its own: a server that starts clears away the files of all others in a folder that they share. */
  readonly temporary: string;
}

/**
 * Starts the database, and makes its data directory the first time.
 *
 * @throws Error with a sentence that says what to install, which port is in use, or the end of the log.
 */
export async function startMariadb({ dir: relative, port }: MariadbOptions): Promise<Mariadb> {
  const dir = resolve(relative);
  if (await isListening(port)) throw new Error(`MariaDB can't start: port ${port} is in use`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const files: Files = {
    data: join(dir, 'data'),
    log: join(dir, 'mariadb.log'),
    init: join(dir, 'init.sql'),
    socket: socketPath(dir),
    pid: join(dir, 'mariadb.pid'),
    temporary: join(dir, 'tmp'),
  };
  mkdirSync(files.temporary, { recursive: true });
  const password = passwordOf(dir);
  if (!existsSync(files.data)) await install(files);
  writePrivate(files.init, accountSql(password));
  const server = run('mariadb', 'mariadbd', serverArgs(files, port), files);
  const mariadb = handle(server, files, { dir, port, password });
  await ready(server, mariadb);
  return mariadb;
}

/** Creates a database, with utf8mb4 throughout, unless it is there. */
export async function ensureDatabase(mariadb: Mariadb, name: string): Promise<void> {
  const connection = await connect(mariadb);
  try {
    const id = mysql.escapeId(name, true); // a name can't be a parameter
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${id} CHARACTER SET utf8mb4`);
  } finally {
    await connection.end();
  }
}

function connect({ socket, user, password }: Mariadb): Promise<mysql.Connection> {
  return mysql.createConnection({ socketPath: socket, user, password, connectTimeout: 2000 });
}

function handle(
  server: Process,
  { socket, log }: Files,
  { dir, port, password }: { dir: string; port: number; password: string },
): Mariadb {
  const removeSocket = (): void => {
    rmSync(dirname(socket) === dir ? socket : dirname(socket), { recursive: true, force: true });
  };
  return {
    socket,
    host: '127.0.0.1',
    port,
    user: USER,
    password,
    logFile: log,
    exited: server.exited,
    get pid() {
      return server.pid;
    },
    get running() {
      return server.running;
    },
    async stop() {
      await server.stop(30_000); // InnoDB writes its pages first
      removeSocket();
    },
    async kill() {
      await server.kill();
      removeSocket();
    },
  };
}

/** Into a folder beside, which gets its name when it is whole: an interrupted start leaves no half of one. */
async function install(files: Files): Promise<void> {
  const { data } = files;
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = ['--no-defaults', `--datadir=${unfinished}`, '--skip-test-db', ...asRoot()];
  const installer = run('mariadb-install-db', 'mariadb-install-db', args, files);
  const { code } = await installer.exited;
  if (code === 127) throw missing();
  if (code !== 0) throw new Error(`mariadb-install-db failed:\n${installer.logTail()}`);
  renameSync(unfinished, data);
}

async function ready(server: Process, mariadb: Mariadb): Promise<void> {
  const gone = server.exited.then(({ code }) => {
    throw code === 127 ? missing() : new Error(`MariaDB ended as it started:\n${server.logTail()}`);
  });
  const answers = async (): Promise<boolean> => {
    const connection = await connect(mariadb);
    await connection.end();
    return true;
  };
  const waiting = waitUntil('MariaDB to answer', () => server.running && answers(), { timeout: 60_000 });
  waiting.catch(() => undefined); // when `gone` was first, nobody asks any more
  await Promise.race([waiting, gone]);
  gone.catch(() => undefined); // it may end later: `exited` tells
}

function serverArgs({ data, socket, pid, init }: Files, port: number): string[] {
  return [
    '--no-defaults',
    ...asRoot(),
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${pid}`,
    `--init-file=${init}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-log-bin',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--default-time-zone=+00:00',
    '--max-connections=500',
    // The system's cache outlives the process: only a power cut can cost the last second.
    '--innodb-flush-log-at-trx-commit=2',
  ];
}

/** mariadbd refuses to run as root without being told so. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** Debian keeps mariadbd in /usr/sbin, which is not in the PATH of an ordinary user. */
function run(name: string, command: string, args: readonly string[], { log, temporary }: Files): Process {
  const env = {
    PATH: `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/usr/local/sbin`,
    TMPDIR: temporary,
  };
  return new Process({ name, command, args, logFile: log, env });
}

function missing(): Error {
  return new Error('MariaDB is not installed: apt-get install mariadb-server-core mariadb-client-core');
}

/** Runs at every start with all rights, so the account is there and has the password of the file. */
function accountSql(password: string): string {
  const account = `'${USER}'@'%'`;
  return [
    `CREATE USER IF NOT EXISTS ${account};`,
    `ALTER USER ${account} IDENTIFIED BY '${password}';`, // hexadecimal: nothing to escape
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

function passwordOf(dir: string): string {
  const file = join(dir, 'password');
  if (!existsSync(file)) writePrivate(file, randomBytes(24).toString('hex'));
  return readFileSync(file, 'utf8').trim();
}

function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600); // `mode` counts only for a file that was not there
}

function socketPath(dir: string): string {
  const inside = join(dir, 'mariadb.sock');
  if (Buffer.byteLength(inside) <= SOCKET_PATH_LIMIT) return inside;
  return join(mkdtempSync(join(tmpdir(), 'im-')), 'db.sock');
}
