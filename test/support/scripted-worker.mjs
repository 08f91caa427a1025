/** A worker that says to its supervisor what a test has it say, and tells the test what it hears: for scripted-workers.ts. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const test = connect(process.argv[2]);
const tell = (value) => test.write(`${JSON.stringify(value)}\n`);

tell({ id: Number(process.env.IM_WORKER_ID) });
process.on('message', tell);
process.once('disconnect', () => process.exit());
test.once('close', () => process.exit(1));
createInterface({ input: test }).on('line', (line) => process.send(JSON.parse(line)));
