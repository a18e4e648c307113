// The list of questions of a run: what was found for one is fetched when it is first opened.
// Gradio gives "element", the list, and "server", the functions of the page behind it.
element.addEventListener(
  "toggle",
  async (event) => {
    const entry = event.target;
    const inside = entry.querySelector(".inside");
    if (!entry.open || inside.dataset.fetched) return;
    inside.dataset.fetched = "yes";
    inside.textContent = "Reading…";
    try {
      const run = entry.closest(".questions").dataset.run;
      inside.innerHTML = await server.explain([run, entry.dataset.question]);
    } catch {
      delete inside.dataset.fetched;
      inside.textContent = "The assistant could not be reached. Close this question and open it again.";
    }
  },
  true, // A toggle does not rise to what is around it.
);
