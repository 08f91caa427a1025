/** A short sound for a message. Made on the spot, so that no page has to allow `media-src`. */

/** Hertz, and seconds after the start: a third upwards. */
const NOTES = [
  [660, 0],
  [880, 0.09],
] as const;

let audio: AudioContext | undefined;

/** Silent where a page has not been touched yet: browsers allow no sound before. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
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
