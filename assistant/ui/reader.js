// The reader: shows a place of a document, which "studyReader" of page.js asks for.
// Gradio gives "element", the tab's content, and "server", the functions of the page behind it.
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 56rem)");
let hits = []; // the places that can be stepped through, and which of them is open
let at = -1;
let asked = 0;

function leaf() {
  return element.querySelector(".reader-page");
}

function see(target, block) {
  target?.scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block });
}

/** Show a place of a document; only the answer to the last request is shown. */
async function open({ doc = "", start = 0, end = start }) {
  const mine = ++asked;
  leaf().setAttribute("aria-busy", "true");
  let page;
  try {
    page = await server.read([doc, start, end]);
  } catch {
    page = '<div class="failure"><p><strong>The assistant could not be reached.</strong></p><p>Open the place again.</p></div>';
  }
  if (mine !== asked) return;
  leaf().innerHTML = page;
  leaf().removeAttribute("aria-busy");
  if (narrow.matches) leaf().querySelector("details")?.removeAttribute("open");
  const text = leaf().querySelector(".reader-text");
  if (!text) return;
  const current = leaf().querySelector("[aria-current]");
  const list = leaf().querySelector(".reader-outline");
  if (current && !narrow.matches) list.scrollTop = current.offsetTop - list.clientHeight / 3;
  steps();
  text.focus({ preventScroll: true });
  const quote = document.getElementById("reader-quote");
  if (quote) see(quote, "center");
  else if (narrow.matches) see(text, "start");
}

/** The buttons to the hit before and the hit after. */
function steps() {
  const group = leaf().querySelector(".reader-hits");
  if (at < 0 || hits.length < 2) return;
  const said = document.createElement("span");
  said.textContent = `Passage ${at + 1} of ${hits.length}`;
  const [before, after] = [["Previous", -1], ["Next", 1]].map(([name, step]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.setAttribute("aria-label", `${name} passage`);
    button.disabled = !hits[at + step];
    button.addEventListener("click", () => {
      at += step;
      open(hits[at]);
    });
    return button;
  });
  group.replaceChildren(before, said, after);
  group.hidden = false;
}

/** Show one of several hits; the others can be stepped through. */
function openHit(request) {
  ({ hits, at } = request);
  open(request.place);
}

element.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  const button = event.target.closest?.(".open-reader");
  if (button) open({ ...button.dataset });
  if (!link) return;
  event.preventDefault();
  see(document.getElementById(link.hash.slice(1)), "start");
});

element.addEventListener("change", (event) => {
  if (!event.target.matches("select")) return;
  at = -1;
  open({ doc: event.target.value });
});

// The tab is put together when it is first opened: by a button, or by itself for the first document.
window.studyReader.show = openHit;
if (window.studyReader.wanted) openHit(window.studyReader.wanted);
else open({});
