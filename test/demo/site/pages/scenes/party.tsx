/** The street party at dusk. */
const FLAGS = [
  '#f2b84b',
  '#e7644f',
  '#6fb7a3',
  '#f5e1c8',
  '#c96fa1',
  '#f2b84b',
  '#6fb7a3',
  '#e7644f',
  '#f5e1c8',
  '#c96fa1',
];
const LANTERNS = [
  [90, 96],
  [220, 112],
  [350, 108],
  [490, 92],
] as const;
const WINDOWS = [40, 84, 156, 200, 330, 378, 470, 514, 556];

export function Party() {
  return (
    <>
      <rect width="600" height="240" fill="#33315f" />
      <path d="M0 120Q300 60 600 130V240H0Z" fill="#6a4a7c" opacity="0.7" />
      <path
        d="M20 240V96L70 66L120 96V240ZM140 240V80H236V240ZM310 240V92L360 58L410 92V240ZM450 240V76H590V240Z"
        fill="#241f45"
      />
      {WINDOWS.map((x, index) => (
        <rect key={x} x={x} y={112 + (index % 3) * 14} width="16" height="22" rx="2" fill="#f7cf7a" />
      ))}
      <path d="M0 30Q150 78 300 40T600 36" stroke="#d8cfe6" stroke-width="2" fill="none" />
      {FLAGS.map((colour, index) => (
        <path
          key={index}
          d="M0 0H30L15 28Z"
          fill={colour}
          transform={`translate(${14 + index * 58} ${flagHeight(index)})`}
        />
      ))}
      {LANTERNS.map(([x, y]) => (
        <g key={x}>
          <circle cx={x} cy={y} r="30" fill="#ffd98a" opacity="0.22" />
          <circle cx={x} cy={y} r="15" fill="#ffd98a" />
        </g>
      ))}
      <path d="M60 190H540L560 206H40Z" fill="#f5e9dc" />
      <path d="M70 206H86V240H70ZM290 206H306V240H290ZM514 206H530V240H514Z" fill="#c9b49c" />
      <path d="M120 190A26 16 0 0 1 172 190ZM380 190A30 20 0 0 1 440 190Z" fill="#7fae5f" />
      <path d="M230 190V168H246V190ZM262 190V160H276V190ZM476 190V166H490V190Z" fill="#e7644f" />
    </>
  );
}

/** The flags hang on a line that sags twice. */
function flagHeight(index: number): number {
  return 38 + Math.round(Math.sin((index / 9) * Math.PI * 2) * 14);
}
