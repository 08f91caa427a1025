/** The lending shelf under the linden tree. */
const COLOURS = ['#c8553d', '#2f6f73', '#e0a93b', '#5d4a7e', '#7d9b4f', '#a63d5e', '#3c6ea0', '#d8845a'];
const UPPER = [20, 16, 24, 18, 14, 22, 20, 16, 24, 14, 20, 18];
const LOWER = [16, 24, 18, 22, 14, 20, 24, 16, 18, 22, 16];

export function Books() {
  return (
    <>
      <rect width="600" height="240" fill="#d9ecdf" />
      <path d="M0 200Q300 176 600 200V240H0Z" fill="#8fb573" />
      <path d="M70 214V100H98V214Z" fill="#7a5636" />
      <circle cx="84" cy="66" r="64" fill="#4f8a4c" />
      <circle cx="30" cy="96" r="42" fill="#5f9c58" />
      <circle cx="136" cy="92" r="46" fill="#5f9c58" />
      <path d="M196 60L370 14L544 60V72H196Z" fill="#9a5b3a" />
      <path d="M214 72H526V216H214Z" fill="#e5c79b" />
      <path d="M226 78H514V138H226ZM226 150H514V208H226Z" fill="#6d4a2f" />
      <Row widths={UPPER} bottom={138} seed={0} />
      <Row widths={LOWER} bottom={208} seed={3} />
      <path d="M232 216V232H248V216ZM492 216V232H508V216Z" fill="#7a5636" />
    </>
  );
}

function Row({ widths, bottom, seed }: { widths: readonly number[]; bottom: number; seed: number }) {
  return (
    <>
      {widths.map((width, index) => {
        const x = 232 + widths.slice(0, index).reduce((sum, each) => sum + each + 3, 0);
        const height = 36 + ((index * 7 + seed * 5) % 16);
        const colour = COLOURS[(index + seed) % COLOURS.length];
        return <rect key={index} {...{ x, width, height }} y={bottom - height} rx="2" fill={colour} />;
      })}
    </>
  );
}
