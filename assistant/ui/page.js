// What the page does by itself: a citation leads to its words, and "/" to the question box.
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /** The element a citation link points to, and the card around it. */
  function cited(link) {
    const target = document.getElementById(link.hash.slice(1));
    return target && { target, card: target.closest(".card") };
  }

  function linkAt(event) {
    return event.target.closest?.('#chat a[href^="#"]');
  }

  function point(event, on) {
    const link = linkAt(event);
    if (link) cited(link)?.card.classList.toggle("pointed", on);
  }

  /** Bring the sources of the cited turn into view and the quoted words to the middle. */
  function lead(link) {
    const found = cited(link);
    if (!found) return;
    const turn = found.card.closest(".turn");
    for (const other of turn.parentElement.children) other.hidden = other !== turn;
    found.card.closest("details")?.setAttribute("open", "");
    for (const card of document.querySelectorAll(".card.picked")) card.classList.remove("picked");
    found.card.classList.add("picked");
    found.card.focus({ preventScroll: true });
    const behavior = still.matches ? "auto" : "smooth";
    found.target.scrollIntoView({ behavior, block: found.target === found.card ? "start" : "center" });
  }

  document.addEventListener("click", (event) => {
    const link = linkAt(event);
    if (!link) return;
    event.preventDefault();
    lead(link);
  });
  for (const [name, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    document.addEventListener(name, (event) => point(event, on));
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.querySelector("#question textarea");
    if (!box?.checkVisibility()) return; // Another tab is open.
    event.preventDefault();
    box.focus();
  });

  // Gradio names each message by its source text, which here is HTML; a screen reader would read
  // the tags. Without that name it reads the message itself.
  function unname() {
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label*='<']")) {
      message.removeAttribute("aria-label");
    }
    // The first questions are buttons that Gradio calls a list, of which they are no items.
    document.querySelector("#chat .examples[role='list']")?.setAttribute("role", "group");
  }

  /** Bring a new question to the top, and again its answer, which is read from its beginning. */
  let seen = "0 0";
  function follow() {
    const questions = document.querySelectorAll("#chat .question");
    const now = `${questions.length} ${document.querySelectorAll("#chat .pending").length}`;
    if (now === seen) return;
    seen = now;
    const last = questions[questions.length - 1];
    const log = last?.closest(".panel-wrap");
    if (!log) return;
    log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top - 16;
    document.querySelector("#beside").scrollTop = 0;
  }

  new MutationObserver(() => {
    unname();
    follow();
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-label"],
  });
})();
