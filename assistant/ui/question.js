// The box for questions: what is typed stays until it is asked, and what was asked leaves it. And
// what this browser remembers of its conversations, in every page of it that is open.
(() => {
  const box = () => document.querySelector("#question textarea");

  function fill(text) {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A question that is being typed is there again when the page is loaded again, as it is when the
  // server was away for a while.
  let draft = null;
  try {
    draft = sessionStorage.getItem("study-draft");
    sessionStorage.removeItem("study-draft");
    addEventListener("pagehide", () => {
      const typed = box()?.value;
      if (typed) sessionStorage.setItem("study-draft", typed);
    });
  } catch {
    draft = null; // A browser that keeps nothing.
  }

  function restore() {
    if (!draft || !box()) return;
    if (!box().value) fill(draft);
    draft = null;
  }

  // Only what is asked is taken out, and only when it stands in the conversation: neither what was
  // typed meanwhile is lost, nor a question that never reached the server.
  let asked = null;
  function ask() {
    if (box()?.value.trim()) asked = box().value;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target === box()) ask();
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#question button")) ask();
  }, true);

  const words = (text) => text.split(/\s+/).filter(Boolean).join(" ");
  function taken() {
    const last = [...document.querySelectorAll("#chat [id^=asked-]")].at(-1);
    if (asked === null || !last || words(last.innerText) !== words(asked)) return;
    if (box().value === asked) fill("");
    asked = null;
  }

  // A conversation that the address names is opened once; from then on the browser remembers it.
  function forgetAddress() {
    const named = new URLSearchParams(location.search).has("conversation");
    if (!named || !document.querySelector("#listing [aria-current]")) return;
    history.replaceState(history.state, "", location.pathname);
  }

  new MutationObserver(() => {
    restore();
    taken();
    forgetAddress();
  }).observe(document.documentElement, { subtree: true, childList: true });

  const MOST_REMEMBERED = 500; // as many as the server takes

  /** What a page remembers of conversations, with those that other pages of this browser began. */
  window.studyRemember = (given) => {
    if (!Array.isArray(given?.begun)) return given; // This is another input of an event.
    try {
      const known = JSON.parse(localStorage.getItem("study-begun") ?? "[]");
      const begun = [...new Set([...known, ...given.begun])].slice(-MOST_REMEMBERED);
      localStorage.setItem("study-begun", JSON.stringify(begun));
      return { ...given, begun };
    } catch {
      return given; // A browser that keeps nothing.
    }
  };
})();
