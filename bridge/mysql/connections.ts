/** The one file that names mysql2: its pool, opened with our limits, and its connections, ended for sure. */
import type { Socket } from 'node:net';
import mysql from 'mysql2/promise';
import type { MysqlConfig } from '../config/schema.ts';

export type Parameter = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** A column of an answer, as the server describes it. */
export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'binary' | 'integer' | 'fraction' | 'null' | 'other';
}

export interface Result<R extends Row = Row> {
  readonly rows: readonly R[];
  /** Empty for a statement that gives no rows. */
  readonly columns: readonly Column[];
  /** Of INSERT, UPDATE, DELETE; 0 for others. */
  readonly affectedRows: number;
  readonly insertId: number;
}

/** Seconds after our own deadline that the server stops a statement, so that it does not work for nobody. */
const SERVER_GRACE = 1;

type Core = mysql.PoolConnection['connection'];

export class Connections {
  readonly #pool: mysql.Pool;
  readonly #open = new Set<Core>();
  readonly #changed: (open: number) => void;

  /** @param changed told how many are open, each time that this changes. */
  constructor(config: MysqlConfig, changed: (open: number) => void) {
    this.#changed = changed;
    this.#pool = mysql.createPool(options(config));
    this.#pool.on('connection', (connection) => {
      // The event's type says otherwise, but it hands out the callback connection.
      this.#opened(connection, config.pool.queryTimeout + SERVER_GRACE);
    });
  }

  get(): Promise<mysql.PoolConnection> {
    return this.#pool.getConnection();
  }

  /** Ends them, also those whose server does not answer. */
  async close(milliseconds: number): Promise<void> {
    const kill = setTimeout(() => {
      for (const connection of this.#open) streamOf(connection).destroy();
    }, milliseconds);
    const gone = [...this.#open].map((connection) => closed(streamOf(connection)));
    this.#pool.end().catch(() => undefined); // a connection that was broken already says so here
    await Promise.all(gone);
    clearTimeout(kill);
  }

  #opened(connection: Core, serverTimeout: number): void {
    this.#open.add(connection);
    this.#changed(this.#open.size);
    // The query under way is told as well; an idle one leaves the pool. Unheard, it would end the process.
    connection.on('error', () => undefined);
    streamOf(connection).once('close', () => {
      this.#open.delete(connection);
      this.#changed(this.#open.size);
    });
    limitOnServer(connection, serverTimeout);
  }
}

export async function runOn<R extends Row>(
  connection: mysql.PoolConnection,
  sql: string,
  parameters: readonly Parameter[],
): Promise<Result<R>> {
  const [result, fields] = await connection.execute(sql, parameters.map(wire));
  if (Array.isArray(result)) {
    // A procedure gives a list of results, and a list of fields of each: such columns are nobody's to name.
    const columns = fields.every((field) => 'name' in field) ? fields.map(columnOf) : [];
    return { rows: result as unknown as R[], columns, affectedRows: 0, insertId: 0 };
  }
  return { rows: [], columns: [], affectedRows: result.affectedRows, insertId: result.insertId };
}

const { Types } = mysql;
const INTEGERS = new Set([Types.TINY, Types.SHORT, Types.INT24, Types.LONG, Types.LONGLONG, Types.YEAR]);
const FRACTIONS = new Set([Types.FLOAT, Types.DOUBLE, Types.DECIMAL, Types.NEWDECIMAL]);
const STRINGS = new Set([
  ...[Types.VARCHAR, Types.VAR_STRING, Types.STRING, Types.ENUM, Types.SET],
  ...[Types.TINY_BLOB, Types.MEDIUM_BLOB, Types.LONG_BLOB, Types.BLOB],
]);
/** The character set of bytes that are no text: such a column comes as a Buffer. */
const BINARY = 63;

function columnOf(field: mysql.FieldPacket): Column {
  const {
    name,
    columnType: type = -1,
    characterSet,
  } = field as mysql.FieldPacket & { characterSet?: number };
  if (INTEGERS.has(type)) return { name, kind: 'integer' };
  if (FRACTIONS.has(type)) return { name, kind: 'fraction' };
  if (type === Types.NULL) return { name, kind: 'null' };
  if (STRINGS.has(type)) return { name, kind: characterSet === BINARY ? 'binary' : 'text' };
  return { name, kind: 'other' };
}

/** Takes it out of the pool and closes its socket at once: `destroy` alone waits for the server's end. */
export function destroy(connection: mysql.PoolConnection): void {
  connection.destroy();
  streamOf(connection.connection).destroy();
}

/** mysql2 sends a number as DOUBLE, which LIMIT refuses and an index may not serve. Text is converted. */
function wire(parameter: Parameter): string | null {
  return parameter === null ? null : String(parameter);
}

function options({ socket, host, port, user, password, database, pool }: MysqlConfig): mysql.PoolOptions {
  return {
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    user,
    password,
    database,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    multipleStatements: false,
    flags: ['-LOCAL_FILES'], // no server may ask for a file of ours
    connectionLimit: pool.size,
    // Callers wait in front of it, in a queue that they can leave: here nobody ever waits.
    waitForConnections: false,
    connectTimeout: pool.acquireTimeout * 1000,
    enableKeepAlive: true,
    maxPreparedStatements: 200,
  };
}

function limitOnServer(connection: Core, seconds: number): void {
  const core = connection as unknown as { query(sql: string, done: (error: unknown) => void): void };
  const mysqlWay = `SET SESSION max_execution_time = ${Math.ceil(seconds * 1000)}`;
  core.query(`SET SESSION max_statement_time = ${seconds}`, (error) => {
    if (error === null) return;
    core.query(mysqlWay, () => undefined); // neither: the client's own deadline still holds
  });
}

function streamOf(connection: Core): Socket {
  return (connection as unknown as { stream: Socket }).stream;
}

function closed(stream: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', () => resolve());
  });
}
