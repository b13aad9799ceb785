// Ctrl+Enter trains from wherever the form has the focus: a button of a choice would keep the key
// to itself, so that it never came to where Streamlit listens for the shortcuts of buttons.
addEventListener("keydown", (event) => {
  const choice = event.target instanceof Element && event.target.closest("[data-testid=stButtonGroup]");
  if (!choice || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  document.body.dispatchEvent(new KeyboardEvent("keydown", event));
}, true);

// Boards are ready before the first one comes; plotly.js runs when the browser has nothing else to
// do, not only once a figure waits for it.
addEventListener("DOMContentLoaded", () => import(document.querySelector("link[href$='/board.js']").href));
addEventListener("load", () => window.requestIdleCallback?.(() => {
  const script = document.createElement("script");
  script.addEventListener("load", () => { script.plotly = window.Plotly; });
  script.src = document.querySelector("link[href$='/plotly.js']").href;
  if (![...document.scripts].some((one) => one.src === script.src)) document.head.append(script);
}));

// The arrow keys step a number (`number_field.py`), as they do in a browser's own number field.
addEventListener("keydown", (event) => {
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const [, step] = /^section-by-(\S+) /.exec(event.target.getAttribute?.("autocomplete") ?? "") ?? [];
  const now = Number(event.target.value);
  if (!by || !step || Number.isNaN(now)) return;
  event.preventDefault();
  const next = String(Number((now + by * step).toPrecision(12)));
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(event.target, next);
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
}, true);

// What one does makes one entry of the history, and so does arriving: Back leads to where one came
// from.  Streamlit makes two where a page is changed and then writes its address, in either order.
{
  let made = true;
  let arriving = true;
  const push = history.pushState;
  history.pushState = function (state, title, url) {
    arriving ||= new URL(url ?? location.href, location.href).pathname !== location.pathname;
    (made ? history.replaceState : push).call(history, state, title, url);
    made = true;
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (made = arriving), true);
  addEventListener("popstate", () => (made = true));
  new MutationObserver((changes) => {
    arriving &&= changes.at(-1).target.dataset.testScriptState !== "notRunning";
  }).observe(document, { subtree: true, attributeFilter: ["data-test-script-state"] });
}
