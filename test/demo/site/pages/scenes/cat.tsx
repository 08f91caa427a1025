/** Pepper, at a door that is not hers. */
export function Cat() {
  return (
    <>
      <rect width="600" height="240" fill="#e9c9ae" />
      <path
        d="M0 40H600M0 80H600M0 120H600M0 160H600M60 0V40M180 0V40M420 0V40M540 0V40M120 40V80M480 40V80M60 80V120M180 80V120M420 80V120M540 80V120M120 120V160M480 120V160"
        stroke="#d9b193"
        stroke-width="3"
      />
      <rect y="208" width="600" height="32" fill="#b9a79a" />
      <rect x="222" width="156" height="208" fill="#f4ede4" />
      <rect x="234" width="132" height="208" fill="#3d6ea5" />
      <path
        d="M250 14H294V84H250ZM306 14H350V84H306ZM250 104H294V190H250ZM306 104H350V190H306Z"
        fill="#345f90"
      />
      <circle cx="352" cy="112" r="6" fill="#f0c95c" />
      <rect x="206" y="202" width="188" height="14" rx="3" fill="#cfc2b6" />
      <path d="M470 208Q452 150 486 128Q524 110 536 150Q546 190 532 208Z" fill="#77808a" />
      <path
        d="M532 200Q574 204 566 166Q564 152 574 148"
        stroke="#77808a"
        stroke-width="12"
        fill="none"
        stroke-linecap="round"
      />
      <path d="M462 110L460 82L482 96H500L520 82L520 110Q520 136 491 138Q462 136 462 110Z" fill="#868f99" />
      <path d="M480 112V118M502 112V118" stroke="#1f262d" stroke-width="5" stroke-linecap="round" />
      <path d="M487 124H495L491 128Z" fill="#e8a7a0" />
      <path d="M462 122H444M464 128L446 132M520 122H538M518 128L536 132" stroke="#f4ede4" stroke-width="2" />
      <path d="M482 208V176M500 208V176" stroke="#868f99" stroke-width="13" stroke-linecap="round" />
      <path d="M500 206V192" stroke="#fff" stroke-width="13" stroke-linecap="round" />
      <path d="M70 208V170H122V208Z" fill="#b8653f" />
      <path d="M96 172Q60 150 74 120Q94 134 96 160Q98 120 124 112Q134 146 96 172Z" fill="#5f8f4e" />
    </>
  );
}
