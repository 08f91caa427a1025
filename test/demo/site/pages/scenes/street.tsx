/** Linden Street on a fine day. */
const HOUSES = [
  { x: 24, y: 96, width: 92, wall: '#e9b27c', roof: '#a5512f', door: '#5b7a4a' },
  { x: 124, y: 72, width: 84, wall: '#f2d7a6', roof: '#7c4a3a', door: '#b04a3a' },
  { x: 356, y: 84, width: 96, wall: '#d9c3dc', roof: '#6a4a72', door: '#3d6ea5' },
  { x: 460, y: 100, width: 100, wall: '#bcd8d2', roof: '#3f6b66', door: '#d98a3a' },
] as const;

type House = (typeof HOUSES)[number];

export function Street() {
  return (
    <>
      <rect width="600" height="240" fill="#dff0f2" />
      <circle cx="214" cy="40" r="24" fill="#f8d272" />
      <path
        d="M330 44a16 16 0 0 1 30-6a20 20 0 0 1 38 6a13 13 0 0 1 0 24H336a12 12 0 0 1-6-24Z"
        fill="#fff"
      />
      <path d="M0 150Q160 104 320 140T600 128V240H0Z" fill="#bfdca8" />
      {HOUSES.map((house) => (
        <Home key={house.x} {...house} />
      ))}
      <rect y="204" width="600" height="36" fill="#c9bfae" />
      <path d="M0 222H600" stroke="#efe8da" stroke-width="4" stroke-dasharray="26 20" />
      <path d="M272 206V120H292V206Z" fill="#7a5636" />
      <circle cx="282" cy="94" r="46" fill="#4f8f52" />
      <circle cx="250" cy="118" r="30" fill="#5fa05f" />
      <circle cx="316" cy="118" r="31" fill="#5fa05f" />
      <circle cx="268" cy="78" r="18" fill="#74b36e" />
    </>
  );
}

function Home({ x, y, width, wall, roof, door }: House) {
  const right = x + width;
  return (
    <>
      <rect {...{ x, y, width }} height={206 - y} fill={wall} />
      <path d={`M${x - 8} ${y}L${x + width / 2} ${y - 44}L${right + 8} ${y}Z`} fill={roof} />
      <rect x={x + width / 2 - 10} y="168" width="20" height="38" rx="4" fill={door} />
      <path
        d={`M${x + 12} ${y + 16}h20v24h-20ZM${right - 32} ${y + 16}h20v24h-20Z`}
        fill="#fff6df"
        stroke={roof}
        stroke-width="3"
      />
    </>
  );
}
