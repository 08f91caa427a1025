/** A crate of tomatoes at the garden gate. */
const TOMATOES = [
  [190, 132, 30, 'striped'],
  [246, 120, 34, 'red'],
  [306, 126, 31, 'striped'],
  [364, 118, 35, 'red'],
  [414, 136, 27, 'red'],
  [216, 96, 27, 'red'],
  [276, 88, 29, 'red'],
  [336, 86, 28, 'striped'],
  [390, 98, 24, 'red'],
] as const;

export function Tomatoes() {
  return (
    <>
      <rect width="600" height="240" fill="#fbe9c6" />
      <circle cx="510" cy="56" r="32" fill="#f6c453" />
      <path d="M0 150Q150 100 300 140T600 120V240H0Z" fill="#c5d89a" />
      <path d="M0 190Q180 165 330 185T600 175V240H0Z" fill="#9dbb6b" />
      {TOMATOES.map(([x, y, r, kind]) => (
        <Tomato key={`${x}-${y}`} {...{ x, y, r }} isStriped={kind === 'striped'} />
      ))}
      <path d="M150 146H450L436 222H164Z" fill="#b57a45" />
      <path d="M147 140H453V160H147ZM154 170H446L443 188H157ZM159 198H441L438 214H162Z" fill="#d29a61" />
      <path d="M176 140V222M424 140V222" stroke="#8f5a2d" stroke-width="10" />
    </>
  );
}

function Tomato({ x, y, r, isStriped }: { x: number; y: number; r: number; isStriped: boolean }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <ellipse rx={r} ry={r * 0.88} fill={isStriped ? '#d9762b' : '#cf3f2e'} />
      {isStriped && (
        <path
          d={`M${-r * 0.5} ${-r * 0.7}Q${-r * 0.8} 0 ${-r * 0.4} ${r * 0.7}M0 ${-r * 0.8}V${r * 0.8}M${r * 0.5} ${-r * 0.7}Q${r * 0.8} 0 ${r * 0.4} ${r * 0.7}`}
          stroke="#8fa53c"
          stroke-width="4"
          fill="none"
        />
      )}
      <ellipse cx={-r * 0.35} cy={-r * 0.3} rx={r * 0.2} ry={r * 0.14} fill="#fff" opacity="0.5" />
      <path d={`M0 ${-r * 0.6}L-12 ${-r * 0.95}L0 ${-r * 0.82}L12 ${-r * 0.95}Z`} fill="#4d7a35" />
    </g>
  );
}
