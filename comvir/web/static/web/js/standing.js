// Confirming and disputing where the message stands. Without this script they are pages of their own.

// A form that could not be taken comes back with what is wrong, in its own place and not in that of the box.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const standing = requestConfig.elt.closest(".standing");
  if (!standing || xhr.status < 400 || xhr.status >= 500) return;
  if (!(xhr.getResponseHeader("Content-Type") || "").startsWith("text/html") || !xhr.responseText.includes("attest-how")) return;
  const place = standing.querySelector(".attest-form");
  if (!place) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  event.detail.target = place;
  event.detail.swapOverride = "innerHTML";
});

// What was pressed is gone: the focus goes to what took its place, so that the keyboard is not lost.
document.body.addEventListener("htmx:afterSettle", (event) => {
  const { target, elt } = event.detail;
  const form = target && target.matches(".attest-form") ? target : null;
  if (form) {
    (form.querySelector("[aria-invalid='true']") || form.querySelector("input:checked") || form.querySelector("textarea"))?.focus();
    return;
  }
  if (elt && elt.matches(".standing")) {
    elt.tabIndex = -1;
    elt.focus({ preventScroll: true });
  }
});

// Only one of the two ways is open at a time: the unfolded choice closes when its form comes.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches(".attest a")) event.detail.elt.closest(".attest").querySelector("details")?.removeAttribute("open");
});
