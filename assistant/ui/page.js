// What the page does by itself: a citation leads to its words in the document, "/" to the question
// box of the open tab or of Ask, a button of class "copy-text" copies, and the page keeps the look that was chosen in this browser.
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const stacked = matchMedia("(max-width: 56rem)"); // The sources are below the conversation.

  /** The element a citation link points to, and the card around it. */
  function cited(link) {
    const target = document.getElementById(link.hash.slice(1));
    return target && { target, card: target.closest(".card") };
  }

  function linkAt(event) {
    return event.target.closest?.('#chat a[href^="#"]');
  }

  /** Show the sources of the turn that a card belongs to. */
  function reveal(card) {
    beside(card.closest(".turn"));
    card.closest("details")?.setAttribute("open", "");
  }

  function beside(turn) {
    for (const other of turn.parentElement.children) other.hidden = other !== turn;
  }

  /** Show the sources of the answer that is read: of the last question above the middle of the log. */
  function beRead(log) {
    const middle = log.getBoundingClientRect().top + log.clientHeight / 2;
    const questions = [...log.querySelectorAll(".question")];
    const read = questions.filter((each) => each.getBoundingClientRect().top < middle).length;
    const turn = document.querySelector(`#sources .turn[data-place="${read}"]`);
    if (!turn?.hidden) return;
    beside(turn);
    document.querySelector("#beside").scrollTop = 0;
  }

  let reading = 0;
  document.addEventListener("scroll", ({ target }) => {
    if (!target.matches?.("#chat .panel-wrap, #chat .bubble-wrap")) return;
    cancelAnimationFrame(reading);
    reading = requestAnimationFrame(() => beRead(target));
  }, { capture: true, passive: true });

  function point(event, on) {
    const link = linkAt(event);
    const found = link && cited(link);
    if (!found) return;
    found.card.classList.toggle("pointed", on);
    if (!on || stacked.matches) return;
    reveal(found.card);
    // The quoted words, as a card may be taller than the page.
    found.target.scrollIntoView({ block: "nearest" });
  }

  /** Bring the sources of the cited turn into view and the quoted words to the middle. */
  function lead(link) {
    const found = cited(link);
    if (!found) return;
    reveal(found.card);
    for (const card of document.querySelectorAll(".card.picked")) card.classList.remove("picked");
    found.card.classList.add("picked");
    found.card.focus({ preventScroll: true });
    const behavior = still.matches ? "auto" : "smooth";
    found.target.scrollIntoView({ behavior, block: found.target === found.card ? "start" : "center" });
  }

  /** Open the quoted words in the Reader; those of the same answer can be stepped through. */
  function read(link) {
    const turn = cited(link)?.card.closest(".turn");
    const markers = [...(turn?.querySelectorAll(".marker[data-quote]") ?? [])];
    markers.sort((one, other) => one.textContent - other.textContent);
    const at = markers.findIndex((each) => `#${each.dataset.quote}` === link.hash);
    if (at >= 0) openReader(markers, at, link);
  }

  document.addEventListener("click", (event) => {
    const link = linkAt(event);
    if (!link) return;
    event.preventDefault();
    lead(link);
    read(link);
  });
  for (const [name, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    document.addEventListener(name, (event) => point(event, on));
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const boxes = () => [...document.querySelectorAll("#question textarea, #lookup-box :is(textarea, input)")];
    const shown = boxes().find((each) => each.checkVisibility());
    event.preventDefault();
    if (shown) return shown.focus();
    openTab("Ask");
    soon(() => boxes()[0]?.focus());
  });

  // A button of class "open-reader" opens its place (data-doc, data-start, data-end) in the Reader,
  // and from there those of the same list or answer can be stepped through.
  window.studyReader = { wanted: null, show: null };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".open-reader");
    if (!button || button.closest("#reader")) return;
    const around = button.closest(".hit-list, .turn") ?? button.parentElement;
    const buttons = [...around.querySelectorAll(".open-reader[data-end]")];
    openReader(buttons, buttons.indexOf(button), button);
  });

  /** Open one of the places that elements name; "from" is what was pressed, to come back to. */
  function openReader(elements, at, from) {
    const hits = elements.map((each) => ({ ...each.dataset }));
    const name = from.closest("#lookup") ? "Look up" : "Ask";
    const back = () => {
      openTab(name);
      soon(() => from.focus());
    };
    window.studyReader.wanted = { place: { ...(elements[at] ?? from).dataset }, hits, at, back, name };
    openTab("Reader");
    window.studyReader.show?.(window.studyReader.wanted);
  }

  /** Do something when a tab is shown, as it is before the next frame but one: what is hidden takes no focus. */
  function soon(act) {
    requestAnimationFrame(() => requestAnimationFrame(act));
  }

  /** Press the tab of this name, in the bar or in its menu. */
  function openTab(name) {
    const places = "#tabs > .tab-wrapper :is([role='tab'], .overflow-dropdown button)";
    [...document.querySelectorAll(places)].find((tab) => tab.textContent.trim() === name)?.click();
  }

  /** Copy text; a page that was not opened on this computer has no clipboard of its own. */
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  window.studyCopy = copy;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.(".copy-text");
    if (!button) return;
    const says = button.textContent;
    button.setAttribute("aria-live", "polite");
    try {
      await copy(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed by the browser";
    }
    setTimeout(() => (button.textContent = says), 1500);
  });

  // How the page looks belongs to this browser.
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  window.studyLook = {
    get: (name, otherwise) => {
      try {
        return localStorage.getItem(`study-${name}`) ?? otherwise;
      } catch {
        return otherwise; // A browser that keeps nothing.
      }
    },
    set: (name, value) => {
      try {
        localStorage.setItem(`study-${name}`, value);
      } catch {
        return;
      }
      window.studyLook.apply();
    },
    apply: () => {
      const { get } = window.studyLook;
      document.documentElement.style.fontSize = get("size", "100%");
      const theme = get("theme", "system");
      const dark = theme === "system" ? systemDark.matches : theme === "dark";
      const now = document.body.classList.contains("dark");
      if (now !== dark) document.body.classList.toggle("dark", dark);
    },
  };

  // Gradio names each message by its source text, which here is HTML; a screen reader would read
  // the tags. Without that name it reads the message itself.
  function unname() {
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label*='<']")) {
      message.removeAttribute("aria-label");
    }
    // What is said to drop files here has another name than it shows.
    document.querySelector("#documents-drop button[aria-label]:not([title])")?.removeAttribute("aria-label");
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

  function keepLook() {
    window.studyLook.apply();
    // Gradio follows the system when it starts, and whenever that changes.
    new MutationObserver(window.studyLook.apply).observe(document.body, { attributeFilter: ["class"] });
  }
  if (document.body) keepLook();
  else addEventListener("DOMContentLoaded", keepLook);

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
