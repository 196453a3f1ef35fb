// What is typed is kept on the server every few seconds. Without this script, the button “Keep for later” does it.

const PAUSE_MS = 3000;

for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
// htmx brings an emptied form after each answer.
document.addEventListener("htmx:load", (event) => {
  const form = event.detail.elt;
  if (form.matches && form.matches("form[data-draft]")) watch(form);
});

function watch(form) {
  if (form.dataset.watched) return;
  form.dataset.watched = "yes";
  let timer = 0;
  let kept = wordsOf(form);

  async function keep(leaving) {
    clearTimeout(timer);
    timer = 0;
    const words = wordsOf(form);
    if (words === kept || form.dataset.sent || !form.isConnected) return;
    const draft = toldIn(form);
    draft.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    draft.set("quietly", "yes");
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: draft, keepalive: leaving, redirect: "error" });
      if (!answer.ok) return;
    } catch {
      return;
    }
    kept = words;
    if (!leaving) say(form.dataset.kept);
  }

  form.addEventListener("input", () => {
    if (!timer) timer = setTimeout(() => keep(false), PAUSE_MS);
  });
  // Once it is sent there is nothing left to keep: a draft that comes after would be found again for nothing.
  form.addEventListener("click", (event) => {
    if (event.target.closest("button")) clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) keep(true);
  });
}

// All that is typed and chosen. Photos go by a way of their own; a form opened again has another token.
function toldIn(form) {
  const told = new FormData(form);
  for (const [name, value] of [...told]) if (value instanceof File || name === "csrfmiddlewaretoken") told.delete(name);
  return told;
}

function wordsOf(form) {
  return JSON.stringify([...toldIn(form)]);
}

function say(words) {
  const live = document.getElementById("live");
  // Something that has arrived matters more than this: it is not talked over.
  if (!live || live.textContent) return;
  live.textContent = words;
  setTimeout(() => {
    if (live.textContent === words) live.textContent = "";
  }, 2000);
}
