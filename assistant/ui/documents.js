// The list of documents: a button reads its document again, or inside "Remove" removes it.
// Gradio gives "element", the list, and "trigger", which calls the page behind it.
const events = { "reread-document": "retry", "remove-document": "click" };
let pressed = null; // The last such button, with its document and the place of that in the list

function entries() {
  return [...element.querySelectorAll(".document")];
}

element.addEventListener("click", (event) => {
  const button = event.target.closest?.(".reread-document, .remove-document");
  if (!button) return;
  const { path } = button.dataset;
  pressed = { button, path, place: entries().indexOf(button.closest(".document")) };
  trigger(events[button.className], { document: path });
});

document.addEventListener("focusin", ({ target }) => {
  if (target !== pressed?.button) pressed = null; // They went elsewhere.
});

// Gradio makes the new list out of the parts of the old one, so the button that was pressed may have
// become that of another document. Whoever pressed it goes on at their own document, or at the one
// that has its place now.
new MutationObserver(() => {
  if (!pressed || (pressed.button.isConnected && pressed.button.dataset.path === pressed.path)) return;
  const left = entries().map((entry) => entry.querySelector(".reread-document"));
  const same = left.find((button) => button.dataset.path === pressed.path);
  const next = left[Math.min(pressed.place, left.length - 1)];
  pressed = null;
  (same ?? next ?? element.querySelector(".empty"))?.focus();
}).observe(element, { subtree: true, childList: true, attributeFilter: ["data-path"] });
