// The list of documents: a button reads its document again, or inside "Remove" removes it.
// Gradio gives "element", the list, and "trigger", which calls the page behind it.
const events = { "reread-document": "retry", "remove-document": "click" };
element.addEventListener("click", (event) => {
  const button = event.target.closest?.(".reread-document, .remove-document");
  if (button) trigger(events[button.className], { document: button.dataset.path });
});
