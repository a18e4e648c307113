// The buttons of the Ask tab. Each has a name, which says what it does, and a value.
// Gradio gives "element", with the dialog; "trigger", which calls the page's functions behind it;
// and "server", those that answer.
const dialog = element.querySelector("dialog");
const field = dialog.querySelector("textarea");

function say(text) {
  element.querySelector(".said").textContent = text;
}

/** Ask for a text, or with none given for a yes; null where it is cancelled. */
function put(title, ok, text = null, told = "") {
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = told;
  dialog.querySelector(".ok").textContent = ok;
  field.hidden = text === null;
  field.value = text ?? "";
  dialog.returnValue = "";
  dialog.showModal();
  (text === null ? dialog.querySelector(".cancel") : field).focus();
  if (text !== null) field.select();
  return new Promise((resolve) => {
    const done = () => resolve(dialog.returnValue === "ok" ? field.value.trim() : null);
    dialog.addEventListener("close", done, { once: true });
  });
}

dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close("ok");
});
dialog.querySelector(".cancel").addEventListener("click", () => dialog.close());
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  dialog.close("ok");
});

function shown(id) {
  return document.getElementById(id)?.innerText.trim() ?? "";
}

async function again(does, place, title, text) {
  const changed = await put(title, "Ask", text);
  if (changed) trigger("submit", { does, place, text: changed });
}

async function reason(button) {
  const before = button.parentElement.querySelector(".reason")?.innerText ?? "";
  const text = await put("What was good or bad about this answer?", "Keep", before);
  if (text !== null) trigger("like", { does: "reason", place: Number(button.value), text });
}

async function save(button) {
  const file = await server.export([button.value, button.name]);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.text], { type: "text/plain" }));
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

const acts = {
  ask: (button) => trigger("submit", { does: "ask", text: button.value }),
  retry: (button) => trigger("submit", { does: "retry", place: Number(button.value) }),
  edit: ({ value }) => again("edit", Number(value), "Change the question", shown(`asked-${value}`)),
  search: ({ value }) =>
    again("search", Number(value), "Change what is searched for", shown(`searched-${value}`)),
  async copy(button) {
    await studyCopy(document.querySelectorAll("#sources .turn")[Number(button.value) - 1].dataset.copy);
    say("Copied");
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  },
  up: (button) => trigger("like", { does: "up", place: Number(button.value) }),
  down: (button) => trigger("like", { does: "down", place: Number(button.value) }),
  reason,
  open(button) {
    show(false);
    trigger("select", { name: button.value });
  },
  async rename({ value, dataset }) {
    const text = await put("Rename the conversation", "Rename", dataset.title);
    if (text !== null) trigger("edit", { name: value, text });
  },
  async delete(button) {
    const { value, dataset } = button;
    const told = `“${dataset.title}” is deleted for good, with its answers and ratings.`;
    // Its menu is closed, so the dialog leads back to what opens that.
    button.closest("details").querySelector("summary").focus();
    if ((await put("Delete the conversation?", "Delete", null, told)) === null) return;
    const place = conversations().indexOf(button.closest(".entry"));
    deleted = { value, place };
    trigger("delete", { name: value });
  },
  markdown: save,
  json: save,
};

let deleted = null; // A conversation that is about to leave the list, and its place there

function conversations() {
  return [...document.querySelectorAll("#listing .entry")];
}

/** Whoever deleted a conversation goes on at the one that has its place now, or at the search. */
function goOn() {
  const left = conversations();
  if (!deleted || left.some((entry) => entry.querySelector(".open").value === deleted.value)) return;
  const next = left[Math.min(deleted.place, left.length - 1)]?.querySelector(".open");
  if (document.activeElement === document.body) {
    (next ?? document.querySelector("#search-conversations :is(input, textarea)"))?.focus();
  }
  deleted = null;
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("#listing details[open]")) {
    if (menu !== except) menu.open = false;
  }
}

let pressed = null; // The button whose work may put another in its place

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest?.("#listing details"));
  const button = event.target.closest?.("#ask button.act");
  if (!button) return;
  closeMenus();
  pressed = { name: button.name, value: button.value };
  Promise.resolve(acts[button.name]?.(button)).catch(() => say("That did not work."));
});

// On a narrow page the list of conversations is behind a button. What is around this element need
// not be there yet when it is loaded, so it is looked for when it is needed.
function show(open) {
  document.querySelector("#ask").classList.toggle("with-history", open);
  document.querySelector("#history-toggle").setAttribute("aria-expanded", String(open));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#history-toggle, #new");
  if (button?.id === "history-toggle") show(button.getAttribute("aria-expanded") !== "true");
  if (button?.id !== "new") return;
  show(false);
  document.querySelector("#question textarea")?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || dialog.open || !event.target.closest?.("#ask")) return;
  closeMenus();
  show(false);
});

document.addEventListener("focusin", (event) => {
  const { name, value } = event.target;
  if (name !== pressed?.name || value !== pressed?.value) pressed = null;
});

// The sanitiser of the chat leaves no ARIA on the buttons. Whoever pressed one goes on from there.
new MutationObserver(() => {
  goOn();
  if (pressed && document.activeElement === document.body) {
    const same = [...document.querySelectorAll(`#ask button.act[name="${pressed.name}"]`)];
    same.find((button) => button.value === pressed.value)?.focus();
  }
  for (const button of document.querySelectorAll(".actions :is([name=up], [name=down])")) {
    button.setAttribute("aria-pressed", String(button.classList.contains("chosen")));
  }
}).observe(document.documentElement, { subtree: true, childList: true });
