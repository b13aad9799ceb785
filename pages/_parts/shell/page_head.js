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
