/** The leaf of a linden: a heart with a stalk. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <path
        class="leaf"
        d="M16 29C6 23 2 16.5 4 10.5C5.6 5.7 12 4.2 16 8.8C20 4.2 26.4 5.7 28 10.5C30 16.5 26 23 16 29Z"
      />
      <path class="vein" d="M16 9V31M16 15L9.5 11.5M16 15L22.5 11.5M16 21L9 17M16 21L23 17" />
    </svg>
  );
}
