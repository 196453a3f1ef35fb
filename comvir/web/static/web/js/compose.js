// “Here, where I am”: asked of the device only when it is pressed. Without this script, or without a device that
// knows, one says the place in words.

const DIGITS = 5;
const PATIENCE_MS = 20000;

for (const box of document.querySelectorAll("[data-here]")) offer(box);
// htmx brings an emptied form after each answer.
document.addEventListener("htmx:load", (event) => {
  for (const box of event.detail.elt.querySelectorAll?.("[data-here]") ?? []) offer(box);
});

function offer(box) {
  if (box.dataset.offered || !navigator.geolocation || !window.isSecureContext) return;
  box.dataset.offered = "yes";
  const form = box.closest("form");
  const where = form.elements.where;
  const said = box.querySelector("[role='status']");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn ghost sm";
  button.textContent = box.dataset.here;
  button.addEventListener("click", () => ask(box, form, said));
  box.prepend(button);
  // Another answer takes the point away.
  where.addEventListener("change", () => {
    if (where.value === "here") return;
    form.elements.latitude.value = form.elements.longitude.value = "";
    said.textContent = "";
  });
  if (form.elements.latitude.value) tell(box, form, said);
}

function ask(box, form, said) {
  said.textContent = box.dataset.asking;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.latitude.value = coords.latitude.toFixed(DIGITS);
      form.elements.longitude.value = coords.longitude.toFixed(DIGITS);
      choose(form.elements.where, box.dataset.here);
      tell(box, form, said);
      form.dispatchEvent(new Event("input", { bubbles: true }));
    },
    () => { said.textContent = box.dataset.lost; },
    { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
  );
}

function choose(where, words) {
  if (![...where.options].some((option) => option.value === "here")) where.add(new Option(words, "here"), 0);
  where.value = "here";
}

function tell(box, form, said) {
  const point = `${form.elements.latitude.value}, ${form.elements.longitude.value}`;
  said.textContent = box.dataset.found.replace("{point}", point);
}
