/** The site's own script, on pages with a button that needs one. Without it those buttons are not shown. */
/* global document, navigator, setTimeout */

/** Milliseconds that a button says what it did. */
const SAID = 2000;

/** Opens the chat with somebody: `data-message` is their id. */
function message({ dataset: { message: user } }) {
  const dock = document.querySelector('im-dock');
  if (typeof dock?.open === 'function') dock.open(user);
  else say('The chat is not here at the moment.');
}

/** Copies a command: `data-copy` is the id of its element. */
async function copy(button) {
  const text = document.getElementById(button.dataset.copy)?.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), SAID);
  } catch {
    say('Your browser did not allow it: please copy by hand.');
  }
}

function say(text) {
  const status = document.getElementById('said');
  if (status !== null) status.textContent = text;
}

for (const [selector, act] of [
  ['button[data-message]', message],
  ['button[data-copy]', copy],
]) {
  for (const button of document.querySelectorAll(selector)) {
    button.hidden = false;
    button.addEventListener('click', () => void act(button));
  }
}
