// What only makes pages nicer: everything here also works without it.

const page = document.documentElement;
const words = document.body.dataset;

// Theme and text size apply at once; the server remembers them.
const LOOKS = { theme: "theme", text_size: "text" };

function applyLook(name, value) {
  if (value === "system" || value === "normal") delete page.dataset[LOOKS[name]];
  else page.dataset[LOOKS[name]] = value;
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("form.look") || !button || !(button.name in LOOKS)) return;
  event.preventDefault();
  applyLook(button.name, button.value);
  for (const other of event.target.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  const answer = new FormData(event.target);
  answer.set(button.name, button.value);
  fetch(event.target.action, { method: "POST", body: answer, redirect: "manual" });
});

// A pressed button says what is happening and cannot be pressed twice. Forms that htmx sends say so by themselves.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented || form.method !== "post" || !button || !button.matches(".btn")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  button.dataset.words = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy || words.busy;
});

// Coming back with the browser's own arrow finds the page as it was left: its buttons must work again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-words]")) {
    button.textContent = button.dataset.words;
    button.removeAttribute("aria-disabled");
    delete button.dataset.words;
  }
});

// Copying: the field stays there to be selected by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const field = button && document.querySelector(button.dataset.copy);
  if (!field) return;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    return;
  }
  const live = document.getElementById("live");
  const before = button.textContent;
  button.textContent = words.copied;
  if (live) live.textContent = words.copied;
  setTimeout(() => {
    button.textContent = before;
    if (live && live.textContent === words.copied) live.textContent = "";
  }, 3000);
});

// Fields that grow with what is written, where the browser does not do it.
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("textarea")) return;
    field.rows = Math.min(12, Math.max(field.rows, field.value.split("\n").length));
  });
}

// After a refused form, the first field to correct has the focus.
document.querySelector("main [aria-invalid='true']")?.focus();
