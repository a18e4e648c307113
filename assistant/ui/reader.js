// The reader: shows a place of a document, which "studyReader" of page.js asks for.
// Gradio gives "element", the tab's content, and "server", the functions of the page behind it.
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 56rem)");
let hits = []; // the places that can be stepped through, and which of them is open
let at = -1;
let origin = {}; // the tab it was opened from, and how to go back there
const asked = { place: 0, picture: 0 };
const UNREACHABLE =
  '<div class="failure"><p><strong>The assistant could not be reached.</strong></p><p>Open the place again.</p></div>';

function leaf() {
  return element.querySelector(".reader-page");
}

function see(target, block) {
  target?.scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block });
}

/** Show a place of a document; only the answer to the last request is shown. Who pressed "pressed", a
    button above the text, can press it again. */
async function open({ doc = "", start = 0, end = start }, pressed = "") {
  const mine = ++asked.place;
  leaf().setAttribute("aria-busy", "true");
  let page;
  try {
    page = await server.read([doc, start, end]);
  } catch {
    page = UNREACHABLE;
  }
  if (mine !== asked.place) return;
  leaf().innerHTML = page;
  leaf().removeAttribute("aria-busy");
  if (narrow.matches) leaf().querySelector("details")?.removeAttribute("open");
  const text = leaf().querySelector(".reader-text");
  if (!text) return;
  const current = leaf().querySelector("[aria-current]");
  const list = leaf().querySelector(".reader-outline");
  if (current && !narrow.matches) list.scrollTop = current.offsetTop - list.clientHeight / 3;
  steps();
  const sheet = leaf().querySelector(".reader-sheet");
  if (sheet) new IntersectionObserver(drawOnce).observe(sheet);
  const again = [...leaf().querySelectorAll(".reader-hits button:enabled")].find((each) => each.ariaLabel === pressed);
  (again ?? text).focus({ preventScroll: true });
  const quote = document.getElementById("reader-quote");
  if (quote) see(quote, "center");
  else if (narrow.matches) see(text, "start");
}

/** Pages are drawn when they are looked at; below the text of a narrow page that may be never. */
function drawOnce([entry], observer) {
  if (!entry.isIntersecting) return;
  observer.disconnect();
  if (!entry.target.dataset.asked) draw(entry.target, entry.target.dataset.page);
}

/** Show a page as a picture; only the answer to the last request is shown. */
async function draw(sheet, page) {
  const { doc, start, end } = sheet.dataset;
  const mine = String(++asked.picture);
  sheet.dataset.asked = mine;
  sheet.setAttribute("aria-busy", "true");
  let drawn;
  try {
    drawn = await server.draw([doc, page, start, end]);
  } catch {
    drawn = UNREACHABLE;
  }
  if (sheet.dataset.asked !== mine) return;
  const turned = sheet.contains(document.activeElement) && document.activeElement.ariaLabel;
  sheet.innerHTML = drawn;
  sheet.removeAttribute("aria-busy");
  if (turned) (sheet.querySelector(`[aria-label="${turned}"]:enabled`) ?? sheet).focus();
}

/** Show the page that a button names; on a narrow page, go there from the text. */
async function turnTo(sheet, button) {
  const away = narrow.matches && !sheet.contains(button);
  await draw(sheet, button.dataset.page);
  if (!away) return;
  sheet.focus({ preventScroll: true });
  see(sheet, "start");
}

/** Show the picture as large as the window, from the first of its marks on. */
function enlarge(sheet) {
  const dialog = sheet.querySelector("dialog");
  if (!dialog) return;
  dialog.querySelector("div").replaceChildren(sheet.querySelector(".sheet-page").cloneNode(true));
  dialog.showModal();
  dialog.querySelector(".sheet-mark")?.scrollIntoView({ block: "center" });
}

/** A button above the text. */
function above(says, name, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = says;
  if (name !== says) button.setAttribute("aria-label", name);
  button.addEventListener("click", act);
  return button;
}

/** The buttons to the hit before and the hit after, and back to where they were found. */
function steps() {
  const group = leaf().querySelector(".reader-hits");
  const shown = [];
  if (at >= 0 && hits.length > 1) {
    const said = document.createElement("span");
    said.textContent = `Passage ${at + 1} of ${hits.length}`;
    const [before, after] = [["Previous", -1], ["Next", 1]].map(([name, step]) => {
      const button = above(name, `${name} passage`, () => {
        at += step;
        open(hits[at], button.ariaLabel);
      });
      button.disabled = !hits[at + step];
      return button;
    });
    shown.push(before, said, after);
  }
  if (at >= 0 && origin.back) shown.push(above(`Back to ${origin.name}`, `Back to ${origin.name}`, origin.back));
  group.replaceChildren(...shown);
  group.hidden = !shown.length;
}

/** Show one of several hits; the others can be stepped through. */
function openHit(request) {
  ({ hits, at } = request);
  origin = request;
  open(request.place);
}

element.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  const button = event.target.closest?.(".open-reader");
  const sheet = leaf().querySelector(".reader-sheet");
  const number = event.target.closest?.(".see-page");
  if (button) open({ ...button.dataset });
  if (number) turnTo(sheet, number);
  if (event.target.closest?.(".sheet-enlarge, figure .sheet-page")) enlarge(sheet);
  if (!link) return;
  event.preventDefault();
  see(document.getElementById(link.hash.slice(1)), "start");
});

element.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || at < 0 || event.target.closest("select, dialog")) return;
  origin.back?.();
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
