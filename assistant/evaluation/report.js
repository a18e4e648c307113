// Filters the list of failures. Without it the whole list stands there.
const filter = document.getElementById("filter");
const failures = [...document.querySelectorAll(".failure")];

function show() {
  const { kind, category, split } = filter.elements;
  const fits = (one) =>
    (!kind.value || one.dataset.kinds.split(" ").includes(kind.value)) &&
    (!category.value || one.dataset.category === category.value) &&
    (!split.value || one.dataset.split === split.value);
  for (const one of failures) one.hidden = !fits(one);
  const shown = failures.filter((one) => !one.hidden).length;
  document.getElementById("shown").textContent = `${shown} of ${failures.length} shown`;
}

function toggle() {
  const shown = failures.filter((one) => !one.hidden);
  const open = shown.some((one) => !one.open);
  for (const one of shown) one.open = open;
}

function point() {
  const one = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (one && failures.includes(one)) {
    one.hidden = false;
    one.open = true;
    one.scrollIntoView();
  }
}

if (filter) {
  filter.hidden = false;
  filter.addEventListener("input", show);
  filter.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("toggle").addEventListener("click", toggle);
  window.addEventListener("hashchange", point);
  show();
  point();
}
