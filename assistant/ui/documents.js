// The list of documents: pressing the button inside "Remove" removes that document.
// Gradio gives "element", the list, and "trigger", which calls the page behind it.
element.addEventListener("click", (event) => {
  const button = event.target.closest?.(".remove-document");
  if (!button) return;
  button.disabled = true;
  trigger("click", { document: button.dataset.path });
});
