/** A short sound for a message. Made on the spot, so that no page has to allow `media-src`. */

/** Hertz, and seconds after the start: a third upwards. */
const NOTES = [
  [660, 0],
  [880, 0.09],
] as const;

let audio: AudioContext | undefined;

/** Browsers that tell: has the person touched the page? */
type Touched = { readonly userActivation?: UserActivation };

/** Silent where a page has not been touched: browsers would keep each sound, and make all of them at the first touch. */
export function chime(): void {
  if ((navigator as Touched).userActivation?.hasBeenActive === false) return;
  try {
    audio ??= new AudioContext();
    void audio.resume().catch(() => undefined); // a telephone call may have interrupted it
    const { currentTime } = audio;
    for (const [pitch, after] of NOTES) play(audio, pitch, currentTime + after);
  } catch {
    // No sound here: the badge and the title say the same.
  }
}

function play(context: AudioContext, pitch: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.12, at + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.3);
}

/** Gives the sound card back. */
export function endSound(): void {
  void audio?.close().catch(() => undefined);
  audio = undefined;
}
