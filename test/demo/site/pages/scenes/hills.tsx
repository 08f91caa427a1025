/** What stands behind a person's name: in the person's own colour, so drawn in light and shade alone. */
export function Hills() {
  return (
    <>
      <circle cx="486" cy="112" r="24" fill="#fff" opacity="0.3" />
      <path d="M0 140Q120 88 260 132T520 140T720 130V240H0Z" fill="#fff" opacity="0.16" />
      <path d="M0 164Q160 124 330 160T600 146V240H0Z" fill="#fff" opacity="0.18" />
      <path d="M0 176Q200 152 360 172T600 164V240H0Z" fill="#000" opacity="0.12" />
      <g fill="#fff" opacity="0.32">
        <path d="M318 160V146" stroke="#fff" stroke-width="5" />
        <circle cx="318" cy="132" r="17" />
        <path d="M350 164V150" stroke="#fff" stroke-width="4" />
        <circle cx="350" cy="142" r="11" />
        <path d="M206 148V138" stroke="#fff" stroke-width="4" />
        <circle cx="206" cy="130" r="11" />
      </g>
    </>
  );
}
