// Ctrl+Enter trains from wherever the form has the focus: a button of a choice would keep the key
// to itself, so that it never came to where Streamlit listens for the shortcuts of buttons.
addEventListener("keydown", (event) => {
  const choice = event.target instanceof Element && event.target.closest("[data-testid=stButtonGroup]");
  if (!choice || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  document.body.dispatchEvent(new KeyboardEvent("keydown", event));
}, true);
