/** What stands behind a person's name: in the person's own colour, so drawn in light and shade alone. */
export function Hills() {
  return (
    <>
      <circle cx="478" cy="74" r="46" fill="#fff" opacity="0.3" />
      <path d="M0 150Q120 70 260 130T520 110T720 140V240H0Z" fill="#fff" opacity="0.16" />
      <path d="M0 190Q160 120 330 176T600 160V240H0Z" fill="#fff" opacity="0.18" />
      <path d="M0 222Q200 176 360 212T600 204V240H0Z" fill="#000" opacity="0.12" />
      <g fill="#fff" opacity="0.32">
        <path d="M118 166V148" stroke="#fff" stroke-width="5" />
        <circle cx="118" cy="134" r="20" />
        <path d="M154 172V158" stroke="#fff" stroke-width="4" />
        <circle cx="154" cy="148" r="14" />
        <path d="M420 172V160" stroke="#fff" stroke-width="4" />
        <circle cx="420" cy="148" r="16" />
      </g>
    </>
  );
}
