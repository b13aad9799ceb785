// A bell beside what goes on: where it was pressed, a notification and a sound say that it has ended.
// The choice is the browser's, for all runs and sweeps; only a page that is open can tell.

const KEPT = "hts-told";
const pages = (window.htsTold ??= { going: new Set(), sound: null });

function ring() {
  const sound = pages.sound;
  if (sound?.state !== "running") return; // a browser that was never pressed makes none
  [0, 0.18].forEach((after, i) => {
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    const at = sound.currentTime + after;
    tone.frequency.value = i ? 880 : 660;
    loud.gain.setValueAtTime(0.12, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  });
}

function tell({ id, title, state }) {
  ring();
  if (window.Notification?.permission === "granted") {
    new Notification(title, { body: state, tag: id });
  }
}

async function wake() {
  pages.sound ??= new AudioContext();
  pages.sound.resume();
  if (window.Notification?.permission === "default") await Notification.requestPermission();
}

export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  const show = () => {
    const on = localStorage.getItem(KEPT) === "on";
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? data.on : data.off;
    return on;
  };
  button.onclick = () => {
    localStorage.setItem(KEPT, show() ? "off" : "on");
    if (show()) wake();
  };
  button.hidden = !data.going;
  const on = show();
  if (data.going) pages.going.add(data.id);
  else if (pages.going.delete(data.id) && on) tell(data);
}
