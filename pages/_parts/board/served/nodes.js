// Nodes of the page, made once and changed only where something is different.

export function make(tag, name, parent) {
  const node = document.createElement(tag);
  node.className = name;
  parent.append(node);
  return node;
}

export function say(node, text) {
  const words = text ?? "";
  if (node.textContent !== words) node.textContent = words;
  node.hidden = words === "";
}
